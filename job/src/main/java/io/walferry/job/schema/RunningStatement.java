package io.walferry.job.schema;

import java.sql.SQLException;
import java.sql.Statement;

/** The statement that a thread waits for, so that another one can cancel it. */
final class RunningStatement {

    private Statement statement;

    synchronized void set(Statement running) {
        statement = running;
    }

    synchronized void clear() {
        statement = null;
    }

    /** Nothing happens if none runs, or the connection is lost. */
    synchronized void cancel() {
        if (statement != null) {
            try {
                statement.cancel();
            } catch (SQLException e) {
                // The statement ends all the same when its thread sees the lost connection.
                statement = null;
            }
        }
    }
}
