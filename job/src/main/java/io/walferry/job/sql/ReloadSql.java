package io.walferry.job.sql;

import static io.walferry.job.sql.Identifier.literal;
import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.model.MappedColumn;
import io.walferry.job.model.StreamTable;
import io.walferry.job.model.TableMapping;
import java.util.Collections;

/** Statements that load a table anew, and those on the queue of such tables, {@code walferry.reload}. */
public final class ReloadSql {

    private ReloadSql() {}

    /** Whether another table refers to the table. Parameters: schema, table. */
    public static String referenced() {
        return """
                SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint k
                  JOIN pg_catalog.pg_class c ON c.oid = k.confrelid
                  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                  WHERE k.contype = 'f' AND k.conrelid <> k.confrelid AND n.nspname = ? AND c.relname = ?)""";
    }

    /** The condition that picks the source table's rows out of a table that several fill; empty if it has the table alone. */
    public static String ownRows(TableMapping mapping) {
        if (!mapping.shared()) {
            return "";
        }
        MappedColumn mark = mapping.columns().get(mapping.constantColumn());
        return " WHERE " + quoted(mark.name()) + " = "
                + literal(mark.constant()).strip() + "::" + mark.type();
    }

    /** Removes all rows of the source table. */
    public static String deleteRows(TableMapping mapping) {
        return "DELETE FROM " + (mapping.partitioned() ? "" : "ONLY ") + quoted(mapping.target()) + ownRows(mapping);
    }

    /** Marks all rows of the source table that are not marked yet. */
    public static String markRows(TableMapping mapping, String time) {
        String column = quoted(mapping.deletionColumn().orElseThrow().name());
        String rows = ownRows(mapping);
        return "UPDATE " + (mapping.partitioned() ? "" : "ONLY ") + quoted(mapping.target()) + " SET " + column + " = "
                + literal(time).strip() + "::pg_catalog.timestamptz" + rows + (rows.isEmpty() ? " WHERE " : " AND ")
                + column + " IS NULL";
    }

    /** Writes the rows staged by {@link ChunkSql} over those that have their keys. */
    public static String upsertStaged(StreamTable table) {
        ApplySql sql = new ApplySql(
                table,
                new TargetFacts(false, true, Collections.nCopies(table.key().size(), "=")));
        return sql.canUpsert()
                ? sql.upsertStaged(ChunkSql.STAGING)
                : sql.deleteStaged(ChunkSql.STAGING) + "; " + sql.insertStaged(ChunkSql.STAGING);
    }

    /** Parameters: task, OID, schema, table, reason. */
    public static String ask() {
        return """
                INSERT INTO walferry.reload (task, oid, table_schema, table_name, reason)
                VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (task, oid) DO UPDATE
                SET table_schema = excluded.table_schema, table_name = excluded.table_name, reason = excluded.reason,
                    state = 'waiting', asked = reload.asked + 1, asked_at = pg_catalog.clock_timestamp()""";
    }

    /** Parameter: task. */
    public static String waiting() {
        return """
                SELECT oid, table_schema, table_name, asked, reason FROM walferry.reload
                WHERE task = ? AND state = 'waiting' ORDER BY asked_at, oid""";
    }

    /** If the table waits. Parameters: number of the request, snapshot, LSN, LSN and ordinal up to which all is in, rows, task, OID. */
    public static String done() {
        return """
                UPDATE walferry.reload
                SET state = CASE WHEN asked = ? THEN 'done' ELSE state END, snapshot = ?,
                    lsn = ?::pg_catalog.text::pg_catalog.pg_lsn, up_to = ?::pg_catalog.text::pg_catalog.pg_lsn,
                    up_to_ordinal = ?::pg_catalog.int8, rows = ?, detail = NULL, done_at = pg_catalog.clock_timestamp()
                WHERE task = ? AND oid = ? AND state = 'waiting'""";
    }

    /** Parameters: task, OID. */
    public static String state() {
        return "SELECT table_schema, table_name, state, rows, detail FROM walferry.reload WHERE task = ? AND oid = ?";
    }

    /** The tables of a publication. Parameter: its name. */
    public static String published() {
        return """
                SELECT c.oid, n.nspname, c.relname FROM pg_catalog.pg_publication p
                JOIN pg_catalog.pg_publication_rel r ON r.prpubid = p.oid
                JOIN pg_catalog.pg_class c ON c.oid = r.prrelid
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE p.pubname = ? AND n.nspname <> 'walferry' ORDER BY n.nspname, c.relname""";
    }

    /** Parameters: why, task, OID, number of the request. */
    public static String refuse() {
        return """
                UPDATE walferry.reload SET state = 'refused', detail = ?, done_at = pg_catalog.clock_timestamp()
                WHERE task = ? AND oid = ? AND asked = ?""";
    }

    /** Parameter: task. */
    public static String windows() {
        return "SELECT oid, lsn, snapshot, up_to, up_to_ordinal FROM walferry.reload WHERE task = ? AND lsn IS NOT NULL";
    }
}
