package io.walferry.job.dialect;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** Tries what a failed statement does to its transaction. */
public final class RollbackProbe {

    private static final String TRANSACTION_IS_ABORTED = "25P02"; // in_failed_sql_transaction

    private RollbackProbe() {}

    /**
     * Whether nothing but a rollback is possible after a failure, as with PostgreSQL. Writes nothing.
     *
     * @param target in autocommit mode; its session settings are made
     */
    public static boolean failureEndsTransaction(Connection target) throws SQLException {
        target.setAutoCommit(false);
        try (Statement statement = target.createStatement()) {
            fail(statement);
            statement.execute("SELECT 1");
            return false;
        } catch (SQLException e) {
            if (TRANSACTION_IS_ABORTED.equals(e.getSQLState())) {
                return true;
            }
            throw e;
        } finally {
            target.rollback();
            target.setAutoCommit(true);
        }
    }

    private static void fail(Statement statement) {
        try {
            statement.execute("SELECT 1 / 0");
        } catch (SQLException expected) {
            // It is made to fail.
        }
    }
}
