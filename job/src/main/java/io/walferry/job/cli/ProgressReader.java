package io.walferry.job.cli;

import io.walferry.job.jdbc.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads how far a task is from the target's control schema; lag is what the job itself says every second. */
final class ProgressReader implements AutoCloseable {

    // A chunk of a table counts as its share of the table's estimated rows; a table has one row at least.
    private static final String TASK =
            """
            WITH tables AS (
              SELECT greatest(s.estimated_rows, 1) AS estimated,
                     count(*) AS planned, count(c.loaded_at) AS loaded, sum(c.rows) AS rows, sum(c.bytes) AS bytes
              FROM walferry.table_state s JOIN walferry.snapshot_chunk c USING (task, table_schema, table_name)
              WHERE s.task = ?
              GROUP BY s.task, s.table_schema, s.table_name, s.estimated_rows
            ), load AS (
              SELECT count(*) AS tables, count(*) FILTER (WHERE loaded = planned) AS tables_loaded,
                     coalesce(sum(rows), 0) AS rows, coalesce(sum(bytes), 0) AS bytes,
                     coalesce(sum(estimated::float8 * loaded / planned) / nullif(sum(estimated), 0), 1) AS share
              FROM tables
            ), changes AS (
              SELECT coalesce(sum(changes), 0) AS applied FROM walferry.progress WHERE task = ?
            ), last AS (
              SELECT extract(epoch FROM clock_timestamp() - max(applied_at)) * 1000 AS quiet_ms
              FROM walferry.progress WHERE task = ?
            ), beat AS (
              SELECT detail, lag_ms, bytes_behind, beat_at > now() - interval '10 s' AS beats
              FROM walferry.status WHERE task = ?
            )
            SELECT t.phase,
                   coalesce((SELECT 'paused: walferry resume lets it go on' FROM walferry.control c
                             WHERE c.task = t.task AND c.paused), beat.detail, ''),
                   load.tables, load.tables_loaded, load.rows, load.bytes, load.share, changes.applied,
                   CASE WHEN beat.beats THEN beat.lag_ms END, last.quiet_ms, CASE WHEN beat.beats THEN beat.bytes_behind END
            FROM walferry.task t CROSS JOIN load CROSS JOIN changes CROSS JOIN last LEFT JOIN beat ON true
            WHERE t.task = ?""";

    private final String task;
    private final Database target;
    private Connection targetConnection;

    ProgressReader(String task, Database target) {
        this.task = task;
        this.target = target;
    }

    /**
     * The state of now; connects anew if need be. Lag and bytes behind are unknown while the job is silent.
     *
     * @return empty if the target has no record of the task
     * @throws SQLException of the target; the next call connects anew
     */
    Optional<Progress> read() throws SQLException {
        try {
            if (targetConnection == null) {
                targetConnection = target.open();
            }
            return readTask();
        } catch (SQLException e) {
            close(targetConnection);
            targetConnection = null;
            throw e;
        }
    }

    private Optional<Progress> readTask() throws SQLException {
        try (PreparedStatement query = targetConnection.prepareStatement(TASK)) {
            for (int i = 1; i <= 5; i++) {
                query.setString(i, task);
            }
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? Optional.of(progress(row)) : Optional.empty();
            }
        }
    }

    private Progress progress(ResultSet row) throws SQLException {
        return new Progress(
                System.nanoTime(),
                row.getString(1),
                row.getString(2),
                new Progress.Load(row.getInt(3), row.getInt(4), row.getLong(5), row.getLong(6), row.getDouble(7)),
                new Progress.Changes(row.getLong(8), notNegative(row, 9), notNegative(row, 10), notNegative(row, 11)));
    }

    private static OptionalLong notNegative(ResultSet row, int column) throws SQLException {
        double value = row.getDouble(column);
        return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(Math.max(0, Math.round(value)));
    }

    private static void close(Connection connection) {
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException e) {
                // It is of no use any more, closed or not.
            }
        }
    }

    @Override
    public void close() {
        close(targetConnection);
    }
}
