package io.walferry.job.apply;

import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import io.walferry.job.model.TableId;
import java.sql.SQLException;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What the server refuses, in words without values. */
final class ApplyFailure {

    private ApplyFailure() {}

    /**
     * Whether the rows are to blame, so that applying them one by one may do or at least tell which: a data exception, a
     * constraint, or two rows that the server holds for one ({@code cardinality_violation}).
     */
    static boolean blamesRows(SQLException failure) {
        return FailureKind.of(failure) == FailureKind.REJECTED_ROW || "21000".equals(state(failure));
    }

    /** @param position of the change, or of what it is part of */
    static SyncException of(TableId table, Object position, SQLException failure) {
        return of("target table " + table + ", change at " + position, failure);
    }

    /** @param index of the chunk */
    static SyncException ofChunk(TableId table, long index, SQLException failure) {
        String chunk = "chunk " + index;
        if (!FailureKind.lacksLabel(failure)) {
            return of(table, chunk, failure);
        }
        // No cause: the message quotes the label.
        return new SyncException(
                FailureKind.TRANSIENT,
                "target table " + table + ", " + chunk,
                "a row has a label of an enumeration that the target's type does not have",
                "If it is new at the source, this passes by itself: the table is loaded when the stream has come to it. Else add it"
                        + " to the type at the target");
    }

    static SyncException of(String where, SQLException failure) {
        String state = state(failure);
        ServerErrorMessage server = serverMessage(failure);
        if (blamesRows(failure)) {
            // No cause: the message of a data exception quotes the value.
            return new SyncException(
                    FailureKind.REJECTED_ROW,
                    where,
                    "the target refuses the row with SQLSTATE " + state + names(server),
                    "Make the target table accept what the source table has, then start the task again");
        }
        return switch (FailureKind.of(failure)) {
            case TRANSIENT -> new SyncException(
                    FailureKind.TRANSIENT,
                    where,
                    "the target failed with SQLSTATE " + state,
                    "This passes by itself; the task starts again from its last position",
                    failure);
            default -> new SyncException(
                    FailureKind.NEEDS_OPERATOR,
                    where,
                    "the target refuses the statement with SQLSTATE " + state
                            + (server == null ? "" : " (" + server.getMessage() + ")"),
                    "Compare the table's structure and the task's rights on it with the source",
                    failure);
        };
    }

    private static String names(ServerErrorMessage server) {
        if (server == null) {
            return "";
        }
        StringBuilder names = new StringBuilder();
        if (server.getConstraint() != null) {
            names.append(", constraint ").append(server.getConstraint());
        }
        if (server.getColumn() != null) {
            names.append(", column ").append(server.getColumn());
        }
        return names.toString();
    }

    private static String state(SQLException failure) {
        for (SQLException e = failure; e != null; e = e.getNextException()) {
            if (e.getSQLState() != null) {
                return e.getSQLState();
            }
        }
        return "unknown";
    }

    /** {@code null} if the failure did not come from the server. */
    private static ServerErrorMessage serverMessage(SQLException failure) {
        for (SQLException e = failure; e != null; e = e.getNextException()) {
            if (e instanceof PSQLException server && server.getServerErrorMessage() != null) {
                return server.getServerErrorMessage();
            }
            if (e.getCause() instanceof PSQLException server && server.getServerErrorMessage() != null) {
                return server.getServerErrorMessage();
            }
        }
        return null;
    }
}
