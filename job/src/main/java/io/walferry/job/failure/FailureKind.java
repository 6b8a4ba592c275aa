package io.walferry.job.failure;

import java.sql.SQLException;
import org.postgresql.util.PSQLException;

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

    /**
     * Whether a person, or a job that is made anew, has to come before another try is of any use; by any of the causes. A default of
     * {@link #of(SQLException)} is not enough for that.
     */
    public static boolean isFinal(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SyncException ours && ours.kind() != TRANSIENT
                    || cause instanceof SQLException server && isFinal(server.getSQLState())) {
                return true;
            }
        }
        return false;
    }

    /** Login refused, no such database, missing right. */
    public static boolean isFinal(String sqlState) {
        return sqlState != null && (sqlState.startsWith("28") || sqlState.equals("3D000") || sqlState.equals("42501"));
    }

    /**
     * Whether the server does not know a label of an enumeration; by the function that says so, because a number in a text that is
     * none has the same SQLSTATE.
     */
    public static boolean lacksLabel(SQLException failure) {
        for (SQLException e = failure; e != null; e = e.getNextException()) {
            if (e instanceof PSQLException server
                    && server.getServerErrorMessage() != null
                    && String.valueOf(server.getServerErrorMessage().getRoutine())
                            .startsWith("enum_")) {
                return true;
            }
        }
        return false;
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
