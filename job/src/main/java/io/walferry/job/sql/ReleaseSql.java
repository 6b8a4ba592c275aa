package io.walferry.job.sql;

import static io.walferry.job.sql.Identifier.literal;
import static io.walferry.job.sql.Identifier.quoted;

import java.util.List;

/** Statements that remove what a task has made beside the user's own objects. */
public final class ReleaseSql {

    private ReleaseSql() {}

    /** What to run at a source that does not answer now. */
    public static List<String> leftAtSource(String slot, String publication) {
        return List.of(
                "SELECT pg_catalog.pg_drop_replication_slot(slot_name) FROM pg_catalog.pg_replication_slots"
                        + " WHERE slot_name = " + literal(slot),
                "DROP PUBLICATION IF EXISTS " + quoted(publication));
    }

    /** What to run at a target that does not answer now. */
    public static String leftAtTarget(boolean controlSchema) {
        return controlSchema
                ? "DROP SCHEMA IF EXISTS walferry CASCADE"
                : "-- the task's rows of each table in schema walferry; walferry release does it";
    }

    /** Whether the capture of structure changes is installed at the source. */
    public static String capture() {
        return "SELECT pg_catalog.to_regclass('walferry.ddl_log') IS NOT NULL";
    }

    /** Slots of other tasks in this database. Parameter: the task's own. */
    public static String otherSlots() {
        return "SELECT slot_name FROM pg_catalog.pg_replication_slots WHERE database = pg_catalog.current_database()"
                + " AND slot_name LIKE 'walferry\\_%' AND slot_name <> ? ORDER BY 1";
    }

    /** DROP statements for the capture's event triggers, functions and tables, one a row, in their order. */
    public static String dropCapture() {
        return """
                SELECT sql FROM (
                  SELECT 1 AS part, pg_catalog.format('DROP EVENT TRIGGER %I', evtname) AS sql
                  FROM pg_catalog.pg_event_trigger WHERE evtname LIKE 'walferry\\_ddl\\_%'
                  UNION ALL
                  SELECT 2, pg_catalog.format('DROP FUNCTION %s CASCADE', p.oid::pg_catalog.regprocedure)
                  FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
                  WHERE n.nspname = 'walferry'
                  UNION ALL
                  SELECT 3, pg_catalog.format('DROP TABLE %s CASCADE', c.oid::pg_catalog.regclass)
                  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                  WHERE n.nspname = 'walferry' AND c.relkind = 'r' AND c.relname LIKE 'ddl\\_%') steps
                ORDER BY part, sql""";
    }

    /** Whether schema walferry is there and has no table any more. */
    public static String emptySchema() {
        return "SELECT EXISTS (SELECT FROM pg_catalog.pg_namespace n WHERE n.nspname = 'walferry' AND NOT EXISTS"
                + " (SELECT FROM pg_catalog.pg_class c WHERE c.relnamespace = n.oid AND c.relkind = 'r'))";
    }

    public static String dropSchema() {
        return "DROP SCHEMA IF EXISTS walferry CASCADE";
    }

    /** Tables of the control schema that have rows of tasks. */
    public static String tablesWithTasks() {
        return """
                SELECT c.relname FROM pg_catalog.pg_class c
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = 'task' AND NOT a.attisdropped
                WHERE n.nspname = 'walferry' AND c.relkind = 'r' ORDER BY c.relname = 'task', c.relname""";
    }

    /** Parameter: the task. */
    public static String deleteRows(String table) {
        return "DELETE FROM walferry." + quoted(table) + " WHERE task = ?";
    }

    public static String tasks() {
        return "SELECT task FROM walferry.task ORDER BY 1";
    }

    /** Ends what is left of the task's sessions at this side. Parameter: the task. */
    public static String endSessions() {
        return "SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity"
                + " WHERE usename = CURRENT_USER AND datname = pg_catalog.current_database()"
                + " AND pid <> pg_catalog.pg_backend_pid()"
                + " AND (application_name = 'walferry ' || ? OR application_name LIKE 'walferry ' || ? || ' %')";
    }
}
