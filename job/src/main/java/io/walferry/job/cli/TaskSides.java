package io.walferry.job.cli;

import io.walferry.job.config.TaskConfig;
import io.walferry.job.control.ControlStore;
import io.walferry.job.control.StatusReader;
import io.walferry.job.control.Steering;
import io.walferry.job.control.TaskLock;
import io.walferry.job.control.TaskStatus;
import io.walferry.job.jdbc.Database;
import io.walferry.job.sql.AlertSql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/** Both sides of a task for a verb that asks about it: the target has to answer, the source may. Connects anew after a failure. */
final class TaskSides implements AutoCloseable {

    static final int ANSWER_MS = 10_000;
    private static final long POLL_NANOS = 200_000_000L;

    private final String task;
    private final Database source;
    private final Database target;
    private Connection sourceConnection;
    private Connection targetConnection;

    TaskSides(TaskConfig config) {
        this.task = config.task();
        this.source = new Database(config.source(), "walferry " + task);
        this.target = new Database(config.target(), "walferry " + task);
    }

    /** @return empty if the target has no record of the task */
    Optional<TaskStatus> status() throws SQLException {
        try {
            return new StatusReader(store(), task).read(source());
        } catch (SQLException e) {
            close(targetConnection);
            targetConnection = null;
            throw e;
        }
    }

    /** Of a task that the target has no record of: whether its first start is going on. */
    boolean firstStart() throws SQLException {
        return TaskLock.START.isTaken(store(), task);
    }

    /** Whether this is the one that tells of a target that does not answer; yes if the source cannot say either. */
    boolean becomeTeller() {
        Optional<Connection> open = source();
        if (open.isEmpty()) {
            return true;
        }
        try (PreparedStatement lock = open.get().prepareStatement(AlertSql.becomeTeller())) {
            lock.setString(1, task);
            try (ResultSet row = lock.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        } catch (SQLException e) {
            return true;
        }
    }

    /** To the target; closed with this. */
    Connection target() throws SQLException {
        store();
        return targetConnection;
    }

    /** The task's records; closed with this. */
    ControlStore store() throws SQLException {
        if (targetConnection == null) {
            targetConnection = target.open();
            targetConnection.setNetworkTimeout(Runnable::run, ANSWER_MS);
        }
        return new ControlStore(targetConnection, task);
    }

    /** What a person wants of the task. */
    Steering steering() throws SQLException {
        return new Steering(store(), task);
    }

    /** Waits until the status is as it should be; empty if it is not within the limit. */
    Optional<TaskStatus> awaitStatus(Duration limit, Predicate<TaskStatus> isRight) throws SQLException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            Optional<TaskStatus> status = status().filter(isRight);
            if (status.isPresent() || System.nanoTime() > deadline) {
                return status;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /** What is wanted, once the run has noted that it has ended as asked, or after the limit. */
    Steering.Wanted awaitNoted(Duration limit) throws SQLException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            Steering.Wanted wanted = steering().wanted();
            if (wanted.stop().isEmpty() || System.nanoTime() > deadline) {
                return wanted;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private Optional<Connection> source() {
        try {
            if (sourceConnection != null && !sourceConnection.isValid(ANSWER_MS / 1_000)) {
                close(sourceConnection);
                sourceConnection = null;
            }
            if (sourceConnection == null) {
                sourceConnection = source.open();
                sourceConnection.setNetworkTimeout(Runnable::run, ANSWER_MS);
            }
            return Optional.of(sourceConnection);
        } catch (SQLException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        close(sourceConnection);
        close(targetConnection);
        sourceConnection = null;
        targetConnection = null;
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
}
