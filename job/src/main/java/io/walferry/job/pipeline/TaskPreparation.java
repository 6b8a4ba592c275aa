package io.walferry.job.pipeline;

import static io.walferry.job.failure.FailureKind.NEEDS_OPERATOR;
import static io.walferry.job.failure.FailureKind.TRANSIENT;

import io.walferry.job.catalog.MappedTables;
import io.walferry.job.catalog.ObjectName;
import io.walferry.job.catalog.SourceCatalog;
import io.walferry.job.config.TaskConfig;
import io.walferry.job.control.ChunkLedger;
import io.walferry.job.control.ControlStore;
import io.walferry.job.control.Phase;
import io.walferry.job.control.TaskLock;
import io.walferry.job.control.TaskRecord;
import io.walferry.job.dialect.TargetDialect;
import io.walferry.job.failure.SyncException;
import io.walferry.job.jdbc.Database;
import io.walferry.job.model.Lsn;
import io.walferry.job.model.TableId;
import io.walferry.job.model.TableSchema;
import io.walferry.job.precheck.CheckContext;
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
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Makes everything that has to exist before the job runs, once nothing speaks against it: control records, tables at the target,
 * publication, slot, chunk plan. Each part can be made again after a crash in the middle; once the slot is recorded nothing is made anew, the task
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
        try (CheckContext context = new CheckContext(config)) {
            TaskPrecheck precheck = new TaskPrecheck(context);
            precheck.connectOrRefuse();
            try (ControlStore store = new ControlStore(target.open(), config.task())) {
                if (!TaskLock.START.take(store, config.task())) {
                    throw new SyncException(
                            TRANSIENT,
                            "task " + config.task(),
                            "it is being started by somebody else at this moment",
                            "Wait for the other start, or end it");
                }
                refuseAfterCutover(store);
                precheck.checkOrRefuse(told);
                store.install();
                TaskRecord record = store.task().orElse(null);
                Moved moved = record == null || !record.started()
                        ? start(store, context, precheck, record == null)
                        : resume(store, context, precheck);
                plan(store, context.source(), moved.tables());
                store.expectLanes(TaskLanes.of(moved.tables(), false).names());
                TaskRecord prepared = store.task().orElseThrow();
                return new PreparedTask(
                        SizedTask.of(config, store),
                        source,
                        targetForJob(context.dialect()),
                        moved.tables(),
                        moved.structure(),
                        prepared.slotLsn(),
                        prepared.phase().equals(Phase.CHANGES.label())
                                && store.chunks().left() > 0,
                        moved.followedVersion());
            }
        }
    }

    private void refuseAfterCutover(ControlStore store) throws SQLException {
        if (store.readable()
                && store.task()
                        .filter(record -> record.phase().equals(Phase.ENDED.label()))
                        .isPresent()) {
            throw new SyncException(
                    NEEDS_OPERATOR,
                    "task " + config.task(),
                    "it was cut over: applications may be writing to its target",
                    "Use the target; to begin anew, run walferry release first");
        }
    }

    /** @param followedVersion see {@link PreparedTask#followedVersion()} */
    private record Moved(List<TableSchema> tables, StructurePlan structure, int followedVersion) {}

    private Moved resume(ControlStore store, CheckContext context, TaskPrecheck precheck)
            throws SQLException, InterruptedException {
        if (!StructureFollowing.isFollowed(config, store)) {
            return new Moved(precheck.catalog().tables(), precheck.structure(), 0);
        }
        int version = StructureFollowing.version(context.source());
        try (Connection applying = targetForJob(context.dialect()).openForApply()) {
            new StatementRenewal(config, source, version, applying, told).run();
        }
        FollowedStructure followed = StructureFollowing.restore(config, version, store, context.target());
        return new Moved(followed.tables(), followed.source().plan(), version);
    }

    private Moved start(ControlStore store, CheckContext context, TaskPrecheck precheck, boolean first)
            throws SQLException, InterruptedException {
        TaskTables arrivals = new TaskTables(config, store, false);
        Optional<StructureFollowing> following = StructureFollowing.begin(
                config, context.source(), context.dialect(), catalog -> fit(arrivals, catalog, context), told);
        List<TableSchema> tables = following.isPresent()
                ? following.get().structure().tables()
                : precheck.catalog().tables();
        StructurePlan structure =
                following.isPresent() ? following.get().structure().plan() : precheck.structure();
        start(store, context, tables, structure, precheck.differing(), following, first);
        return new Moved(
                tables,
                structure,
                following.map(StructureFollowing::sourceVersion).orElse(0));
    }

    private static MappedTables fit(TaskTables arrivals, SourceCatalog catalog, CheckContext context) {
        try {
            return arrivals.fit(catalog, context.target());
        } catch (SQLException e) {
            throw new SyncException(
                    TRANSIENT,
                    "target " + context.config().target().address(),
                    "its tables could not be looked at (SQLSTATE " + e.getSQLState() + ")",
                    "Start again",
                    e);
        }
    }

    private Database targetForJob(TargetDialect dialect) {
        Database database = target.withSessionStatements(dialect.sessionStatements());
        return dialect.triggersCanBeSilenced() ? database : database.withoutSilencingTriggers();
    }

    private void start(
            ControlStore store,
            CheckContext context,
            List<TableSchema> tables,
            StructurePlan structure,
            Map<ObjectName, String> differing,
            Optional<StructureFollowing> following,
            boolean first)
            throws SQLException, InterruptedException {
        TaskTables arrivals = new TaskTables(config, store, false);
        ReplicationSlot slot = new ReplicationSlot(config.slot());
        if (first) {
            SlotFacts facts = slot.facts(context.source());
            store.createTask(facts.systemIdentifier(), facts.database(), config.slot());
        } else {
            // A former start ended between making the slot and recording it; nothing has been read from it.
            slot.drop(context.source());
        }
        store.recordSelection(TaskSelection.of(config), TaskSelection.json(config.objects()));
        arrivals.claim(tables);
        for (TableSchema table : tables) {
            store.chunks().recordStatement(table.oid(), RecordedStatement.of(table));
        }
        structure.leftOut().forEach(object -> told.accept("left out: " + object));
        ObjectStates states = new ObjectStates(store, told::accept);
        states.expect(structure);
        states.kept(differing);
        if (config.phases().schema()) {
            told.accept("creating " + tables.size() + " tables at the target");
            new SchemaSync(structure).createBefore(context.target(), states);
        }
        new HistoryTables(config).create(context.target());
        store.markTransactions();
        arrivals.empty(tables, told);
        List<TableSchema> published = new ArrayList<>(tables);
        if (following.isPresent()) {
            published.addAll(following.get().published());
        }
        new Publication(config.publication()).ensure(context.source(), published);
        told.accept("creating replication slot " + config.slot());
        long slotLsn = slot.create(context.source(), new SlotCreationWatch(source, WATCH_INTERVAL, this::tellBlockers));
        if (following.isPresent()) {
            following.get().slotMade(store, context.target(), told);
        }
        store.recordSlot(slotLsn);
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
