package io.walferry.job.sql;

/** Statements that tell how far a task is: on the control schema, and on the source. */
public final class StatusSql {

    private StatusSql() {}

    /**
     * How far the WAL is, and the task's slot. Parameter: the slot's name. Columns: WAL position; state of the slot, NULL without
     * one; bytes of WAL that it keeps; bytes until the server's limit takes them from it, NULL without a limit; acknowledged
     * position.
     *
     * @param version major version of the source
     */
    public static String source(int version) {
        return """
                SELECT w.lsn, CASE WHEN s.slot_name IS NULL THEN NULL
                    WHEN %s THEN 'lost' WHEN s.active THEN 'active' ELSE 'inactive' END,
                  pg_catalog.pg_wal_lsn_diff(w.lsn, s.restart_lsn)::pg_catalog.int8, %s, s.confirmed_flush_lsn
                FROM (SELECT CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn()
                        ELSE pg_catalog.pg_current_wal_flush_lsn() END AS lsn) w
                LEFT JOIN pg_catalog.pg_replication_slots s ON s.slot_name = ?"""
                .formatted(
                        version >= 13 ? "s.wal_status = 'lost'" : "s.restart_lsn IS NULL",
                        version >= 13 ? "s.safe_wal_size" : "NULL::pg_catalog.int8");
    }

    /**
     * The task as a whole. Parameter: the task. Columns are read by name. {@code applied_lsn} is the lowest position of all writers
     * of all lanes; {@code lag_ms} that of the slowest writer that has written within the last five seconds, or NULL.
     */
    public static String task() {
        return """
                SELECT t.phase, t.slot, t.slot_lsn, t.safe_lsn, t.created_at, s.detail, s.host, s.failure,
                  s.started_at, s.failed_at, s.writers,
                  (EXTRACT(EPOCH FROM pg_catalog.clock_timestamp() - s.beat_at) * 1000)::pg_catalog.int8 AS beat_age_ms,
                  (EXTRACT(EPOCH FROM pg_catalog.clock_timestamp() - s.started_at) * 1000)::pg_catalog.int8 AS running_ms,
                  s.lag_ms AS beat_lag_ms, s.bytes_behind, s.rows_per_second, s.bytes_per_second, s.changes_per_second,
                  s.wal_bytes_per_second, s.retained_wal_bytes, s.safe_wal_bytes, s.slot_state, s.wal_lsn,
                  p.changes, p.applied_lsn, p.applied_ordinal, p.lag_ms, p.quiet_ms
                FROM walferry.task t
                LEFT JOIN walferry.status s ON s.task = t.task
                LEFT JOIN LATERAL (
                  SELECT pg_catalog.sum(changes)::pg_catalog.int8 AS changes,
                    (pg_catalog.array_agg(commit_lsn ORDER BY commit_lsn, ordinal))[1] AS applied_lsn,
                    (pg_catalog.array_agg(ordinal ORDER BY commit_lsn, ordinal))[1] AS applied_ordinal,
                    (EXTRACT(EPOCH FROM pg_catalog.max(applied_at - source_commit_time)
                      FILTER (WHERE applied_at > pg_catalog.clock_timestamp() - pg_catalog.interval '5 s')) * 1000
                    )::pg_catalog.int8 AS lag_ms,
                    (EXTRACT(EPOCH FROM pg_catalog.clock_timestamp() - pg_catalog.max(applied_at)) * 1000
                    )::pg_catalog.int8 AS quiet_ms
                  FROM walferry.progress WHERE task = t.task) p ON true
                WHERE t.task = ?""";
    }

    /**
     * The tables, by name. Parameter: the task. {@code recent_rows} and {@code recent_bytes} are of the chunks loaded within the
     * last {@code recent_seconds}, counted from the table's first chunk.
     */
    public static String tables() {
        return """
                SELECT s.table_schema, s.table_name, s.state, COALESCE(s.estimated_rows, 0) AS estimated_rows,
                  EXISTS (SELECT FROM walferry.reload r WHERE r.task = s.task AND r.table_schema = s.table_schema
                    AND r.table_name = s.table_name AND r.state = 'waiting') AS reloading,
                  pg_catalog.count(c.chunk) AS chunks, pg_catalog.count(c.loaded_at) AS loaded,
                  COALESCE(pg_catalog.sum(c.rows), 0)::pg_catalog.int8 AS rows,
                  COALESCE(pg_catalog.sum(c.bytes), 0)::pg_catalog.int8 AS bytes,
                  COALESCE(pg_catalog.sum(c.rows) FILTER (WHERE c.loaded_at > w.since), 0)::pg_catalog.int8 AS recent_rows,
                  COALESCE(pg_catalog.sum(c.bytes) FILTER (WHERE c.loaded_at > w.since), 0)::pg_catalog.int8 AS recent_bytes,
                  EXTRACT(EPOCH FROM pg_catalog.now() - w.since)::pg_catalog.float8 AS recent_seconds
                FROM walferry.table_state s
                CROSS JOIN LATERAL (
                  SELECT GREATEST(pg_catalog.min(f.loaded_at), pg_catalog.now() - pg_catalog.interval '30 s') AS since
                  FROM walferry.snapshot_chunk f
                  WHERE f.task = s.task AND f.table_schema = s.table_schema AND f.table_name = s.table_name) w
                LEFT JOIN walferry.snapshot_chunk c USING (task, table_schema, table_name)
                WHERE s.task = ?
                GROUP BY s.task, s.table_schema, s.table_name, s.state, s.estimated_rows, w.since
                ORDER BY s.table_schema, s.table_name""";
    }

    /**
     * What has come of the task so far. Parameters: the task, four times. Columns: rows and bytes loaded, chunks, chunks loaded; dead
     * letters; changes of structure done, and failed.
     */
    public static String counts() {
        return """
                SELECT COALESCE(c.rows, 0)::pg_catalog.int8, COALESCE(c.bytes, 0)::pg_catalog.int8, c.chunks, c.loaded,
                  (SELECT pg_catalog.count(*) FROM walferry.dead_letter WHERE task = ?),
                  (SELECT pg_catalog.count(*) FROM walferry.ddl WHERE task = ? AND state <> 'failed'),
                  (SELECT pg_catalog.count(*) FROM walferry.ddl WHERE task = ? AND state = 'failed')
                FROM (SELECT pg_catalog.sum(rows) FILTER (WHERE loaded_at IS NOT NULL) AS rows,
                    pg_catalog.sum(bytes) FILTER (WHERE loaded_at IS NOT NULL) AS bytes,
                    pg_catalog.count(*) AS chunks, pg_catalog.count(loaded_at) AS loaded
                  FROM walferry.snapshot_chunk WHERE task = ?) c""";
    }

    /** The last step, or change of structure. Parameters: the task, twice. Columns: kind, position, milliseconds since. */
    public static String lastStep() {
        return """
                SELECT kind, commit_lsn, (EXTRACT(EPOCH FROM pg_catalog.clock_timestamp() - at) * 1000)::pg_catalog.int8
                FROM (SELECT kind, commit_lsn, done_at AS at FROM walferry.step WHERE task = ?
                  UNION ALL SELECT tag, commit_lsn, at FROM walferry.ddl WHERE task = ? AND state = 'applied') s
                ORDER BY at DESC LIMIT 1""";
    }

    /** The change of structure that has failed. Parameter: the task. Columns: position, tag. */
    public static String failedChange() {
        return "SELECT commit_lsn::pg_catalog.text || '+' || ordinal, tag FROM walferry.ddl"
                + " WHERE task = ? AND state = 'failed' ORDER BY at DESC LIMIT 1";
    }

    /**
     * The newest verification that has come to its end. Parameter: the task. Columns: run, rows and objects that differ and have
     * not been repaired, milliseconds since.
     */
    public static String verification() {
        return """
                SELECT v.run,
                  (SELECT COALESCE(pg_catalog.sum(different + missing + extra - repaired), 0)
                   FROM walferry.verification_table t WHERE t.run = v.run)::pg_catalog.int8
                  + (SELECT pg_catalog.count(*) FROM walferry.verification_object o
                     WHERE o.run = v.run AND o.repaired IS NOT TRUE),
                  (EXTRACT(EPOCH FROM pg_catalog.clock_timestamp() - v.ended_at) * 1000)::pg_catalog.int8
                FROM walferry.verification v WHERE v.task = ? AND v.state = 'done' ORDER BY v.run DESC LIMIT 1""";
    }

    /** Objects that failed, and that wait. Parameter: the task. */
    public static String objects() {
        return """
                SELECT pg_catalog.count(*) FILTER (WHERE state = 'failed'), pg_catalog.count(*) FILTER (WHERE state = 'waiting')
                FROM walferry.object WHERE task = ?""";
    }

    /** Says that a job begins to run. Parameters: host, writers, task. */
    public static String begin() {
        return """
                INSERT INTO walferry.status (task, phase, host, writers, started_at, beat_at)
                SELECT task, phase, ?, ?, pg_catalog.now(), pg_catalog.now() FROM walferry.task WHERE task = ?
                ON CONFLICT (task) DO UPDATE SET phase = excluded.phase, host = excluded.host, writers = excluded.writers,
                  started_at = excluded.started_at, beat_at = excluded.beat_at, failure = NULL, failed_at = NULL,
                  lag_ms = NULL, bytes_behind = NULL, rows_per_second = NULL, bytes_per_second = NULL,
                  changes_per_second = NULL, wal_bytes_per_second = NULL""";
    }

    /**
     * Says that the job runs. Parameters: WAL position, applied position, lag, bytes behind, rows, bytes, changes and WAL bytes per
     * second, retained and safe WAL bytes, state of the slot, the task. All but the last may be NULL.
     */
    public static String beat() {
        return """
                UPDATE walferry.status s SET phase = t.phase, written_at = pg_catalog.now(), beat_at = pg_catalog.now(),
                  wal_lsn = ?::pg_catalog.text::pg_catalog.pg_lsn, applied_lsn = ?::pg_catalog.text::pg_catalog.pg_lsn,
                  lag_ms = ?, bytes_behind = ?, rows_per_second = ?, bytes_per_second = ?, changes_per_second = ?,
                  wal_bytes_per_second = ?, retained_wal_bytes = ?, safe_wal_bytes = ?, slot_state = ?,
                  dead_letters = (SELECT pg_catalog.count(*) FROM walferry.dead_letter d WHERE d.task = t.task)
                FROM walferry.task t WHERE s.task = ? AND t.task = s.task""";
    }

    /** Says that the job runs no more. Parameter: the task. */
    public static String end() {
        return "UPDATE walferry.status SET beat_at = NULL WHERE task = ?";
    }

    /** Says why the last run ended. Parameters: the reason, the task. */
    public static String fail() {
        return "UPDATE walferry.status SET beat_at = NULL, failure = ?, failed_at = pg_catalog.now() WHERE task = ?";
    }
}
