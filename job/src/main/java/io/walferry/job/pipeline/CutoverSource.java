package io.walferry.job.pipeline;

import static io.walferry.job.failure.FailureKind.NEEDS_OPERATOR;

import io.walferry.job.failure.SyncException;
import io.walferry.job.jdbc.Database;
import io.walferry.job.model.Lsn;
import io.walferry.job.sql.CutoverSql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** The source in a cut-over. Its own sessions may write, whatever the database is set to. */
final class CutoverSource implements AutoCloseable {

    private static final long POLL_MS = 20;

    private final Database database;
    private final Connection connection;
    private boolean switched;

    CutoverSource(Database database) throws SQLException {
        this.database = database;
        this.connection = database.open();
        execute("SET default_transaction_read_only = off");
    }

    Connection connection() {
        return connection;
    }

    /** Switches the database to read only, and ends the sessions of applications. Returns how many. */
    long switchToReadOnly() throws SQLException {
        try {
            execute(CutoverSql.readOnly(database.endpoint().database()));
        } catch (SQLException e) {
            throw new SyncException(
                    NEEDS_OPERATOR,
                    "source " + database.address(),
                    "it cannot be switched to read only: " + e.getMessage(),
                    "Let the task's user own the database, or end the writes yourself and leave --read-only out",
                    e);
        }
        switched = true;
        return number(CutoverSql.endSessions());
    }

    /** Takes back what {@link #switchToReadOnly} did to the database. */
    void undo() throws SQLException {
        if (switched) {
            execute(CutoverSql.writable(database.endpoint().database()));
            switched = false;
        }
    }

    /**
     * Waits until no transaction has anything to commit, and returns a position behind all that was written.
     *
     * @throws SyncException if some do not end in time
     */
    long awaitQuiet(Duration within) throws SQLException, InterruptedException {
        long deadline = System.nanoTime() + within.toNanos();
        while (number(CutoverSql.openWrites()) > 0) {
            if (System.nanoTime() > deadline) {
                throw new SyncException(
                        NEEDS_OPERATOR,
                        "source " + database.address(),
                        "transactions that have written are still open, or prepared",
                        "End them: SELECT * FROM pg_stat_activity WHERE backend_xid IS NOT NULL, and pg_prepared_xacts");
            }
            Thread.sleep(POLL_MS);
        }
        return lsn();
    }

    long lsn() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(CutoverSql.lsn())) {
            row.next();
            return Lsn.parse(row.getString(1));
        }
    }

    private long number(String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
