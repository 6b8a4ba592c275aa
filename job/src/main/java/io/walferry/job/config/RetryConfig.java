package io.walferry.job.config;

import java.io.Serializable;
import java.time.Duration;

/**
 * How long a run retries what fails, from the first failure on, until it gives up.
 *
 * @param connection while a database cannot be reached
 * @param other everything else that may pass by itself; less than {@code connection}
 */
public record RetryConfig(Duration connection, Duration other) implements Serializable {

    public static final RetryConfig DEFAULT = new RetryConfig(Duration.ofMinutes(720), Duration.ofMinutes(10));

    public RetryConfig {
        if (other.compareTo(connection) >= 0) {
            throw new IllegalArgumentException("Other failures must not be retried for as long as connections");
        }
    }
}
