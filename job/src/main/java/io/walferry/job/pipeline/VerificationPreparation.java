package io.walferry.job.pipeline;

import io.walferry.job.config.TaskConfig;
import io.walferry.job.config.VerifyConfig;
import io.walferry.job.control.ControlStore;
import io.walferry.job.failure.SyncException;
import io.walferry.job.verify.ComparedTable;
import io.walferry.job.verify.VerificationLedger;
import io.walferry.job.verify.VerificationReport;
import io.walferry.job.verify.VerifySettings.RepairMode;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Makes what a run of {@code walferry verify} needs: the records, the chunks; checks the structure. */
public final class VerificationPreparation {

    private final TaskConfig config;
    private final VerificationOptions options;
    private final Consumer<String> told;

    private VerificationPreparation(TaskConfig config, VerificationOptions options, Consumer<String> told) {
        this.config = config;
        this.options = options;
        this.told = told;
    }

    /**
     * Prepares a run, or finds one that was interrupted.
     *
     * @param told gets a line for each part that takes time
     * @throws SyncException if there is nothing that could be compared
     */
    public static PreparedVerification prepare(TaskConfig config, VerificationOptions options, Consumer<String> told)
            throws SQLException {
        return new VerificationPreparation(config, options, told).prepare();
    }

    private PreparedVerification prepare() throws SQLException {
        try (VerificationScope scope = VerificationScope.open(config, told);
                ControlStore store = new ControlStore(scope.target().open(), config.task());
                VerificationLedger ledger =
                        new VerificationLedger(scope.target().open())) {
            store.install();
            String definition = definition(scope.comparisons().tables());
            Optional<Long> unfinished =
                    options.anew() ? Optional.empty() : ledger.unfinished(config.task(), definition);
            long run = unfinished.isPresent() ? unfinished.get() : ledger.begin(config.task(), described(), definition);
            ledger.dropLeftovers(config.task(), run);
            if (ledger.state(run).equals("planning")) {
                List<VerificationReport.ObjectDifference> structure =
                        new ArrayList<>(scope.comparisons().absent());
                structure.addAll(new StructureVerification(scope.context(), scope.precheck())
                        .differences(options.repair() == RepairMode.WRITE));
                ledger.objects(run, structure);
                plan(scope, ledger, run);
                ledger.state(run, "scanning");
            }
            return new PreparedVerification(
                    config.etl(),
                    scope.settings(run, scope.comparisons().tables(), options.repair()),
                    unfinished.isPresent());
        }
    }

    private void plan(VerificationScope scope, VerificationLedger ledger, long run) throws SQLException {
        List<ComparedTable> tables = scope.comparisons().tables();
        told.accept("planning the comparison of " + tables.size() + " tables");
        for (ComparedTable table : tables) {
            scope.plan(ledger, run, table, scope.comparisons().sources().get(table.number()));
        }
    }

    /** Whether a run that was so described has compared every value of every row. */
    static boolean isWhole(String described) {
        VerifyConfig whole = VerifyConfig.DEFAULT;
        return described.startsWith(compared(whole.mode(), whole.percent(), whole.direction()));
    }

    private static String compared(VerifyConfig.Mode mode, double percent, VerifyConfig.Direction direction) {
        return mode.label() + (percent < 100 ? ", sample of " + percent + " %" : "") + ", direction "
                + direction.label();
    }

    private String described() {
        VerifyConfig verify = config.verify();
        return compared(verify.mode(), verify.percent(), verify.direction())
                + switch (options.repair()) {
                    case NONE -> "";
                    case DRY_RUN -> ", repair (dry run)";
                    case WRITE -> ", repair";
                };
    }

    private String definition(List<ComparedTable> tables) {
        return Integer.toHexString(tables.stream()
                        .map(ComparedTable::described)
                        .collect(Collectors.joining("\n"))
                        .hashCode())
                + " " + described();
    }
}
