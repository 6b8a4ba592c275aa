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

    public LoadConfig {
        if (chunkRows < 1 || parallelism < 1) {
            throw new IllegalArgumentException("Rows of a chunk and parallelism must be 1 or more");
        }
    }
}
