package io.walferry.job.cli;

import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import io.walferry.job.pipeline.PreparedVerification;
import io.walferry.job.verify.VerificationLedger;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** Has one run of a verification done on the embedded Flink, and shows how far it is. */
final class VerificationWatch {

    private static final Duration GLANCE = Duration.ofMillis(250);
    private static final Duration CANCELLATION = Duration.ofSeconds(5);
    private static final long SHOW_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long PLAIN_EVERY_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Screen screen;
    private final boolean json;
    private long shownAt = System.nanoTime();

    /** @param json nothing is shown */
    VerificationWatch(Screen screen, boolean json) {
        this.screen = screen;
        this.json = json;
    }

    /** Returns when the run has ended, with its failure if there was one. */
    Optional<Throwable> run(EmbeddedFlink flink, PreparedVerification prepared, VerificationLedger ledger)
            throws InterruptedException, ExecutionException, SQLException {
        RunningJob job = flink.submit(prepared);
        try {
            return watch(job, ledger, prepared.settings().run());
        } catch (InterruptedException e) {
            job.cancel(CANCELLATION);
            throw e;
        }
    }

    private Optional<Throwable> watch(RunningJob job, VerificationLedger ledger, long run)
            throws InterruptedException, SQLException {
        while (true) {
            Optional<RunningJob.End> end = job.await(GLANCE);
            if (end.isPresent()) {
                if (screen.isTerminal()) {
                    screen.show(List.of());
                }
                return end.get().failure();
            }
            Optional<Throwable> failure = job.newFailure();
            if (failure.isPresent() && !startsAgain(failure.get())) {
                job.cancel(CANCELLATION);
                return failure;
            }
            if (failure.isPresent()) {
                screen.complain("starting again after a failure: " + FailureText.of(failure.get()));
            }
            show(ledger, run);
        }
    }

    private static boolean startsAgain(Throwable failure) {
        return FailureText.find(failure, SyncException.class)
                .map(ours -> ours.kind() == FailureKind.TRANSIENT)
                .orElse(true);
    }

    private void show(VerificationLedger ledger, long run) throws SQLException {
        long now = System.nanoTime();
        if (json || now - shownAt < (screen.isTerminal() ? SHOW_NANOS : PLAIN_EVERY_NANOS)) {
            return;
        }
        shownAt = now;
        String line = VerifyText.progress(ledger.progress(run));
        if (screen.isTerminal()) {
            screen.show(List.of(line.length() <= screen.columns() ? line : line.substring(0, screen.columns())));
        } else {
            screen.say(line);
        }
    }
}
