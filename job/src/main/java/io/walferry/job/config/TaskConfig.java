package io.walferry.job.config;

import java.io.Serializable;

/**
 * A whole task file.
 *
 * @param task the task's name: lower-case letters, digits and underscores, at most 40; names slot, publication and control rows
 */
public record TaskConfig(
        String task,
        Endpoint source,
        Endpoint target,
        ObjectsConfig objects,
        LoadConfig load,
        ApplyConfig apply,
        CheckpointConfig checkpoint)
        implements Serializable {

    /** The replication slot at the source. */
    public String slot() {
        return "walferry_" + task;
    }

    /** The publication at the source. */
    public String publication() {
        return "walferry_" + task;
    }
}
