package io.walferry.job.source.wal;

import io.walferry.job.jdbc.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells, while a slot is being made, which transactions hold it up. Looks after {@code interval} for the first time, so that a
 * quick creation costs nothing; the listener is called on a thread of its own.
 */
public record SlotCreationWatch(Database source, Duration interval, Consumer<List<RunningTransaction>> listener) {

    private static final Logger LOG = LoggerFactory.getLogger(SlotCreationWatch.class);

    /** @return ends the watch */
    Runnable start(Connection creator) throws SQLException {
        int pid = Database.driver(creator).getBackendPID();
        CountDownLatch done = new CountDownLatch(1);
        Thread thread = new Thread(() -> watch(pid, done), "walferry-slot-creation-watch");
        thread.setDaemon(true);
        thread.start();
        return done::countDown;
    }

    private void watch(int pid, CountDownLatch done) {
        try {
            if (done.await(interval.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
            try (Connection connection = source.open()) {
                do {
                    List<RunningTransaction> blockers = blockersOf(pid, connection);
                    if (!blockers.isEmpty()) {
                        listener.accept(blockers);
                    }
                } while (!done.await(interval.toMillis(), TimeUnit.MILLISECONDS));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SQLException e) {
            LOG.warn("Cannot tell what the creation of the replication slot waits for (SQLSTATE {})", e.getSQLState());
        }
    }

    static List<RunningTransaction> blockersOf(int pid, Connection connection) throws SQLException {
        List<RunningTransaction> blockers = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(
                """
                SELECT b.pid, (EXTRACT(EPOCH FROM pg_catalog.clock_timestamp() - a.xact_start) * 1000)::pg_catalog.int8
                FROM pg_catalog.unnest(pg_catalog.pg_blocking_pids(?)) b (pid)
                LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = b.pid""")) {
            statement.setInt(1, pid);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    long ageMs = row.getLong(2);
                    blockers.add(new RunningTransaction(
                            row.getInt(1), row.wasNull() ? Optional.empty() : Optional.of(Duration.ofMillis(ageMs))));
                }
            }
        }
        return blockers;
    }
}
