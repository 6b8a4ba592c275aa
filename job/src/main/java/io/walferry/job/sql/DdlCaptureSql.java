package io.walferry.job.sql;

import java.util.List;

/**
 * What captures structure changes at the source, for servers 10 to 18: schema {@code walferry} with the log of commands, and three
 * event triggers that write it. They serve all tasks of a database. Whatever goes wrong in them is caught: a user's command never
 * fails for it.
 */
public final class DdlCaptureSql {

    /** Raised with every change of what is installed. */
    public static final int VERSION = 3;

    private DdlCaptureSql() {}

    /** Tables and functions that need no more than the right to create a schema; all can be run again. */
    public static List<String> tables(int version) {
        return List.of(
                "CREATE SCHEMA IF NOT EXISTS walferry",
                """
                CREATE TABLE IF NOT EXISTS walferry.ddl_log (
                  id bigserial PRIMARY KEY,
                  xid bigint NOT NULL DEFAULT pg_catalog.txid_current(),
                  at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
                  event text NOT NULL,
                  tag text NOT NULL,
                  text text NOT NULL,
                  username text NOT NULL DEFAULT session_user,
                  objects jsonb NOT NULL)""",
                """
                CREATE TABLE IF NOT EXISTS walferry.ddl_task (
                  task text PRIMARY KEY,
                  publication text NOT NULL,
                  included text[] NOT NULL,
                  excluded text[] NOT NULL)""",
                DdlObjectsSql.whole(version));
    }

    /** All functions but the one that makes images. */
    public static List<String> functions(int version) {
        return List.of(
                "CREATE OR REPLACE FUNCTION walferry.ddl_version() RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT "
                        + VERSION + "'",
                DdlObjectsSql.touched(),
                DdlObjectsSql.restarted(),
                DdlObjectsSql.publish(version),
                DdlObjectsSql.identify(),
                DdlTriggerSql.write(),
                DdlTriggerSql.onCommand(),
                DdlTriggerSql.onDrop(),
                DdlTriggerSql.onRewrite());
    }

    /** Needs a superuser, or what the provider has in its place. */
    public static List<String> eventTriggers() {
        return List.of(
                "DROP EVENT TRIGGER IF EXISTS walferry_ddl_command",
                "DROP EVENT TRIGGER IF EXISTS walferry_ddl_drop",
                "DROP EVENT TRIGGER IF EXISTS walferry_ddl_rewrite",
                "CREATE EVENT TRIGGER walferry_ddl_rewrite ON table_rewrite EXECUTE PROCEDURE walferry.on_rewrite()",
                "ALTER EVENT TRIGGER walferry_ddl_rewrite ENABLE ALWAYS",
                "CREATE EVENT TRIGGER walferry_ddl_drop ON sql_drop EXECUTE PROCEDURE walferry.on_drop()",
                "ALTER EVENT TRIGGER walferry_ddl_drop ENABLE ALWAYS",
                "CREATE EVENT TRIGGER walferry_ddl_command ON ddl_command_end EXECUTE PROCEDURE walferry.on_command()",
                "ALTER EVENT TRIGGER walferry_ddl_command ENABLE ALWAYS");
    }

    /** Takes all of it away, for a person to run; the last is refused where tasks have their records in the same schema. */
    public static List<String> remove() {
        return List.of(
                "DROP EVENT TRIGGER IF EXISTS walferry_ddl_command",
                "DROP EVENT TRIGGER IF EXISTS walferry_ddl_drop",
                "DROP EVENT TRIGGER IF EXISTS walferry_ddl_rewrite",
                "DROP FUNCTION IF EXISTS walferry.on_command, walferry.on_drop, walferry.on_rewrite, walferry.ddl_write,"
                        + " walferry.ddl_identify, walferry.ddl_publish, walferry.ddl_touched, walferry.ddl_restarted, walferry.ddl_whole,"
                        + " walferry.ddl_image, walferry.ddl_version",
                "DROP TABLE IF EXISTS walferry.ddl_log, walferry.ddl_task",
                "DROP SCHEMA IF EXISTS walferry");
    }

    /** The number of event triggers that are there and fire in every role, and whether the functions are of a version. */
    public static String installed() {
        return "SELECT (SELECT pg_catalog.count(*) FROM pg_catalog.pg_event_trigger"
                + " WHERE evtname IN ('walferry_ddl_command', 'walferry_ddl_drop', 'walferry_ddl_rewrite') AND evtenabled = 'A')";
    }
}
