package io.walferry.job.model;

import java.util.List;

/** A table of the target that gets a row for every change of others: what it looks like. */
public final class History {

    /** Its columns, in the order of {@link #stream}. */
    public static final List<StreamColumn> COLUMNS = List.of(
            column("commit_lsn", "pg_lsn"),
            column("ordinal", "int8"),
            column("table_schema", "text"),
            column("table_name", "text"),
            column("operation", "text"),
            column("committed_at", "timestamptz"),
            column("transaction_id", "int8"),
            column("old_row", "jsonb"),
            column("new_row", "jsonb"));

    /** A position and a table, for a TRUNCATE of several has one position. */
    private static final List<Integer> KEY = List.of(0, 1, 2, 3);

    private History() {}

    /** Names of the key's columns. */
    public static List<String> key() {
        return KEY.stream().map(index -> COLUMNS.get(index).name()).toList();
    }

    /**
     * As the writers see it.
     *
     * @param id see {@link StreamTable#id()}
     */
    public static StreamTable stream(TableId table, int id) {
        return new StreamTable(id, table, COLUMNS, KEY, false, false);
    }

    private static StreamColumn column(String name, String type) {
        return new StreamColumn(name, "pg_catalog." + type, false);
    }
}
