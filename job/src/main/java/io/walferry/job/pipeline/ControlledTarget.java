package io.walferry.job.pipeline;

import io.walferry.job.catalog.ObjectKey;
import io.walferry.job.control.ChunkLedger;
import io.walferry.job.control.ControlStore;
import io.walferry.job.control.Phase;
import io.walferry.job.control.ReloadQueue;
import io.walferry.job.control.StructureLedger;
import io.walferry.job.control.TaskRecord;
import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import io.walferry.job.model.ChangePosition;
import io.walferry.job.model.ChunkId;
import io.walferry.job.model.TableId;
import io.walferry.job.model.TableSchema;
import io.walferry.job.schema.PostLoad;
import io.walferry.job.schema.ddl.DdlEffect;
import io.walferry.job.source.StructureChange;
import io.walferry.job.source.StructureLogEntry;
import io.walferry.job.source.StructureSide;
import io.walferry.job.source.TargetSide;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The target as the source sees it: the control records, and the structure that is made after the load. */
final class ControlledTarget implements TargetSide {

    private static final Logger LOG = LoggerFactory.getLogger(ControlledTarget.class);

    private final ControlStore store;
    private final ChunkLedger chunks;
    private final PreparedTask task;
    private final Connection connection;
    private FollowedStructure structure;

    /** @param connection that the store has */
    ControlledTarget(ControlStore store, Connection connection, PreparedTask task) {
        this.store = store;
        this.connection = connection;
        this.chunks = store.chunks();
        this.task = task;
    }

    @Override
    public List<TableId> tablesToLoad() throws SQLException {
        return chunks.tablesToLoad();
    }

    @Override
    public List<PlannedChunk> chunksToLoad(TableId table) throws SQLException {
        return chunks.toLoad(table).stream().map(ControlledTarget::planned).toList();
    }

    @Override
    public Optional<PlannedChunk> chunkToLoad(ChunkId chunk) throws SQLException {
        return chunks.toLoad(chunk).map(ControlledTarget::planned);
    }

    private static PlannedChunk planned(ChunkLedger.Planned chunk) {
        return new PlannedChunk(
                chunk.chunk(), chunk.bounds().lower(), chunk.bounds().upper());
    }

    @Override
    public long chunksLeft() throws SQLException {
        return chunks.left();
    }

    @Override
    public Map<Long, LoadWindow> loadWindows() throws SQLException {
        Map<Long, LoadWindow> windows = new HashMap<>();
        for (ChunkLedger.Seen seen : chunks.seen()) {
            windows.put(seen.oid(), new LoadWindow(seen.maxLsn(), seen.snapshot()));
        }
        return windows;
    }

    @Override
    public void afterLoad() throws SQLException, InterruptedException {
        store.markTransactions();
        if (!phaseIs(Phase.CHANGES)) {
            store.phase(Phase.INDEX);
            postLoad(new ObjectStates(store, store::activity)).afterLoad();
            chunks.kept()
                    .forEach((table, rows) ->
                            LOG.info("Of the rows of {}, {} found others at the target, which were kept", table, rows));
            store.activity("");
            store.phase(Phase.CHANGES);
        }
    }

    @Override
    public void atConsistency() throws SQLException, InterruptedException {
        if (followed() != null && store.wasConsistent()) {
            // What a later change of structure has made of it is not undone; what failed is tried again.
            postLoad(new UnfinishedObjects(store, store::activity)).atConsistency();
        } else {
            postLoad(new ObjectStates(store, store::activity)).atConsistency();
        }
        store.recordConsistent();
        if (followed() != null) {
            structure.source().consistent(true);
        }
        store.activity("");
    }

    private PostLoad postLoad(ObjectStates states) throws SQLException {
        return new PostLoad(
                followed() == null ? task.structure() : structure.source().plan(),
                task.source(),
                task.target(),
                task.config().load().parallelism(),
                states);
    }

    private boolean phaseIs(Phase phase) throws SQLException {
        return record().phase().equals(phase.label());
    }

    @Override
    public Optional<ChangePosition> appliedByAll() throws SQLException {
        return store.appliedByAll();
    }

    @Override
    public Optional<ChangePosition> appliedByAny() throws SQLException {
        return store.appliedByAny();
    }

    @Override
    public List<Reload> reloads() throws SQLException {
        return store.reloads().waiting().stream()
                .map(waiting -> new Reload(waiting.oid(), waiting.table(), waiting.asked(), waiting.reason()))
                .toList();
    }

    @Override
    public void askReload(long oid, TableId table, String reason) throws SQLException {
        store.reloads().ask(oid, table, reason);
    }

    @Override
    public ReloadTransaction beginReload() throws SQLException {
        return ControlledReload.begin(task.target(), task.config().task());
    }

    @Override
    public void refuseReload(Reload reload, String why) throws SQLException {
        store.reloads().refuse(waiting(reload), why);
    }

    static ReloadQueue.Waiting waiting(Reload reload) {
        return new ReloadQueue.Waiting(reload.oid(), reload.table(), reload.asked(), reload.reason());
    }

    @Override
    public Map<Long, LoadWindow> reloadWindows() throws SQLException {
        Map<Long, LoadWindow> windows = new HashMap<>();
        store.reloads()
                .windows()
                .forEach((oid, seen) -> windows.put(oid, new LoadWindow(seen.lsn(), seen.snapshot(), seen.upTo())));
        return windows;
    }

    @Override
    public void postponeLoad(TableId table) throws SQLException {
        chunks.postpone(table);
    }

    @Override
    public Optional<LoadWindow> startWindow() throws SQLException {
        return store.start().map(seen -> new LoadWindow(seen.lsn(), seen.snapshot()));
    }

    @Override
    public boolean structureStepDone(ChangePosition position) throws SQLException {
        return store.structure().isDone(position);
    }

    @Override
    public void structureStep(ChangePosition position, StructureLogEntry entry, StructureChange change)
            throws SQLException {
        StructureLedger ledger = store.structure();
        if (change.refused() != null && !ledger.isDecided(position)) {
            ledger.failed(step(position, entry, change), change.refused());
            throw new SyncException(
                    FailureKind.NEEDS_OPERATOR,
                    entry.tag() + " at " + position,
                    change.refused() + "; the statements for the target would be: "
                            + String.join("; ", change.statements()),
                    "Run walferry ddl skip, or walferry ddl apply with the statements to run at the target, then start the task"
                            + " again; or change ddl in the task file");
        }
        ledger.run(
                step(position, entry, change),
                images(change),
                change.reload().stream()
                        .map(table -> new StructureLedger.ToReload(table.oid(), table.table(), "after " + entry.tag()))
                        .toList(),
                () -> follow(chunks, change));
    }

    @Override
    public void structureStepFailed(
            ChangePosition position, StructureLogEntry entry, StructureChange change, String message)
            throws SQLException {
        store.structure().failed(step(position, entry, change), message);
    }

    private static StructureLedger.Step step(ChangePosition position, StructureLogEntry entry, StructureChange change) {
        return new StructureLedger.Step(
                position,
                entry.id(),
                entry.tag(),
                entry.text(),
                change.alone(),
                change.statements(),
                FollowedStructure.outcome(change));
    }

    static Map<ObjectKey, Optional<String>> images(StructureChange change) {
        return change.origin() instanceof DdlEffect effect ? effect.images() : Map.of();
    }

    /** Tables that are new to the task. */
    static void follow(ChunkLedger chunks, StructureChange change) throws SQLException {
        for (TableSchema table : change.changed()) {
            chunks.follow(table.id(), table.oid(), TaskTables.arrivalOf(table));
            if (table.mapping().statement() != null) {
                chunks.recordStatement(table.oid(), RecordedStatement.of(table));
            }
        }
    }

    @Override
    public Optional<StructureSide> structure() {
        return Optional.ofNullable(followed());
    }

    /** {@code null} if structure changes are not followed. */
    private FollowedStructure followed() {
        if (structure == null && task.follows()) {
            try {
                structure = StructureFollowing.restore(task.config(), task.followedVersion(), store, connection);
            } catch (SQLException e) {
                throw new SyncException(
                        FailureKind.TRANSIENT,
                        "target " + task.target().address(),
                        "the source's structure could not be read from the records (SQLSTATE " + e.getSQLState() + ")",
                        "This passes by itself; the task starts again from its last position",
                        e);
            }
        }
        return structure;
    }

    @Override
    public void runStep(ChangePosition position, String kind, List<String> statements) throws SQLException {
        store.runStep(position, kind, statements);
    }

    @Override
    public long safeLsn() throws SQLException {
        return record().safeLsn();
    }

    @Override
    public void recordSafeLsn(long lsn) throws SQLException {
        store.recordSafeLsn(lsn);
    }

    @Override
    public String systemIdentifier() throws SQLException {
        return record().systemIdentifier();
    }

    private TaskRecord record() throws SQLException {
        return store.task().orElseThrow(() -> ControlRecords.missing(task.config()));
    }

    @Override
    public void close() throws SQLException {
        store.close();
    }
}
