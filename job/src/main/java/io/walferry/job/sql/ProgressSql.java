package io.walferry.job.sql;

/**
 * Statements on {@code walferry.progress}: rows are ranges of key groups, each with the position up to which its changes are
 * in the target and the epoch of the writer that owns it.
 */
public final class ProgressSql {

    private ProgressSql() {}

    /** Lets one writer at a time of a task's lane claim its range. Parameter: task and lane in one text. */
    public static String lock() {
        return "SELECT pg_catalog.pg_advisory_xact_lock("
                + "pg_catalog.hashtext('walferry.progress'), pg_catalog.hashtext(?))";
    }

    /** Parameter: the application name. */
    public static String nameSession() {
        return "SELECT pg_catalog.set_config('application_name', ?, false)";
    }

    /**
     * Ends the other sessions of this user that are in a transaction and whose application name is a prefix with a range of
     * key groups behind it that overlaps the given one. Parameters: the prefix, twice; last and first key group.
     */
    public static String endSessions() {
        // In the SELECT list, because a WHERE clause is evaluated in any order, also for sessions that it excludes.
        return """
                SELECT pid, pg_catalog.pg_terminate_backend(pid)
                FROM (
                  SELECT pid, pg_catalog.substr(application_name, pg_catalog.length(?) + 1) AS key_groups
                  FROM pg_catalog.pg_stat_activity
                  WHERE usename = CURRENT_USER AND datname = pg_catalog.current_database()
                    AND pid <> pg_catalog.pg_backend_pid() AND xact_start IS NOT NULL
                    AND pg_catalog.strpos(application_name, ?) = 1
                  OFFSET 0) AS writer
                WHERE CASE WHEN key_groups ~ '^[0-9]+-[0-9]+$'
                      THEN pg_catalog.split_part(key_groups, '-', 1)::pg_catalog.int4 <= ?
                        AND pg_catalog.split_part(key_groups, '-', 2)::pg_catalog.int4 >= ?
                      ELSE false END""";
    }

    /** Parameters: task, lane. */
    public static String newestEpoch() {
        return "SELECT COALESCE(pg_catalog.max(epoch), 0) FROM walferry.progress WHERE task = ? AND lane = ?";
    }

    /** Rows that overlap a range, locked. Parameters: task, lane, first and last key group of the range. */
    public static String overlapping() {
        return """
                SELECT first_key_group, last_key_group, commit_lsn::pg_catalog.text, ordinal, changes,
                       source_commit_time, applied_at
                FROM walferry.progress
                WHERE task = ? AND lane = ? AND last_key_group >= ? AND first_key_group <= ?
                ORDER BY first_key_group
                FOR UPDATE""";
    }

    /** Parameters: task, lane, first key group. */
    public static String delete() {
        return "DELETE FROM walferry.progress WHERE task = ? AND lane = ? AND first_key_group = ?";
    }

    /** Parameters: as the columns stand in the text. */
    public static String insert() {
        return """
                INSERT INTO walferry.progress (task, lane, first_key_group, last_key_group, epoch, commit_lsn, ordinal,
                  changes, source_commit_time, applied_at)
                VALUES (?, ?, ?, ?, ?, ?::pg_catalog.pg_lsn, ?, ?, ?, ?)""";
    }

    /**
     * Moves a writer's rows on, never back; a newer writer's rows are not touched. A position without changes leaves the times as
     * they are: they are those of the last change. Parameters: LSN, ordinal, first key group
     * of the row that counts, changes, source commit time in microseconds since 1970 or NULL, that time again; task, lane, first
     * and last key group, epoch, LSN, ordinal.
     */
    public static String advance() {
        return """
                UPDATE walferry.progress
                SET commit_lsn = ?::pg_catalog.pg_lsn, ordinal = ?,
                    changes = changes + CASE WHEN first_key_group = ? THEN ? ELSE 0 END,
                    source_commit_time = COALESCE(
                      pg_catalog.timestamptz 'epoch' + ?::pg_catalog.int8 * pg_catalog.interval '1 microsecond',
                      source_commit_time),
                    applied_at = CASE WHEN ?::pg_catalog.int8 IS NULL THEN applied_at
                      ELSE pg_catalog.clock_timestamp() END
                WHERE task = ? AND lane = ? AND first_key_group BETWEEN ? AND ? AND epoch = ?
                  AND (commit_lsn, ordinal) < (?::pg_catalog.pg_lsn, ?)""";
    }

    /**
     * Makes one row of a writer's rows, which have one position. Parameters: task, lane, first and last key group, epoch;
     * last key group, task, lane, first key group, epoch.
     */
    public static String merge() {
        return """
                WITH others AS (
                  DELETE FROM walferry.progress
                  WHERE task = ? AND lane = ? AND first_key_group > ? AND first_key_group <= ? AND epoch = ?
                  RETURNING changes)
                UPDATE walferry.progress
                SET last_key_group = ?,
                    changes = changes + (SELECT COALESCE(pg_catalog.sum(changes), 0) FROM others)
                WHERE task = ? AND lane = ? AND first_key_group = ? AND epoch = ?""";
    }

    /**
     * Number of key groups that a writer still owns; a newer writer has to wait until this transaction ends. Parameters:
     * task, lane, first and last key group, epoch.
     */
    public static String owned() {
        return """
                SELECT COALESCE(pg_catalog.sum(last_key_group - first_key_group + 1), 0) FROM (
                  SELECT first_key_group, last_key_group FROM walferry.progress
                  WHERE task = ? AND lane = ? AND first_key_group BETWEEN ? AND ? AND epoch = ?
                  FOR SHARE) mine""";
    }
}
