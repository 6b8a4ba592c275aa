package io.walferry.job.verify;

import io.walferry.job.jdbc.Database;
import java.io.Serializable;
import java.util.List;

/**
 * What the workers of a run share; ships with the job.
 *
 * @param run number of the run in the records
 * @param live a task follows the source's changes: a row is judged when the task has passed it; else both sides are at rest
 * @param countOnly rows are told apart by key alone
 * @param percent of the rows that are compared, chosen by key
 * @param parallelism chunks at once
 * @param rowsPerSecond of all workers together; 0: no limit
 * @param kept differences kept per table, with their values
 * @param looks how often a suspect is looked at again before it is left as unsettled
 * @param waitMs how long a look waits for the task to pass a position
 */
public record VerifySettings(
        String task,
        long run,
        Database source,
        Database target,
        List<ComparedTable> tables,
        boolean live,
        boolean countOnly,
        double percent,
        int parallelism,
        long rowsPerSecond,
        int kept,
        int looks,
        long waitMs,
        RepairMode repair)
        implements Serializable {

    public VerifySettings {
        tables = List.copyOf(tables);
    }

    /** What to do about differences. */
    public enum RepairMode {
        NONE,
        /** Log what would be written. */
        DRY_RUN,
        WRITE
    }
}
