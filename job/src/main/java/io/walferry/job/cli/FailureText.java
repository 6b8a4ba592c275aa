package io.walferry.job.cli;

import io.walferry.job.failure.SyncException;
import java.sql.SQLException;
import java.util.Optional;
import org.apache.flink.util.SerializedThrowable;

/** What of a failure is told to a person: where, what and how to fix if it is one of ours, else its root. No trace. */
final class FailureText {

    private FailureText() {}

    static String of(Throwable failure) {
        Optional<SyncException> ours = find(failure, SyncException.class);
        if (ours.isPresent()) {
            return ours.get().getMessage();
        }
        Optional<SQLException> sql = find(failure, SQLException.class);
        if (sql.isPresent()) {
            return of(sql.get());
        }
        Throwable root = plain(failure);
        while (root.getCause() != null) {
            root = plain(root.getCause());
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }

    private static String of(SQLException failure) {
        String state = failure.getSQLState();
        // A data exception quotes the value.
        if (state != null && state.startsWith("22")) {
            return "a value was refused by the database (SQLSTATE " + state + ")";
        }
        return failure.getMessage() + (state == null ? "" : " (SQLSTATE " + state + ")");
    }

    /** The first cause of that type, seen through Flink's envelope for exceptions. */
    static <T extends Throwable> Optional<T> find(Throwable failure, Class<T> type) {
        for (Throwable cause = plain(failure); cause != null; cause = plain(cause.getCause())) {
            if (type.isInstance(cause)) {
                return Optional.of(type.cast(cause));
            }
        }
        return Optional.empty();
    }

    private static Throwable plain(Throwable failure) {
        return failure instanceof SerializedThrowable serialized
                ? serialized.deserializeError(FailureText.class.getClassLoader())
                : failure;
    }
}
