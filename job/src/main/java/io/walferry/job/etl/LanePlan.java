package io.walferry.job.etl;

import io.walferry.job.model.StreamTable;
import io.walferry.job.model.TableId;
import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How rows of the source go into a lane's statement and rows of the target come out; ships with the job.
 *
 * @param source the source table
 * @param columns names of the columns that the rows bring
 * @param fed which of them go into the statement, in its order
 * @param types of those, by PostgreSQL's type
 * @param names of those
 * @param metadata what else goes into it, after those
 * @param task name of the task
 * @param outputs per column of the target: index of the travelling column that it is, {@code -1 - i} for the i-th that the
 *     statement computes, or {@link #DELETION}
 * @param results of what the statement computes
 * @param computed names of those, at the target
 * @param key per column of the target whether it is of the key
 * @param target the target table; its id is that of the changes
 * @param audit table that gets a row for every change; {@code null} if none does
 * @param keyless rows are told apart by all of their values
 * @param unchanged rows come out as they went in
 * @param skips a row that the statement fails on becomes a dead letter; else it stops the task
 */
record LanePlan(
        TableId source,
        List<String> columns,
        int[] fed,
        List<ColumnType> types,
        List<String> names,
        List<Metadata> metadata,
        String task,
        int[] outputs,
        List<ResultType> results,
        List<String> computed,
        boolean[] key,
        StreamTable target,
        TableId audit,
        boolean keyless,
        boolean unchanged,
        boolean skips)
        implements Serializable {

    /** The column that marks deleted rows: NULL in one that arrives. */
    static final int DELETION = Integer.MIN_VALUE;

    LanePlan {
        columns = List.copyOf(columns);
        types = List.copyOf(types);
        names = List.copyOf(names);
        metadata = List.copyOf(metadata);
        results = List.copyOf(results);
        computed = List.copyOf(computed);
    }

    /** Whether rows that do not arrive any more stay at the target, marked. */
    boolean marksDeleted() {
        return IntStream.of(outputs).anyMatch(output -> output == DELETION);
    }

    /** Number of columns that the rows bring. */
    int travelling() {
        return columns.size();
    }
}
