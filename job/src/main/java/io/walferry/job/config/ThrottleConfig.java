package io.walferry.job.config;

import java.io.Serializable;
import java.util.OptionalLong;

/**
 * How much a task may do per second, over all its subtasks; 0: as much as it can.
 *
 * @param loadQueries chunks that are begun at the source
 * @param loadRows rows of the load
 * @param loadBytes bytes of the load, as the source sends them
 * @param changesRows changes
 * @param changesBytes bytes of changes, as they go to the writers
 */
public record ThrottleConfig(long loadQueries, long loadRows, long loadBytes, long changesRows, long changesBytes)
        implements Serializable {

    public static final ThrottleConfig NONE = new ThrottleConfig(0, 0, 0, 0, 0);

    public ThrottleConfig {
        if (loadQueries < 0 || loadRows < 0 || loadBytes < 0 || changesRows < 0 || changesBytes < 0) {
            throw new IllegalArgumentException("Limits must not be negative");
        }
    }

    /** One of the limits: its key in the task file, below throttle. */
    public enum Limit {
        LOAD_QUERIES("load.queries", false),
        LOAD_ROWS("load.rows", false),
        LOAD_BYTES("load.bytes", true),
        CHANGES_ROWS("changes.rows", false),
        CHANGES_BYTES("changes.bytes", true);

        private final String key;
        private final boolean bytes;

        Limit(String key, boolean bytes) {
            this.key = key;
            this.bytes = bytes;
        }

        public String key() {
            return key;
        }

        /** Of {@code walferry.control}. */
        public String column() {
            return key.replace('.', '_');
        }

        /** Counted in bytes; otherwise in rows or queries. */
        public boolean inBytes() {
            return bytes;
        }

        /** A value as the task file has it; empty if it is none. */
        public OptionalLong parse(String text) {
            OptionalLong value = bytes
                    ? Quantity.SIZE.parse(text)
                    : text.matches("[0-9]{1,15}") ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
            return value.isPresent() && value.getAsLong() > 0 ? value : OptionalLong.empty();
        }
    }

    /** Per second; 0: none. */
    public long of(Limit limit) {
        return switch (limit) {
            case LOAD_QUERIES -> loadQueries;
            case LOAD_ROWS -> loadRows;
            case LOAD_BYTES -> loadBytes;
            case CHANGES_ROWS -> changesRows;
            case CHANGES_BYTES -> changesBytes;
        };
    }
}
