package io.walferry.job.model;

import java.util.List;

/**
 * The table of the target's control schema that has the rows which a statement has failed on: one entry for each row that is not at the
 * target as the source has it now. It is written like any other table, in the transaction of the row's own change.
 */
public final class DeadLetter {

    /** Of no other table: those count from 0, and -1 is nobody's. */
    private static final int ID = Integer.MIN_VALUE;

    /** Its columns, in the order of {@link #STREAM}. */
    public static final List<String> COLUMNS = List.of(
            "task",
            "table_schema",
            "table_name",
            "row_key",
            "operation",
            "commit_lsn",
            "ordinal",
            "original",
            "cause",
            "at");

    /** As the writers see it; its key: task, table and the row's own key. */
    public static final StreamTable STREAM = new StreamTable(
            ID,
            new TableId("walferry", "dead_letter"),
            List.of(
                    column(0, "text"),
                    column(1, "text"),
                    column(2, "text"),
                    column(3, "text"),
                    column(4, "text"),
                    column(5, "pg_lsn"),
                    column(6, "int8"),
                    column(7, "jsonb"),
                    column(8, "text"),
                    column(9, "timestamptz")),
            List.of(0, 1, 2, 3),
            false,
            false);

    private DeadLetter() {}

    private static StreamColumn column(int index, String type) {
        return new StreamColumn(COLUMNS.get(index), "pg_catalog." + type, false);
    }
}
