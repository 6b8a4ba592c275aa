package io.walferry.job.failure;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What a precheck looks at, in the order in which it is told. A warning is accepted by its item's label. */
public enum CheckItem {
    SOURCE_CONNECTION,
    TARGET_CONNECTION,
    REPLICATION_CONNECTION,
    SOURCE_PRIMARY,
    TARGET_PRIMARY,
    SOURCE_VERSION,
    TARGET_PRODUCT,
    WAL_LEVEL,
    REPLICATION_SLOTS,
    WAL_SENDERS,
    SOURCE_RIGHTS,
    TARGET_RIGHTS,
    OBJECTS,
    REPLICA_IDENTITY,
    KEYS,
    FOREIGN_KEY_PARENTS,
    STRUCTURE,
    STATEMENTS,
    EXTENSIONS,
    TARGET_CONFLICTS,
    TARGET_TRIGGERS,
    STRUCTURE_CHANGES,
    ORIGINS,
    LEFTOVERS,
    TASK_RECORDS,
    OPEN_TRANSACTIONS,
    WAL_RETENTION,
    SOURCE_TIMEOUTS,
    TARGET_TIMEOUTS,
    STANDBYS,
    TARGET_SPACE,
    ENCODING,
    COLLATION,
    TIME_ZONE,
    LC_MONETARY,
    RESERVED_WORDS,
    LETTER_CASE,
    EMPTY_STRINGS,
    TARGET_TYPES,
    STATEMENT_ROLLBACK;

    /** As the task file and the output write it: {@code wal-level}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** All labels. */
    public static List<String> labels() {
        return Stream.of(values()).map(CheckItem::label).toList();
    }

    /**
     * The item of a label.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static CheckItem of(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
