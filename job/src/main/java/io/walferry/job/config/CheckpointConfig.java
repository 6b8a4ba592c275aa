package io.walferry.job.config;

import java.io.Serializable;
import java.time.Duration;

/**
 * Flink's checkpoints.
 *
 * @param interval between two checkpoints; the slot is acknowledged once per checkpoint, so it also bounds the WAL kept
 * @param directory URI of where they are stored, as Flink reads it (no escapes)
 */
public record CheckpointConfig(Duration interval, String directory) implements Serializable {
    public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(5);
}
