package io.walferry.job.cli;

import io.walferry.job.config.TaskConfig;
import io.walferry.job.failure.SyncException;
import io.walferry.job.jdbc.Database;
import io.walferry.job.pipeline.IncrementalVerification;
import io.walferry.job.pipeline.PreparedVerification;
import io.walferry.job.verify.VerificationLedger;
import io.walferry.job.verify.VerificationReport;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** Verifies what changes, interval by interval, until somebody ends it. */
final class FollowedVerification {

    private final TaskConfig config;
    private final Screen screen;
    private final boolean json;
    private final Duration interval;
    private final int intervals;
    private final VerificationWatch watch;
    private boolean different;
    private boolean unchecked;

    /**
     * @param interval from the beginning of one run to that of the next
     * @param intervals after which it ends by itself; 0: it does not
     */
    FollowedVerification(TaskConfig config, Screen screen, boolean json, Duration interval, int intervals) {
        this.config = config;
        this.screen = screen;
        this.json = json;
        this.interval = interval;
        this.intervals = intervals;
        // Each interval has a line of its own: how far one is matters less.
        this.watch = new VerificationWatch(screen, json || !screen.isTerminal());
    }

    /** Returns the exit code; the calling thread is interrupted to end it. */
    int run() {
        try (StartingFlink starting = StartingFlink.begin(config);
                IncrementalVerification verification = IncrementalVerification.open(config, this::say);
                VerificationLedger ledger = new VerificationLedger(
                        new Database(config.target(), "walferry " + config.task() + " verify").open())) {
            follow(starting.await(), verification, ledger);
        } catch (InterruptedException e) {
            say("ended");
        } catch (Exception e) {
            screen.complain(FailureText.of(e));
            return ForegroundVerification.NOT_CHECKED;
        }
        return different
                ? ForegroundVerification.DIFFERENT
                : unchecked ? ForegroundVerification.NOT_CHECKED : ForegroundVerification.EQUAL;
    }

    private void follow(EmbeddedFlink flink, IncrementalVerification verification, VerificationLedger ledger)
            throws InterruptedException, ExecutionException, SQLException {
        long due = System.nanoTime();
        for (int done = 0; intervals == 0 || done < intervals; done++) {
            due = Math.max(due + interval.toNanos(), System.nanoTime());
            TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
            try {
                Optional<PreparedVerification> prepared = verification.next();
                unchecked = false;
                if (prepared.isEmpty()) {
                    say("nothing has changed");
                } else {
                    Optional<Throwable> failure = watch.run(flink, prepared.get(), ledger);
                    report(ledger.report(prepared.get().settings().run()));
                    failure.ifPresent(reason -> failed(verification, reason));
                }
            } catch (SQLException | SyncException e) {
                failed(verification, e);
            }
        }
    }

    /** A change of structure in between will do it, or a server that is away: the next interval makes up for it. */
    private void failed(IncrementalVerification verification, Throwable reason) {
        unchecked = true;
        verification.again();
        screen.complain("not checked, and compared as a whole next time: " + FailureText.of(reason));
    }

    private void report(VerificationReport report) {
        different |= report.differingRows() > 0;
        if (json) {
            System.out.println(VerifyJson.line(config, report));
        } else if (report.differingRows() > 0) {
            new VerifyText(Styles.ofThisProcess()).lines(report).forEach(screen::say);
        } else {
            screen.say(VerifyText.interval(report));
        }
    }

    private void say(String message) {
        if (!json) {
            screen.say(message);
        }
    }
}
