package io.walferry.job.source;

import io.walferry.job.model.ChangeBlock;
import io.walferry.job.model.ChangePosition;
import io.walferry.job.model.ChunkId;
import io.walferry.job.model.TableId;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the source asks of the target, whose control schema is the truth about how far the task is. One instance belongs to
 * one thread and holds one connection; a lost connection shows as {@link SQLException}.
 */
public interface TargetSide extends AutoCloseable {

    /** Ships with the job; opens where the source runs. */
    @FunctionalInterface
    interface Factory extends Serializable {
        TargetSide open() throws SQLException;
    }

    /**
     * A piece of a table to load: rows with {@code lower <= key < upper}, as texts of the key columns.
     *
     * @param lower empty: from the first row
     * @param upper empty: to the last row
     */
    record PlannedChunk(ChunkId chunk, List<String> lower, List<String> upper) {}

    /**
     * What a loaded table's chunks have seen.
     *
     * @param maxLsn highest LSN of its chunks: a change whose commit LSN is at or before it may be in them already
     * @param snapshot of the only chunk, for a table without key
     * @param upTo of a table that was loaded beside the stream: all changes up to there are in it, and of those after it what the
     *     snapshot has seen
     */
    record LoadWindow(long maxLsn, Optional<String> snapshot, Optional<ChangePosition> upTo) {

        public LoadWindow(long maxLsn, Optional<String> snapshot) {
            this(maxLsn, snapshot, Optional.empty());
        }

        /** All changes up to the position are in it, too. */
        public LoadWindow with(ChangePosition position) {
            return new LoadWindow(maxLsn, snapshot, Optional.of(position));
        }
    }

    /** Source tables with chunks that are planned and not loaded. */
    List<TableId> tablesToLoad() throws SQLException;

    /** The chunks of the table that are planned and not loaded, in order. */
    List<PlannedChunk> chunksToLoad(TableId table) throws SQLException;

    /** The chunk's bounds, unless it is loaded already. */
    Optional<PlannedChunk> chunkToLoad(ChunkId chunk) throws SQLException;

    /** The table was changed while it was loaded: what is left of its load is replaced by a reload when the stream begins. */
    void postponeLoad(TableId table) throws SQLException;

    /** Number of planned chunks, of all tables, that are not loaded. */
    long chunksLeft() throws SQLException;

    /** Per OID of a source table with chunks: what they have seen. Call it when no chunk is left. */
    Map<Long, LoadWindow> loadWindows() throws SQLException;

    /**
     * A table that is to be loaded anew.
     *
     * @param oid at the source
     * @param table its name when it was asked for
     * @param asked how often it was asked for
     * @param reason for people
     */
    record Reload(long oid, TableId table, int asked, String reason) {}

    /**
     * A table that was loaded anew.
     *
     * @param window what its rows have seen; without a snapshot, changes are to be replayed over them
     * @param change of the target's structure that came with it
     */
    record Reloaded(LoadWindow window, long rows, StructureChange change) {}

    /**
     * A target transaction of its own for loading a table anew. It may pass from one thread to another, and does not need the side
     * that has begun it.
     */
    interface ReloadTransaction {

        /** Not in autocommit mode; whoever began the transaction closes it. */
        Connection connection();

        /** Writes changes that came while the table was loaded; they are there when it is committed. */
        void write(ChangeBlock changes) throws SQLException;

        /** Records that the table is loaded, and commits; if the table was asked for again meanwhile, it waits again. */
        void commit(Reload reload, Reloaded reloaded) throws SQLException;
    }

    /** Tables that wait to be loaded anew, in the order in which they were asked for. */
    List<Reload> reloads() throws SQLException;

    /** Asks for a table to be loaded anew. */
    void askReload(long oid, TableId table, String reason) throws SQLException;

    /** Begins to load a table anew, over a new connection. */
    ReloadTransaction beginReload() throws SQLException;

    /** The table cannot be loaded anew; it no longer waits. */
    void refuseReload(Reload reload, String why) throws SQLException;

    /** Per OID of a table that was loaded anew: what its rows have seen. */
    Map<Long, LoadWindow> reloadWindows() throws SQLException;

    /** Whether a change of structure at the position is done. */
    boolean structureStepDone(ChangePosition position) throws SQLException;

    /**
     * Changes the target's structure, and records step and structure, in one transaction. What a person has decided about a step
     * that had failed is done instead.
     */
    void structureStep(ChangePosition position, StructureLogEntry entry, StructureChange change) throws SQLException;

    /** Records that the target refuses a step. */
    void structureStepFailed(ChangePosition position, StructureLogEntry entry, StructureChange change, String message)
            throws SQLException;

    /** What the whole load has seen: of no transaction in its snapshot is anything to be sent. Empty: not known. */
    Optional<LoadWindow> startWindow() throws SQLException;

    /** The source's structure at the position of the stream; empty if structure changes are not followed. */
    Optional<StructureSide> structure();

    /** What comes between load and changes: keys, indexes, ANALYZE. Can be run again; returns when all is there. */
    void afterLoad() throws SQLException, InterruptedException;

    /**
     * What has to wait until every table equals some state of its source: further unique and exclusion constraints. Can be
     * run again. All writers have passed every load window, and wait.
     */
    void atConsistency() throws SQLException, InterruptedException;

    /** The lowest position of all writers; empty while no writer has ever opened. */
    Optional<ChangePosition> appliedByAll() throws SQLException;

    /** The highest position of any writer; empty while no writer has ever opened. */
    Optional<ChangePosition> appliedByAny() throws SQLException;

    /** Runs the statements and records the step, in one transaction, unless the step is recorded already. */
    void runStep(ChangePosition position, String kind, List<String> statements) throws SQLException;

    /** The slot may have been acknowledged up to here, never beyond; {@code Lsn.NONE} if never set. */
    long safeLsn() throws SQLException;

    /** Durably raises {@link #safeLsn()}, before the slot is acknowledged. */
    void recordSafeLsn(long lsn) throws SQLException;

    /** The source's {@code system_identifier} when the slot was made. */
    String systemIdentifier() throws SQLException;

    @Override
    void close() throws SQLException;
}
