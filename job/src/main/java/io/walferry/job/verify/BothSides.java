package io.walferry.job.verify;

import io.walferry.job.jdbc.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A connection to each side, in autocommit mode, for one thread; both can work at the same time. */
final class BothSides implements AutoCloseable {

    private static final int JIT_SINCE = 11;

    private final Connection source;
    private final Connection target;
    private final ExecutorService other = Executors.newSingleThreadExecutor(work -> {
        Thread thread = new Thread(work, "walferry-verify-source");
        thread.setDaemon(true);
        return thread;
    });

    /** What one side answers. */
    record Answers<T>(T source, T target) {}

    /** Asks over a connection. */
    @FunctionalInterface
    interface Question<T> {
        T ask(Connection connection) throws SQLException;
    }

    private BothSides(Connection source, Connection target) {
        this.source = source;
        this.target = target;
    }

    static BothSides open(Database source, Database target) throws SQLException {
        Connection first = prepared(source);
        try {
            return new BothSides(first, prepared(target));
        } catch (SQLException e) {
            first.close();
            throw e;
        }
    }

    private static Connection prepared(Database database) throws SQLException {
        Connection connection = database.open();
        try (Statement statement = connection.createStatement()) {
            // Rows that are hidden would look missing.
            statement.execute("SET row_security = off");
            if (connection.getMetaData().getDatabaseMajorVersion() >= JIT_SINCE) {
                // Chunks are too small to pay for being compiled.
                statement.execute("SET jit = off");
            }
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    Connection source() {
        return source;
    }

    Connection target() {
        return target;
    }

    /** Asks both at once. */
    <T> Answers<T> ask(Question<T> ofSource, Question<T> ofTarget) throws SQLException, InterruptedException {
        Callable<T> asking = () -> ofSource.ask(source);
        Future<T> answer = other.submit(asking);
        T fromTarget = ofTarget.ask(target);
        try {
            return new Answers<>(answer.get(), fromTarget);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SQLException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    @Override
    public void close() throws SQLException {
        other.shutdownNow();
        try {
            source.close();
        } finally {
            target.close();
        }
    }
}
