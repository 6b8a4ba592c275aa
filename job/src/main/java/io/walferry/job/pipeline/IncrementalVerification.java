package io.walferry.job.pipeline;

import static io.walferry.job.failure.FailureKind.NEEDS_OPERATOR;

import io.walferry.job.config.TaskConfig;
import io.walferry.job.control.ControlStore;
import io.walferry.job.failure.SyncException;
import io.walferry.job.jdbc.Database;
import io.walferry.job.model.MappedColumn;
import io.walferry.job.model.TableId;
import io.walferry.job.model.TableSchema;
import io.walferry.job.source.wal.ChangedRows;
import io.walferry.job.verify.ChangedTable;
import io.walferry.job.verify.ComparedTable;
import io.walferry.job.verify.VerificationLedger;
import io.walferry.job.verify.VerifySettings.RepairMode;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * Verifies what changes, interval by interval: each run compares the rows that have changed at the source since the run before.
 * Which those are comes from a temporary slot, so from the source itself and not from the task that is verified. A table is
 * compared as a whole if it has no key, was truncated, or has had too many changes; and all are, once, if the slot was lost.
 */
public final class IncrementalVerification implements AutoCloseable {

    /** Some hundred bytes each. */
    private static final int MOST_KEYS = 100_000;

    private final TaskConfig config;
    private final Consumer<String> told;
    private final Set<TableId> known = new HashSet<>();
    private ChangedRows changes;
    /** Source tables of the last run. */
    private Set<TableId> last = Set.of();

    private IncrementalVerification(TaskConfig config, Consumer<String> told) {
        this.config = config;
        this.told = told;
    }

    /**
     * Follows changes from now on.
     *
     * @param told gets a line for each part that takes time
     * @throws SyncException if there is no task that follows changes
     */
    public static IncrementalVerification open(TaskConfig config, Consumer<String> told) throws SQLException {
        IncrementalVerification verification = new IncrementalVerification(config, told);
        try (VerificationScope scope = VerificationScope.open(config, words -> {})) {
            if (!scope.live()) {
                throw new SyncException(
                        NEEDS_OPERATOR,
                        "task " + config.task(),
                        "the target has no record of it, so nothing brings changes that could be verified",
                        "Start the task, or verify without --follow");
            }
            try (ControlStore store = new ControlStore(scope.target().open(), config.task())) {
                store.install();
            }
            verification.follow(scope);
        }
        return verification;
    }

    private void follow(VerificationScope scope) throws SQLException {
        told.accept("waiting for transactions that are running at the source, to follow all after them");
        Map<TableId, List<String>> keys = keyColumns(scope);
        changes = ChangedRows.follow(
                new Database(config.source(), "walferry " + config.task() + " verify"),
                config.slot() + "_verify_"
                        + Integer.toHexString(ThreadLocalRandom.current().nextInt(1 << 16)),
                config.publication(),
                keys,
                MOST_KEYS);
        known.addAll(keys.keySet());
        told.accept("following changes of " + keys.size() + " tables");
    }

    private static Map<TableId, List<String>> keyColumns(VerificationScope scope) {
        Map<TableId, List<String>> columns = new HashMap<>();
        for (ComparedTable table : scope.comparisons().tables()) {
            for (TableSchema source : scope.comparisons().sources().get(table.number())) {
                columns.put(source.id(), table.source().keyless() ? List.of() : source.key());
            }
        }
        return columns;
    }

    /** A run for what has changed since the last; empty if nothing has. */
    public Optional<PreparedVerification> next() throws SQLException {
        try (VerificationScope scope = VerificationScope.open(config, words -> {})) {
            Map<TableId, List<String>> keys = keyColumns(scope);
            changes.watch(keys);
            keys.keySet().stream().filter(known::add).forEach(changes::whole);
            Map<TableId, ChangedRows.Changes> changed = taken(scope, keys);
            last = Set.copyOf(changed.keySet());
            return changed.isEmpty() ? Optional.empty() : Optional.of(prepare(scope, changed));
        }
    }

    /** Tables that cannot be compared in this moment keep what has changed of them. */
    private Map<TableId, ChangedRows.Changes> taken(VerificationScope scope, Map<TableId, List<String>> keys)
            throws SQLException {
        try {
            return changes.take(keys.keySet());
        } catch (SQLException e) {
            told.accept(e.getMessage() + ": all tables are compared as a whole once");
            changes.close();
            follow(scope);
            keys.keySet().forEach(changes::whole);
            return changes.take(keys.keySet());
        }
    }

    private PreparedVerification prepare(VerificationScope scope, Map<TableId, ChangedRows.Changes> changed)
            throws SQLException {
        List<ComparedTable> tables = new ArrayList<>();
        try (VerificationLedger ledger = new VerificationLedger(scope.target().open())) {
            long run = ledger.beginOfChanges(
                    config.task(),
                    "changed rows"
                            + (config.verify().percent() < 100
                                    ? ", sample of " + config.verify().percent() + " %"
                                    : ""));
            ledger.dropLeftovers(config.task(), run);
            for (ComparedTable table : scope.comparisons().tables()) {
                List<TableSchema> sources = scope.comparisons().sources().get(table.number());
                if (sources.stream().anyMatch(source -> changed.containsKey(source.id()))) {
                    ComparedTable numbered = table.numbered(tables.size());
                    tables.add(numbered);
                    enter(scope, ledger, run, numbered, sources, changed);
                }
            }
            ledger.state(run, "scanning");
            return new PreparedVerification(config.etl(), scope.settings(run, tables, RepairMode.NONE), false);
        }
    }

    private void enter(
            VerificationScope scope,
            VerificationLedger ledger,
            long run,
            ComparedTable table,
            List<TableSchema> sources,
            Map<TableId, ChangedRows.Changes> changed)
            throws SQLException {
        ChangedRows.Changes none = new ChangedRows.Changes(List.of(), false);
        if (sources.stream()
                .anyMatch(source -> changed.getOrDefault(source.id(), none).whole())) {
            scope.plan(ledger, run, table, sources);
            return;
        }
        List<List<String>> keys = new ArrayList<>();
        for (TableSchema source : sources) {
            List<String> constant = source.mapping().columns().stream()
                    .filter(MappedColumn::isConstant)
                    .map(MappedColumn::constant)
                    .toList();
            for (List<String> key : changed.getOrDefault(source.id(), none).keys()) {
                List<String> whole = new ArrayList<>(key);
                whole.addAll(constant);
                keys.add(whole);
            }
        }
        ledger.plan(
                run,
                new ChangedTable(table, keys, config.verify().percent()),
                scope.context().source());
    }

    /** The last run has not ended: what it had is compared as a whole in the next. */
    public void again() {
        last.forEach(changes::whole);
    }

    @Override
    public void close() throws SQLException {
        changes.close();
    }
}
