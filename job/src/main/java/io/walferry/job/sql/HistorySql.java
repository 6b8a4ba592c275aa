package io.walferry.job.sql;

import static io.walferry.job.sql.Identifier.literal;
import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.model.History;
import io.walferry.job.model.Lsn;
import io.walferry.job.model.StreamColumn;
import io.walferry.job.model.TableId;
import java.util.List;
import java.util.stream.Collectors;

/** Statements on tables that get a row for every change. */
public final class HistorySql {

    private HistorySql() {}

    /** Makes the table, if it is not there, and says whose it is. */
    public static List<String> create(TableId table, String task) {
        String columns = History.COLUMNS.stream()
                .map(column -> quoted(column.name()) + " " + column.type()
                        + (column.name().endsWith("_row") ? "" : " NOT NULL"))
                .collect(Collectors.joining(", "));
        return List.of(
                "CREATE SCHEMA IF NOT EXISTS " + quoted(table.schema()),
                "CREATE TABLE IF NOT EXISTS " + quoted(table) + " (" + columns + ", PRIMARY KEY ("
                        + quoted(History.key()) + "))",
                "COMMENT ON TABLE " + quoted(table) + " IS "
                        + literal(remark(task)).strip());
    }

    /** The comment on a table that the task has made. */
    public static String remark(String task) {
        return "changes that Walferry task " + task + " has brought";
    }

    /** The table's comment; no row if there is no such table. Parameters: schema, table. */
    public static String remarkOf() {
        return """
                SELECT pg_catalog.obj_description(c.oid, 'pg_class') FROM pg_catalog.pg_class c
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ? AND c.relname = ?""";
    }

    /**
     * Enters a TRUNCATE.
     *
     * @param time text of the commit's time
     */
    public static String truncated(
            TableId table, TableId source, long commitLsn, long ordinal, String time, long transaction) {
        return "INSERT INTO " + quoted(table) + " ("
                + quoted(History.COLUMNS.stream()
                        .limit(7)
                        .map(StreamColumn::name)
                        .toList())
                + ") VALUES (" + literal(Lsn.format(commitLsn)).strip() + "::pg_catalog.pg_lsn, " + ordinal + ", "
                + literal(source.schema()).strip() + ", "
                + literal(source.name()).strip() + ", 'truncate', "
                + literal(time).strip() + "::pg_catalog.timestamptz, " + transaction + ")";
    }
}
