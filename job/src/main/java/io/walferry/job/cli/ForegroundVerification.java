package io.walferry.job.cli;

import io.walferry.job.config.TaskConfig;
import io.walferry.job.jdbc.Database;
import io.walferry.job.pipeline.PreparedVerification;
import io.walferry.job.pipeline.VerificationOptions;
import io.walferry.job.pipeline.VerificationPreparation;
import io.walferry.job.verify.VerificationLedger;
import io.walferry.job.verify.VerificationReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;

/** One verification: prepare, submit, show how far it is, report. A run that was interrupted goes on. */
final class ForegroundVerification {

    static final int EQUAL = 0;
    static final int DIFFERENT = 1;
    static final int NOT_CHECKED = 2;

    private final TaskConfig config;
    private final VerificationOptions options;
    private final Screen screen;
    private final boolean json;
    private final Path html;
    private final Path script;

    /**
     * @param html where the page goes; null: nowhere
     * @param script where the repairs go as SQL; null: nowhere
     */
    ForegroundVerification(
            TaskConfig config, VerificationOptions options, Screen screen, boolean json, Path html, Path script) {
        this.config = config;
        this.options = options;
        this.screen = screen;
        this.json = json;
        this.html = html;
        this.script = script;
    }

    /**
     * Returns the exit code.
     *
     * @param last show the newest run and verify nothing
     */
    int run(boolean last) {
        try {
            return last ? showLast() : verify();
        } catch (Exception e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            screen.complain(FailureText.of(e));
            return NOT_CHECKED;
        }
    }

    private int showLast() throws SQLException, IOException {
        try (VerificationLedger ledger = ledger()) {
            Optional<Long> run = ledger.newest(config.task());
            if (run.isEmpty()) {
                screen.complain("no run of task " + config.task() + " is known: run walferry verify");
                return NOT_CHECKED;
            }
            return report(ledger.report(run.get()));
        }
    }

    private int verify() throws Exception {
        say("task " + config.task() + ": " + config.source().address() + " -> "
                + config.target().address());
        try (StartingFlink starting = StartingFlink.begin(config)) {
            PreparedVerification prepared = VerificationPreparation.prepare(config, options, this::say);
            long run = prepared.settings().run();
            say("run " + run + (prepared.resumed() ? " goes on where it was interrupted" : ""));
            EmbeddedFlink flink = starting.await();
            try (VerificationLedger ledger = ledger()) {
                Optional<Throwable> failure = new VerificationWatch(screen, json).run(flink, prepared, ledger);
                int code = report(ledger.report(run));
                failure.ifPresent(reason -> screen.complain(FailureText.of(reason)));
                if (script != null) {
                    Files.writeString(script, String.join("\n", ledger.repairScript(prepared.settings())) + "\n");
                }
                return failure.isPresent() ? NOT_CHECKED : code;
            }
        }
    }

    private VerificationLedger ledger() throws SQLException {
        return new VerificationLedger(new Database(config.target(), "walferry " + config.task() + " verify").open());
    }

    private int report(VerificationReport report) throws IOException {
        if (json) {
            System.out.println(VerifyJson.of(config, report));
        } else {
            new VerifyText(Styles.ofThisProcess()).lines(report).forEach(System.out::println);
        }
        if (html != null) {
            Files.writeString(html, VerifyHtml.of(config, report));
        }
        if (report.done() && !report.equal()) {
            return DIFFERENT;
        }
        return report.complete() ? EQUAL : NOT_CHECKED;
    }

    private void say(String message) {
        if (!json) {
            screen.say(message);
        }
    }
}
