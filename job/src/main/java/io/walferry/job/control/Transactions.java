package io.walferry.job.control;

import java.sql.Connection;
import java.sql.SQLException;

/** Several statements as one transaction on a connection that is otherwise in autocommit mode. */
final class Transactions {

    private Transactions() {}

    @FunctionalInterface
    interface Work {
        void run() throws SQLException;
    }

    static void run(Connection connection, Work work) throws SQLException {
        connection.setAutoCommit(false);
        try {
            work.run();
            connection.commit();
        } catch (SQLException | RuntimeException e) {
            try {
                connection.rollback();
            } catch (SQLException rollbackFailure) {
                e.addSuppressed(rollbackFailure);
            }
            throw e;
        } finally {
            if (!connection.isClosed()) {
                connection.setAutoCommit(true);
            }
        }
    }
}
