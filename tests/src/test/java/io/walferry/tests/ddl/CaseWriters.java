package io.walferry.tests.ddl;

import io.walferry.tests.support.DatabasePair;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Sessions that write to a case's tables until they are closed. */
final class CaseWriters implements AutoCloseable {

    /** What a change of structure under way makes of a statement: not defined, not fitting, not identified, met another. */
    private static final Set<String> EXPECTED = Set.of("22", "23", "25", "40", "42", "55", "0A", "3F", "XX", "2B");

    private final ExecutorService sessions = Executors.newCachedThreadPool();
    private final List<Future<?>> running = new ArrayList<>();
    private volatile boolean closed;

    CaseWriters(DatabasePair pair, List<String> statements, int count, long seed) {
        for (int session = 0; session < count; session++) {
            Random random = new Random(seed + session);
            running.add(sessions.submit(() -> {
                write(pair, statements, random);
                return null;
            }));
        }
    }

    private void write(DatabasePair pair, List<String> statements, Random random)
            throws SQLException, InterruptedException {
        try (Connection connection = pair.openSource();
                Statement statement = connection.createStatement()) {
            while (!closed) {
                String sql = statements.get(random.nextInt(statements.size()));
                try {
                    statement.execute(sql.replace("{r}", String.valueOf(random.nextInt(1000))));
                } catch (SQLException e) {
                    if (!EXPECTED.contains(String.valueOf(e.getSQLState()).substring(0, 2))) {
                        throw new SQLException(sql + ": " + e.getMessage(), e.getSQLState(), e);
                    }
                    statement.execute("ROLLBACK");
                }
                TimeUnit.MILLISECONDS.sleep(random.nextInt(3));
            }
        }
    }

    /** Ends the sessions, and fails if one has failed. */
    @Override
    public void close() throws ExecutionException, TimeoutException {
        closed = true;
        sessions.shutdown();
        try {
            for (Future<?> session : running) {
                session.get(60, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
