package io.walferry.job.config;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * How {@code walferry verify} compares.
 *
 * @param percent of the rows that are compared
 * @param parallelism chunks at once
 * @param rowsPerSecond of all together; 0: no limit
 * @param kept differences per table that are kept with their values; all are counted
 * @param looks how often a row that differs is looked at again before it is left as unsettled
 * @param patience how long each look waits for the task to come up
 * @param masked columns whose values are not shown: {@code schema.table.column} at the target
 */
public record VerifyConfig(
        Mode mode,
        double percent,
        Direction direction,
        int parallelism,
        long rowsPerSecond,
        int kept,
        int looks,
        Duration patience,
        List<String> masked)
        implements Serializable {

    public static final VerifyConfig DEFAULT =
            new VerifyConfig(Mode.CHECKSUM, 100, Direction.BOTH, 2, 0, 1_000, 8, Duration.ofMinutes(10), List.of());

    public VerifyConfig {
        masked = List.copyOf(masked);
    }

    /** What of a row is compared. */
    public enum Mode {
        /** Its key. */
        COUNT,
        /** All of its values. */
        CHECKSUM;

        public String label() {
            return VerifyConfig.label(this);
        }

        public static List<String> labels() {
            return Stream.of(values()).map(Mode::label).toList();
        }
    }

    /** Whose rows have to be on the other side. */
    public enum Direction {
        BOTH,
        /** Those of the source: rows that only the target has do not count. */
        SOURCE,
        /** Those of the target: rows that the target lacks do not count. */
        TARGET;

        public String label() {
            return VerifyConfig.label(this);
        }

        public static List<String> labels() {
            return Stream.of(values()).map(Direction::label).toList();
        }
    }

    private static String label(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    public VerifyConfig withMode(Mode other) {
        return new VerifyConfig(other, percent, direction, parallelism, rowsPerSecond, kept, looks, patience, masked);
    }

    public VerifyConfig withPercent(double other) {
        return new VerifyConfig(mode, other, direction, parallelism, rowsPerSecond, kept, looks, patience, masked);
    }

    public VerifyConfig withDirection(Direction other) {
        return new VerifyConfig(mode, percent, other, parallelism, rowsPerSecond, kept, looks, patience, masked);
    }
}
