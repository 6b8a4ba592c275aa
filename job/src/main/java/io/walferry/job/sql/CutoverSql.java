package io.walferry.job.sql;

import static io.walferry.job.sql.Identifier.quoted;

/** Statements of a cut-over: what is switched at the source, and what fences the target. */
public final class CutoverSql {

    private CutoverSql() {}

    /** New transactions of the database only read, unless they ask for more. */
    public static String readOnly(String database) {
        return "ALTER DATABASE " + quoted(database) + " SET default_transaction_read_only = on";
    }

    public static String writable(String database) {
        return "ALTER DATABASE " + quoted(database) + " RESET default_transaction_read_only";
    }

    /** Ends the sessions of applications, which began before the database was switched. */
    public static String endSessions() {
        return "SELECT pg_catalog.count(pg_catalog.pg_terminate_backend(pid)) FROM pg_catalog.pg_stat_activity"
                + " WHERE datname = pg_catalog.current_database() AND pid <> pg_catalog.pg_backend_pid()"
                + " AND backend_type = 'client backend' AND application_name NOT LIKE 'walferry %'";
    }

    /** Transactions that have written and not ended, prepared ones too. */
    public static String openWrites() {
        return "SELECT (SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_activity"
                + " WHERE datname = pg_catalog.current_database() AND backend_xid IS NOT NULL"
                + " AND pid <> pg_catalog.pg_backend_pid())"
                + " + (SELECT pg_catalog.count(*) FROM pg_catalog.pg_prepared_xacts"
                + " WHERE database = pg_catalog.current_database())";
    }

    /** Every write so far is before it. */
    public static String lsn() {
        return "SELECT pg_catalog.pg_current_wal_insert_lsn()";
    }

    /** Parameter: the task. */
    public static String lanes() {
        return "SELECT DISTINCT lane FROM walferry.progress WHERE task = ?";
    }

    /** The positions of all writers, locked, lowest first. Parameter: the task. */
    public static String positions() {
        return "SELECT commit_lsn, ordinal FROM walferry.progress WHERE task = ? ORDER BY commit_lsn, ordinal FOR UPDATE";
    }

    /** No writer of before finds its rows any more. Parameter: the task. */
    public static String raiseEpochs() {
        return "UPDATE walferry.progress SET epoch = epoch + 1 WHERE task = ?";
    }

    /** Parameter: the task. */
    public static String end() {
        return "UPDATE walferry.task SET phase = 'ended', changed_at = pg_catalog.now() WHERE task = ?";
    }

    /** Whether the task has ended; until this transaction ends, that stays so. Parameter: the task. */
    public static String ended() {
        return "SELECT phase = 'ended' FROM walferry.task WHERE task = ? FOR SHARE";
    }

    /** Parameters: task, step, what was done. */
    public static String note() {
        return "INSERT INTO walferry.cutover (task, step, detail) VALUES (?, ?, ?)"
                + " ON CONFLICT (task, step) DO UPDATE SET detail = excluded.detail, done_at = pg_catalog.clock_timestamp()";
    }

    /** Constraints of the database that hold for new rows only: table and name, as SQL. */
    public static String notValidated() {
        return """
                SELECT c.conrelid::pg_catalog.regclass::pg_catalog.text, pg_catalog.quote_ident(c.conname)
                FROM pg_catalog.pg_constraint c
                JOIN pg_catalog.pg_class t ON t.oid = c.conrelid
                JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
                WHERE NOT c.convalidated AND c.contype IN ('c', 'f')
                  AND n.nspname <> 'walferry' AND n.nspname !~ '^pg_'
                ORDER BY 1, 2""";
    }
}
