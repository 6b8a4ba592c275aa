package io.walferry.job.source.wal;

import io.walferry.job.sql.OriginSql;
import java.util.List;

/**
 * Whose transactions the task leaves out: those of tasks, known by the mark that these give to what they write, and those of
 * replication origins.
 */
final class ExcludedOrigins {

    /** Stands for all of them. */
    private static final String ANY = "*";

    private final List<String> names;

    /** @param names of tasks or of replication origins */
    ExcludedOrigins(List<String> names) {
        this.names = names;
    }

    /** Whether a transaction with this replication origin is left out. */
    boolean hasOrigin(String origin) {
        return names.stream()
                .anyMatch(name -> name.equals(ANY) || name.equals(origin) || origin.startsWith(OriginSql.prefix(name)));
    }

    /** Whether a transaction with this message is left out. */
    boolean hasMessage(String prefix, String content) {
        return prefix.equals(OriginSql.MESSAGE_PREFIX) && (names.contains(ANY) || names.contains(content));
    }
}
