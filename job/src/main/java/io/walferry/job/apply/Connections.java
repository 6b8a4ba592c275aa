package io.walferry.job.apply;

import io.walferry.job.dialect.TransactionMark;
import io.walferry.job.jdbc.Database;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Connections for writing rows, in transactions. */
final class Connections {

    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

    /**
     * A key look-up per staged row is what these plans are for: a staging table has no statistics, and a planner that
     * guesses too many rows would read the whole target table instead.
     */
    private static final String PLANNER = "SET enable_hashjoin = off; SET enable_mergejoin = off";

    /** How soon the server gives up a writer whose machine is gone: its locks would keep a new writer waiting. */
    private static final String KEEPALIVE =
            "SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3";

    private Connections() {}

    static WriterConnection open(ApplySettings settings, int writer) throws SQLException {
        Connection connection = settings.target().openForApply();
        try (Statement statement = connection.createStatement()) {
            prepare(connection);
            for (String more : settings.sessionStatements()) {
                statement.execute(more);
            }
            WriterSessions.name(connection, settings, writer);
            TransactionMark mark = TransactionMark.open(connection, settings.task());
            connection.setAutoCommit(false);
            return new WriterConnection(connection, mark);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** Sets what writing rows needs, once per connection. */
    static void prepare(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(PLANNER + "; " + KEEPALIVE);
        }
    }

    /** Whether the session fires triggers that enforce constraints. */
    static boolean checksConstraints(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SHOW session_replication_role")) {
            rows.next();
            return !"replica".equals(rows.getString(1));
        }
    }

    /** Stops what the server does for the connection, and ends it, without waiting for an answer. */
    static void cancelAndAbort(Connection connection) {
        try {
            Database.driver(connection).cancelQuery();
        } catch (SQLException e) {
            LOG.debug("Could not cancel a statement; its connection is closed now", e);
        }
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            LOG.debug("Could not abort a connection", e);
        }
    }

    /** Closes a connection on which nothing runs; what it has not committed is rolled back. */
    static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.debug("Could not close a connection", e);
        }
    }
}
