package io.walferry.job.source;

import io.walferry.job.model.ChangePosition;
import io.walferry.job.model.ChunkId;
import io.walferry.job.model.TableId;
import java.io.Serializable;
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
     */
    record LoadWindow(long maxLsn, Optional<String> snapshot) {}

    /** Source tables with chunks that are planned and not loaded. */
    List<TableId> tablesToLoad() throws SQLException;

    /** The chunks of the table that are planned and not loaded, in order. */
    List<PlannedChunk> chunksToLoad(TableId table) throws SQLException;

    /** The chunk's bounds, unless it is loaded already. */
    Optional<PlannedChunk> chunkToLoad(ChunkId chunk) throws SQLException;

    /** Number of planned chunks, of all tables, that are not loaded. */
    long chunksLeft() throws SQLException;

    /** Per source table with chunks: what they have seen. Call it when no chunk is left. */
    Map<TableId, LoadWindow> loadWindows() throws SQLException;

    /** What comes between load and changes: keys, indexes, ANALYZE. Can be run again; returns when all is there. */
    void afterLoad() throws SQLException, InterruptedException;

    /**
     * What has to wait until every table equals some state of its source: further unique and exclusion constraints. Can be
     * run again. All writers have passed every load window, and wait.
     */
    void atConsistency() throws SQLException, InterruptedException;

    /** The lowest position of all writers; empty while no writer has ever opened. */
    Optional<ChangePosition> appliedByAll() throws SQLException;

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
