package io.walferry.job.sql;

/**
 * Statements on {@code walferry.alert}: what is wrong with a task and who was told. All of them are single statements that look at the
 * row again, so of several that watch a task one alone gets to tell.
 */
public final class AlertSql {

    private AlertSql() {}

    /**
     * Of each kind the newest event. told: how often; over: it has passed, which is to be told; claimed_until: somebody is telling it;
     * sent: channels that have it already, of the message that is being told.
     */
    public static String create() {
        return """
                CREATE TABLE IF NOT EXISTS walferry.alert (
                  task text NOT NULL,
                  kind text NOT NULL,
                  event text NOT NULL,
                  since timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
                  over boolean NOT NULL DEFAULT false,
                  told integer NOT NULL DEFAULT 0,
                  told_at timestamptz,
                  claimed_until timestamptz,
                  sent text[] NOT NULL DEFAULT '{}',
                  PRIMARY KEY (task, kind))""";
    }

    /** Whether the table is there; a control schema of an earlier program lacks it. */
    public static String there() {
        return "SELECT pg_catalog.to_regclass('walferry.alert') IS NOT NULL";
    }

    /** Parameter: the task. Columns: kind, event, over. */
    public static String known() {
        return "SELECT kind, event, over FROM walferry.alert WHERE task = ?";
    }

    /** Something is wrong that was not before. Parameters: task, kind, event. */
    public static String raise() {
        return """
                INSERT INTO walferry.alert AS a (task, kind, event) VALUES (?, ?, ?)
                ON CONFLICT (task, kind) DO UPDATE SET event = excluded.event, since = pg_catalog.clock_timestamp(),
                  over = false, told = 0, told_at = NULL, claimed_until = NULL, sent = '{}'
                WHERE a.event <> excluded.event OR a.over""";
    }

    /**
     * Takes on to tell it, if it is time to. Parameters: task, kind, event, patience before the first message in ms, how many
     * reminders there may be, pause before each in ms. Columns: how often it was told, since, channels that have it.
     */
    public static String claim() {
        return """
                UPDATE walferry.alert
                SET claimed_until = pg_catalog.clock_timestamp() + pg_catalog.interval '2 min'
                WHERE task = ? AND kind = ? AND event = ? AND NOT over
                  AND (claimed_until IS NULL OR claimed_until < pg_catalog.clock_timestamp())
                  AND CASE WHEN told = 0
                      THEN since <= pg_catalog.clock_timestamp() - ?::pg_catalog.float8 * pg_catalog.interval '1 ms'
                      ELSE told <= ? AND told_at
                        <= pg_catalog.clock_timestamp() - ?::pg_catalog.float8 * pg_catalog.interval '1 ms' END
                RETURNING told, since, sent""";
    }

    /** Forgets what has passed before anybody was told. Parameters: task, kind. */
    public static String forget() {
        return "DELETE FROM walferry.alert WHERE task = ? AND kind = ? AND told = 0 AND sent = '{}'"
                + " AND (claimed_until IS NULL OR claimed_until < pg_catalog.clock_timestamp())";
    }

    /** What was told has passed. Parameters: task, kind. */
    public static String pass() {
        return "UPDATE walferry.alert SET over = true, claimed_until = NULL, sent = '{}'"
                + " WHERE task = ? AND kind = ? AND NOT over"
                + " AND (claimed_until IS NULL OR claimed_until < pg_catalog.clock_timestamp())";
    }

    /** Takes on to tell that it has passed. Parameters: task, kind. Columns as of {@link #claim()}. */
    public static String claimPassed() {
        return """
                UPDATE walferry.alert
                SET claimed_until = pg_catalog.clock_timestamp() + pg_catalog.interval '2 min'
                WHERE task = ? AND kind = ? AND over
                  AND (claimed_until IS NULL OR claimed_until < pg_catalog.clock_timestamp())
                RETURNING told, since, sent""";
    }

    /** A channel has it. Parameters: channel, task, kind, event. */
    public static String sent() {
        return "UPDATE walferry.alert SET sent = pg_catalog.array_append(sent, ?::pg_catalog.text)"
                + " WHERE task = ? AND kind = ? AND event = ?";
    }

    /** All channels have it. Parameters: task, kind, event. */
    public static String told() {
        return "UPDATE walferry.alert SET told = told + 1, told_at = pg_catalog.clock_timestamp(), claimed_until = NULL,"
                + " sent = '{}' WHERE task = ? AND kind = ? AND event = ? AND NOT over";
    }

    /** All channels know that it has passed. Parameters: task, kind. */
    public static String toldPassed() {
        return "DELETE FROM walferry.alert WHERE task = ? AND kind = ? AND over";
    }

    /** Not all channels took it: once more after a while. Parameters: pause in ms, task, kind. */
    public static String tryLater() {
        return "UPDATE walferry.alert SET claimed_until"
                + " = pg_catalog.clock_timestamp() + ?::pg_catalog.float8 * pg_catalog.interval '1 ms'"
                + " WHERE task = ? AND kind = ?";
    }

    /**
     * Makes this session the one that tells of a target that does not answer, and so cannot keep who does; asked of the source.
     * Parameter: the task.
     */
    public static String becomeTeller() {
        return "SELECT pg_catalog.pg_try_advisory_lock(pg_catalog.hashtext('walferry.alert'), pg_catalog.hashtext(?))";
    }
}
