package io.walferry.job.sql;

import static io.walferry.job.sql.Identifier.literal;

/**
 * Statements by which what a task writes is told from what others write: replication origins, and messages in the changelog.
 *
 * @see <a href="https://www.postgresql.org/docs/current/replication-origins.html">Replication Progress Tracking</a>
 */
public final class OriginSql {

    /** Prefix of a message that begins a task's transaction; the task's name is its content. */
    public static final String MESSAGE_PREFIX = "walferry";

    /** The first major version whose pgoutput can send messages. */
    public static final int MESSAGES = 14;

    private OriginSql() {}

    /** What the names of all origins of a task begin with; no name of a task has a colon. */
    public static String prefix(String task) {
        return "walferry_" + task + ":";
    }

    /** The n-th origin of a task: a server lets one session use an origin at a time. */
    public static String name(String task, int n) {
        return prefix(task) + n;
    }

    /**
     * Whether a changelog can be read of this server, its major version, and whether the role may set up origins: up to
     * version 13 superusers alone may, whatever is granted.
     */
    public static String facts() {
        return """
                SELECT pg_catalog.current_setting('wal_level') = 'logical', v.major, CASE
                  WHEN v.major < 14 THEN r.rolsuper
                  ELSE COALESCE(pg_catalog.has_function_privilege(
                      pg_catalog.to_regprocedure('pg_catalog.pg_replication_origin_create(text)'), 'EXECUTE')
                    AND pg_catalog.has_function_privilege(
                      pg_catalog.to_regprocedure('pg_catalog.pg_replication_origin_session_setup(text)'), 'EXECUTE'), false)
                END
                FROM (SELECT pg_catalog.current_setting('server_version_num')::pg_catalog.int4 / 10000 AS major) v,
                  pg_catalog.pg_roles r WHERE r.rolname = CURRENT_USER""";
    }

    public static String create(String origin) {
        return "SELECT pg_catalog.pg_replication_origin_create(" + literal(origin) + ") WHERE NOT EXISTS"
                + " (SELECT FROM pg_catalog.pg_replication_origin WHERE roname = " + literal(origin) + ")";
    }

    /** Makes all that the session writes carry the origin. */
    public static String use(String origin) {
        return "SELECT pg_catalog.pg_replication_origin_session_setup(" + literal(origin) + ")";
    }

    /** Marks the transaction; to be its first statement. */
    public static String mark(String task) {
        return "SELECT pg_catalog.pg_logical_emit_message(true, " + literal(MESSAGE_PREFIX) + ", " + literal(task)
                + ")";
    }

    /** Names of a task's origins. Parameter: {@link #prefix}. */
    public static String all() {
        return "SELECT roname FROM pg_catalog.pg_replication_origin WHERE pg_catalog.strpos(roname, ?) = 1 ORDER BY 1";
    }

    public static String drop(String origin) {
        return "SELECT pg_catalog.pg_replication_origin_drop(" + literal(origin) + ")";
    }

    /** Slots by which the changelog of this database is read: their readers ask for the names of origins that it has. */
    public static String readers() {
        return "SELECT slot_name FROM pg_catalog.pg_replication_slots WHERE database = pg_catalog.current_database()"
                + " ORDER BY 1";
    }
}
