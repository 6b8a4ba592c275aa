package io.walferry.job.pipeline;

import static io.walferry.job.failure.FailureKind.NEEDS_OPERATOR;

import io.walferry.job.config.TaskConfig;
import io.walferry.job.failure.SyncException;
import io.walferry.job.verify.VerificationLedger;
import io.walferry.job.verify.VerificationReport;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/** Lets a cut-over through only if a verification of late has found both sides equal, where the task file asks for that. */
final class VerifiedGate {

    private final TaskConfig config;
    private final Consumer<String> told;

    /** @param told gets which verification it was */
    VerifiedGate(TaskConfig config, Consumer<String> told) {
        this.config = config;
        this.told = told;
    }

    /** @throws SyncException if there is none, or its result is another one */
    void pass(Connection target) throws SQLException {
        Duration within = config.cutover().verifiedWithin();
        if (within.isZero()) {
            return;
        }
        VerificationLedger ledger = new VerificationLedger(target);
        Optional<Long> run = ledger.newest(config.task());
        String obstacle = run.isEmpty() ? "it has never been verified" : obstacle(ledger.report(run.get()), within);
        if (!obstacle.isEmpty()) {
            throw new SyncException(
                    NEEDS_OPERATOR,
                    "task " + config.task(),
                    obstacle + ", and the task file asks for a verification within " + within.toMinutes() + " min",
                    "Run walferry verify, mend what it finds, then try again; or change cutover.verified-within");
        }
        told.accept("verification " + run.get() + " has found both sides equal");
    }

    /** Empty if there is none. */
    private static String obstacle(VerificationReport report, Duration within) {
        String name = "verification " + report.run();
        if (!report.done()) {
            return name + " has not ended";
        }
        if (!VerificationPreparation.isWhole(report.settings())) {
            return name + " has not compared every value of every row on both sides";
        }
        if (!report.equal()) {
            return name + " has found differences";
        }
        if (!report.complete() || report.tables().stream().anyMatch(table -> table.unsettled() > 0)) {
            return name + " could not check all rows";
        }
        return report.started().isBefore(Instant.now().minus(within))
                ? name + " began at " + report.started() + ", too long ago"
                : "";
    }
}
