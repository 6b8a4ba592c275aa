package io.walferry.job.cli;

import io.walferry.job.jdbc.Database;
import io.walferry.job.model.Lsn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads how far a task is from the target's control schema, and now and then from the source how far that is. */
final class ProgressReader implements AutoCloseable {

    private static final long SOURCE_EVERY_NANOS = Duration.ofSeconds(2).toNanos();

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
              SELECT extract(epoch FROM applied_at - source_commit_time) * 1000 AS lag_ms,
                     extract(epoch FROM clock_timestamp() - applied_at) * 1000 AS quiet_ms
              FROM walferry.progress WHERE task = ? AND applied_at IS NOT NULL ORDER BY applied_at DESC LIMIT 1
            )
            SELECT t.phase, coalesce((SELECT detail FROM walferry.status s WHERE s.task = t.task), ''),
                   load.tables, load.tables_loaded, load.rows, load.bytes, load.share,
                   changes.applied, last.lag_ms, last.quiet_ms,
                   greatest(t.safe_lsn, (SELECT commit_lsn FROM walferry.progress p WHERE p.task = t.task
                                         ORDER BY commit_lsn DESC LIMIT 1))
            FROM walferry.task t CROSS JOIN load CROSS JOIN changes LEFT JOIN last ON true
            WHERE t.task = ?""";

    private static final String SOURCE_LSN =
            """
            SELECT CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn()
                        ELSE pg_catalog.pg_current_wal_lsn() END""";

    private final String task;
    private final Database source;
    private final Database target;
    private Connection sourceConnection;
    private Connection targetConnection;
    private OptionalLong sourceLsn = OptionalLong.empty();
    private long sourceReadAt;

    ProgressReader(String task, Database source, Database target) {
        this.task = task;
        this.source = source;
        this.target = target;
    }

    /**
     * The state of now; connects anew if need be. Without the source, only the bytes behind are unknown.
     *
     * @return empty if the target has no record of the task
     * @throws SQLException of the target; the next call connects anew
     */
    Optional<Progress> read() throws SQLException {
        try {
            if (targetConnection == null) {
                targetConnection = target.open();
            }
            readSource();
            return readTask();
        } catch (SQLException e) {
            close(targetConnection);
            targetConnection = null;
            throw e;
        }
    }

    private Optional<Progress> readTask() throws SQLException {
        try (PreparedStatement query = targetConnection.prepareStatement(TASK)) {
            for (int i = 1; i <= 4; i++) {
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
                new Progress.Changes(
                        row.getLong(8), notNegative(row, 9), notNegative(row, 10), behind(row.getString(11))));
    }

    private OptionalLong behind(String seen) {
        return seen == null || sourceLsn.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(Math.max(0, sourceLsn.getAsLong() - Lsn.parse(seen)));
    }

    private static OptionalLong notNegative(ResultSet row, int column) throws SQLException {
        double value = row.getDouble(column);
        return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(Math.max(0, Math.round(value)));
    }

    private void readSource() {
        if (sourceConnection != null && System.nanoTime() - sourceReadAt < SOURCE_EVERY_NANOS) {
            return;
        }
        try {
            if (sourceConnection == null) {
                sourceConnection = source.open();
            }
            try (Statement query = sourceConnection.createStatement();
                    ResultSet row = query.executeQuery(SOURCE_LSN)) {
                sourceLsn = row.next() ? OptionalLong.of(Lsn.parse(row.getString(1))) : OptionalLong.empty();
                sourceReadAt = System.nanoTime();
            }
        } catch (SQLException e) {
            close(sourceConnection);
            sourceConnection = null;
            sourceLsn = OptionalLong.empty();
        }
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
        close(sourceConnection);
        close(targetConnection);
    }
}
