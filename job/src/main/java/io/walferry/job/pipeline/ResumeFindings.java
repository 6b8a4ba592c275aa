package io.walferry.job.pipeline;

import io.walferry.job.config.TaskConfig;
import io.walferry.job.control.ControlStore;
import io.walferry.job.control.TaskRecord;
import io.walferry.job.failure.Finding;
import io.walferry.job.failure.SyncException;
import io.walferry.job.model.TableId;
import io.walferry.job.model.TableSchema;
import io.walferry.job.precheck.CheckContext;
import io.walferry.job.source.wal.Publication;
import io.walferry.job.source.wal.ReplicationSlot;
import io.walferry.job.source.wal.SlotAssessment;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Whether a task that has started still finds what it left: its tables, its publication, its slot. */
final class ResumeFindings {

    private static final int TABLES_SHOWN = 10;

    private final CheckContext context;
    private final ControlStore store;
    private final TaskTables arrivals;
    private final TaskConfig config;
    private final List<Finding> findings = new ArrayList<>();

    ResumeFindings(CheckContext context, ControlStore store, TaskTables arrivals) {
        this.arrivals = arrivals;
        this.context = context;
        this.store = store;
        this.config = context.config();
    }

    /** Reads what the task's patterns select now. */
    @FunctionalInterface
    interface Selected {
        List<TableSchema> read() throws SQLException;
    }

    List<Finding> of(Selected selected) throws SQLException {
        if (StructureFollowing.isFollowed(config, store)) {
            sameSelection();
        } else {
            sameTables(selected.read());
        }
        TaskRecord record = store.task().orElseThrow();
        SlotAssessment.assess(
                        new ReplicationSlot(config.slot()).facts(context.source()),
                        record.safeLsn(),
                        record.systemIdentifier())
                .ifPresent(failure -> findings.add(failure.finding()));
        return findings;
    }

    /** Tables come, go and change with the source, so only the task file is held against the record. */
    private void sameSelection() throws SQLException {
        if (!store.selection().equals(Optional.of(TaskSelection.of(config)))) {
            findings.add(Finding.error(
                    "task " + config.task(),
                    "objects, mapping, operations, on-existing, soft-delete, audit or phases are not those it was started with",
                    "Make the task file say the same again; or if only tables shall come or go, run walferry add-tables or"
                            + " walferry remove-tables with it; or end the task and start it anew"));
        }
        // Of which tables it has to publish, the reader makes sure.
        verify(() -> new Publication(config.publication()).verifyAtLeast(context.source(), List.of()));
    }

    private void sameTables(List<TableSchema> tables) throws SQLException {
        Set<TableId> recorded = new HashSet<>(store.chunks().tables());
        Set<TableId> selected = tables.stream().map(TableSchema::id).collect(Collectors.toSet());
        if (!recorded.equals(selected)) {
            findings.add(Finding.error(
                    "task " + config.task(),
                    "its tables are not those it was started with (" + difference(recorded, selected) + ")",
                    "Make the task file select the same tables again; a running task cannot gain or lose a table yet"));
        } else {
            verify(() -> arrivals.requireSameArrivals(tables));
            verify(() -> new Publication(config.publication()).verify(context.source(), tables));
        }
    }

    /** Something that refuses to go on. */
    @FunctionalInterface
    private interface Verification {
        void run() throws SQLException;
    }

    private void verify(Verification verification) throws SQLException {
        try {
            verification.run();
        } catch (SyncException e) {
            findings.add(e.finding());
        }
    }

    private static String difference(Set<TableId> recorded, Set<TableId> selected) {
        return Stream.concat(
                        recorded.stream()
                                .filter(table -> !selected.contains(table))
                                .sorted()
                                .map(table -> "gone: " + table),
                        selected.stream()
                                .filter(table -> !recorded.contains(table))
                                .sorted()
                                .map(table -> "new: " + table))
                .limit(TABLES_SHOWN)
                .collect(Collectors.joining(", "));
    }
}
