package io.walferry.job.source.wal;

import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import io.walferry.job.source.SourceSettings;
import java.sql.SQLException;
import java.util.Optional;

/** Puts into words those failures of the stream that starting again does not help. */
final class StreamFailure {

    private StreamFailure() {}

    /** @return empty if the failure may pass by itself, or speaks for itself */
    static Optional<SyncException> wordsFor(SQLException failure, SourceSettings settings) {
        return Optional.ofNullable(
                switch (String.valueOf(failure.getSQLState())) {
                    case "42704" -> new SyncException( // undefined_object
                            FailureKind.NEEDS_OPERATOR,
                            "publication " + settings.publication(),
                            "it does not exist, at least not at the point of the changelog that is read",
                            "Changes since it was dropped cannot be read, also if it is created again: release the task and start it"
                                    + " anew, which loads all tables again",
                            failure);
                    case "58P01" -> new SyncException( // undefined_file
                            FailureKind.NEEDS_OPERATOR,
                            "replication slot " + settings.slot(),
                            "the server has removed WAL that the slot still needed",
                            "Release the task and start it anew, which loads all tables again; raise wal_keep_size or"
                                    + " max_slot_wal_keep_size before",
                            failure);
                    default -> null;
                });
    }
}
