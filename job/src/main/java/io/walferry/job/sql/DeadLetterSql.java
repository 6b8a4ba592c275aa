package io.walferry.job.sql;

import io.walferry.job.model.DeadLetter;
import io.walferry.job.model.TableId;

/** Statements on {@code walferry.dead_letter}. */
public final class DeadLetterSql {

    private DeadLetterSql() {}

    static String create() {
        // A row of the source that a statement of filters or ETL fails on: original has its columns as texts.
        // commit_lsn is the
        // change's, NULL for the load. A letter goes with the row's next change that can be made.
        return """
                CREATE TABLE IF NOT EXISTS walferry.dead_letter (
                  task text NOT NULL,
                  table_schema text NOT NULL,
                  table_name text NOT NULL,
                  row_key text NOT NULL,
                  operation text NOT NULL,
                  commit_lsn pg_lsn,
                  ordinal bigint,
                  original jsonb NOT NULL,
                  cause text NOT NULL,
                  at timestamptz NOT NULL,
                  PRIMARY KEY (task, table_schema, table_name, row_key))""";
    }

    public static String copyInto() {
        return "COPY walferry.dead_letter (" + String.join(", ", DeadLetter.COLUMNS) + ") FROM STDIN";
    }

    /** Whether the table is there; a control schema of an earlier program lacks it. */
    public static String there() {
        return "SELECT pg_catalog.to_regclass('walferry.dead_letter') IS NOT NULL";
    }

    /** Parameter: the task. */
    public static String count() {
        return "SELECT pg_catalog.count(*) FROM walferry.dead_letter WHERE task = ?";
    }

    /** Parameters: task, schema, table. */
    public static String keys() {
        return "SELECT row_key FROM walferry.dead_letter WHERE task = ? AND table_schema = ? AND table_name = ?";
    }

    /** The newest first. Parameter: the task. */
    public static String list(int newest) {
        return "SELECT table_schema, table_name, row_key, operation, commit_lsn, ordinal, original, cause, at"
                + " FROM walferry.dead_letter WHERE task = ? ORDER BY at DESC, table_schema, table_name, row_key LIMIT "
                + newest;
    }

    /** Parameters: task, schema and table. */
    public static String dropOfTable() {
        return "DELETE FROM walferry.dead_letter WHERE task = ? AND table_schema || '.' || table_name = ?";
    }

    /** Parameter: the task. */
    public static String dropAll() {
        return "DELETE FROM walferry.dead_letter WHERE task = ?";
    }

    /** A table's rows are all gone. */
    public static String truncate(String task, TableId source) {
        return "DELETE FROM walferry.dead_letter WHERE task = " + Identifier.literal(task) + " AND table_schema = "
                + Identifier.literal(source.schema()) + " AND table_name = " + Identifier.literal(source.name());
    }
}
