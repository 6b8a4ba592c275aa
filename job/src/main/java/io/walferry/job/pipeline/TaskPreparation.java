package io.walferry.job.pipeline;

import static io.walferry.job.failure.FailureKind.NEEDS_OPERATOR;
import static io.walferry.job.failure.FailureKind.TRANSIENT;

import io.walferry.job.catalog.CatalogReader;
import io.walferry.job.catalog.SourceCatalog;
import io.walferry.job.config.TaskConfig;
import io.walferry.job.control.ChunkLedger;
import io.walferry.job.control.ControlStore;
import io.walferry.job.control.Phase;
import io.walferry.job.control.TaskRecord;
import io.walferry.job.dialect.TargetDialect;
import io.walferry.job.failure.Finding;
import io.walferry.job.failure.RefusedException;
import io.walferry.job.failure.SyncException;
import io.walferry.job.jdbc.Database;
import io.walferry.job.model.Lsn;
import io.walferry.job.model.TableId;
import io.walferry.job.model.TableSchema;
import io.walferry.job.schema.SchemaSync;
import io.walferry.job.schema.StructurePlan;
import io.walferry.job.source.snapshot.ChunkPlanner;
import io.walferry.job.source.wal.Publication;
import io.walferry.job.source.wal.ReplicationSlot;
import io.walferry.job.source.wal.RunningTransaction;
import io.walferry.job.source.wal.SlotCreationWatch;
import io.walferry.job.source.wal.SlotFacts;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes everything that has to exist before the job runs: control records, tables at the target, publication, slot, chunk
 * plan. Each part can be made again after a crash in the middle; once the slot is recorded nothing is made anew, the task
 * resumes from its records.
 */
public final class TaskPreparation {

    private static final Duration WATCH_INTERVAL = Duration.ofSeconds(3);

    private final TaskConfig config;
    private final Consumer<String> told;
    private final Database source;
    private final Database target;

    private TaskPreparation(TaskConfig config, Consumer<String> told) {
        this.config = config;
        this.told = told;
        this.source = new Database(config.source(), "walferry " + config.task());
        this.target = new Database(config.target(), "walferry " + config.task());
    }

    /**
     * @param told gets a line for each part that takes time
     * @throws SyncException if the task cannot start or resume: where, what and how to fix, all findings at once
     */
    public static PreparedTask prepare(TaskConfig config, Consumer<String> told)
            throws SQLException, InterruptedException {
        return new TaskPreparation(config, told).prepare();
    }

    private PreparedTask prepare() throws SQLException, InterruptedException {
        try (Connection sourceConnection = source.open();
                Connection targetConnection = target.open();
                ControlStore store = new ControlStore(target.open(), config.task())) {
            store.install();
            if (!store.tryLockTask()) {
                throw new SyncException(
                        TRANSIENT,
                        "task " + config.task(),
                        "it is being started by somebody else at this moment",
                        "Wait for the other start, or end it");
            }
            TargetDialect dialect = TargetDialect.probe(targetConnection);
            TaskRecord record = store.task().orElse(null);
            boolean started = record != null && record.started();
            SourceCatalog catalog = new TaskTables(config, store, started)
                    .map(CatalogReader.read(sourceConnection, config.objects()), targetConnection);
            StructurePlan structure = StructurePlan.of(catalog, dialect);
            if (!started) {
                refuse(catalog, structure);
                start(store, sourceConnection, targetConnection, catalog, structure, record == null);
            } else {
                resume(store, sourceConnection, catalog);
            }
            plan(store, sourceConnection, catalog.tables());
            long incarnation = store.task().orElseThrow().slotLsn();
            return new PreparedTask(
                    config,
                    source,
                    target.withSessionStatements(dialect.sessionStatements()),
                    catalog.tables(),
                    structure,
                    incarnation);
        }
    }

    private void refuse(SourceCatalog catalog, StructurePlan structure) {
        List<Finding> findings = new ArrayList<>(catalog.findings());
        findings.addAll(structure.findings());
        RefusedException.throwIfAny("task " + config.task(), findings);
        for (Finding finding : findings) {
            told.accept(finding.toString());
        }
        if (catalog.tables().isEmpty()) {
            throw new SyncException(
                    NEEDS_OPERATOR,
                    "objects in the task file",
                    "they select no table of source " + source.address(),
                    "Check the names of schemas and tables");
        }
    }

    private void start(
            ControlStore store,
            Connection sourceConnection,
            Connection targetConnection,
            SourceCatalog catalog,
            StructurePlan structure,
            boolean first)
            throws SQLException, InterruptedException {
        SchemaSync sync = new SchemaSync(structure, config.task());
        TaskTables tables = new TaskTables(config, store, false);
        sync.refuseForeignTables(targetConnection, tables.created(catalog.tables()));
        ReplicationSlot slot = new ReplicationSlot(config.slot());
        SlotFacts facts = slot.facts(sourceConnection);
        if (first) {
            facts.slot().ifPresent(found -> {
                throw new SyncException(
                        NEEDS_OPERATOR,
                        "slot " + config.slot() + " at source " + source.address(),
                        "it exists, but the target has no record of task " + config.task(),
                        "If no task uses it, run SELECT pg_drop_replication_slot('" + config.slot()
                                + "'); else choose another task name or the target that belongs to it");
            });
            store.createTask(facts.systemIdentifier(), facts.database(), config.slot());
        } else {
            // A former start ended between making the slot and recording it; nothing has been read from it.
            slot.drop(sourceConnection);
        }
        tables.claim(catalog.tables());
        if (config.phases().schema()) {
            told.accept("creating " + catalog.tables().size() + " tables at the target");
            sync.createBefore(targetConnection, told);
        }
        tables.empty(catalog.tables(), told);
        new Publication(config.publication()).ensure(sourceConnection, catalog.tables());
        told.accept("creating replication slot " + config.slot());
        store.recordSlot(
                slot.create(sourceConnection, new SlotCreationWatch(source, WATCH_INTERVAL, this::tellBlockers)));
    }

    private void tellBlockers(List<RunningTransaction> blockers) {
        told.accept("the slot waits for transactions that were open before it: "
                + blockers.stream()
                        .map(blocker -> (blocker.pid() == 0 ? "a prepared one" : "pid " + blocker.pid())
                                + blocker.age()
                                        .map(age -> " (" + age.toSeconds() + " s)")
                                        .orElse(""))
                        .collect(Collectors.joining(", ")));
    }

    private void resume(ControlStore store, Connection sourceConnection, SourceCatalog catalog) throws SQLException {
        Set<TableId> recorded = new HashSet<>(store.chunks().tables());
        Set<TableId> selected = catalog.tables().stream().map(TableSchema::id).collect(Collectors.toSet());
        if (!recorded.equals(selected)) {
            throw new SyncException(
                    NEEDS_OPERATOR,
                    "task " + config.task(),
                    "its tables are not those it was started with (" + difference(recorded, selected) + ")",
                    "Make the task file select the same tables again; a running task cannot gain or lose a table yet");
        }
        new TaskTables(config, store, true).requireSameArrivals(catalog.tables());
        new Publication(config.publication()).verify(sourceConnection, catalog.tables());
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
                .limit(10)
                .collect(Collectors.joining(", "));
    }

    private void plan(ControlStore store, Connection sourceConnection, List<TableSchema> tables) throws SQLException {
        Set<TableId> unplanned = new HashSet<>(store.chunks().unplanned());
        if (!unplanned.isEmpty() && !config.phases().load()) {
            told.accept("the phase load is off: changes begin at the slot, which was made at "
                    + Lsn.format(store.task().orElseThrow().slotLsn()) + "; rows from before are not moved");
            for (TableId table : unplanned) {
                store.chunks().plan(table, 0, List.of());
            }
            store.phase(Phase.LOAD);
        } else if (!unplanned.isEmpty()) {
            told.accept("planning the load of " + unplanned.size() + " tables");
            ChunkPlanner planner =
                    new ChunkPlanner(sourceConnection, config.load().chunkRows());
            for (TableSchema table : tables) {
                if (unplanned.contains(table.id())) {
                    ChunkPlanner.Plan plan = planner.plan(table);
                    store.chunks()
                            .plan(
                                    table.id(),
                                    plan.estimatedRows(),
                                    plan.chunks().stream()
                                            .map(chunk -> new ChunkLedger.Bounds(chunk.lower(), chunk.upper()))
                                            .toList());
                }
            }
            store.phase(Phase.LOAD);
        }
    }
}
