package io.walferry.job.failure;

import java.sql.SQLException;

/** What a failure calls for. */
public enum FailureKind {
    /** Passes by itself: connection, deadlock, resources, shutdown. Try again. */
    TRANSIENT,
    /** One row's data is refused by the target. */
    REJECTED_ROW,
    /** A person has to do something first. */
    NEEDS_OPERATOR,
    /** The task has to be prepared again, and goes on with a job that is made for what it finds then. */
    NEEDS_NEW_JOB;

    /**
     * The kind of an SQLSTATE; follows {@link SQLException#getNextException()}, where a batch hides its cause.
     *
     * @see <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">PostgreSQL error codes</a>
     */
    public static FailureKind of(SQLException failure) {
        for (SQLException e = failure; e != null; e = e.getNextException()) {
            String state = e.getSQLState();
            if (state != null && state.length() == 5) {
                return of(state);
            }
        }
        return NEEDS_OPERATOR;
    }

    static FailureKind of(String sqlState) {
        return switch (sqlState) {
            case "55P03" -> TRANSIENT; // lock_not_available
            case "55006" -> TRANSIENT; // object_in_use: a slot whose former reader is not yet gone
            case "57014" -> TRANSIENT; // query_canceled
            default -> switch (sqlState.substring(0, 2)) {
                case "08", "40", "53", "57", "58" -> TRANSIENT;
                case "22", "23" -> REJECTED_ROW;
                default -> NEEDS_OPERATOR;
            };
        };
    }
}
