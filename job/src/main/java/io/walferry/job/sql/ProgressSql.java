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
     * Moves a writer's rows on, never back; a newer writer's rows are not touched. Parameters: LSN, ordinal, first key group
     * of the row that counts, changes, source commit time in microseconds since 1970 or NULL; task, lane, first and last key
     * group, epoch, LSN, ordinal.
     */
    public static String advance() {
        return """
                UPDATE walferry.progress
                SET commit_lsn = ?::pg_catalog.pg_lsn, ordinal = ?,
                    changes = changes + CASE WHEN first_key_group = ? THEN ? ELSE 0 END,
                    source_commit_time = COALESCE(
                      pg_catalog.timestamptz 'epoch' + ?::pg_catalog.int8 * pg_catalog.interval '1 microsecond',
                      source_commit_time),
                    applied_at = pg_catalog.clock_timestamp()
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
