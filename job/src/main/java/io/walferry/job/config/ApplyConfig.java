package io.walferry.job.config;

import java.io.Serializable;
import java.time.Duration;

/**
 * The writers.
 *
 * @param writers number of writers; with 1, source transactions stay whole
 * @param batchRows changes per target transaction, at most (a whole source transaction may be larger)
 * @param batchBytes bytes per target transaction, at most, likewise
 * @param linger how long a change waits for company when the stream is quiet
 */
public record ApplyConfig(int writers, int batchRows, int batchBytes, Duration linger) implements Serializable {
    public static final ApplyConfig DEFAULT = new ApplyConfig(2, 10_000, 16 << 20, Duration.ofMillis(20));

    public ApplyConfig {
        if (writers < 1 || batchRows < 1 || batchBytes < 1 || linger.isNegative()) {
            throw new IllegalArgumentException(
                    "Writers, rows and bytes of a batch must be 1 or more, linger not negative");
        }
    }
}
