package io.walferry.job.config;

import java.io.Serializable;
import java.util.List;

/**
 * What is looked at before a start.
 *
 * @param accept labels of the items whose warnings somebody has read and lives with
 */
public record PrecheckConfig(List<String> accept) implements Serializable {
    public PrecheckConfig {
        accept = List.copyOf(accept);
    }
}
