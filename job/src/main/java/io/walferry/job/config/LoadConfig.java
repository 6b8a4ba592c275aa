package io.walferry.job.config;

import java.io.Serializable;

/**
 * The full load.
 *
 * @param chunkRows rows per chunk, about
 * @param parallelism chunks read at once, and connections that build indexes afterwards
 */
public record LoadConfig(long chunkRows, int parallelism) implements Serializable {
    public static final LoadConfig DEFAULT = new LoadConfig(500_000, 2);
}
