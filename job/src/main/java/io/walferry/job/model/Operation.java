package io.walferry.job.model;

import java.util.Locale;

/** A kind of change that a task replicates, or does not. */
public enum Operation {
    INSERT,
    UPDATE,
    DELETE,
    TRUNCATE;

    /** As the task file has it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
