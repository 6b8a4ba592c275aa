package io.walferry.job.config;

import java.util.Locale;

/** What is done about a change of the source's structure. */
public enum DdlPolicy {
    /** The target is changed in the same way. */
    APPLY,
    /** The target stays as it is. */
    IGNORE,
    /** The task stops, for a person to decide. */
    STOP;

    /** As the task file has it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
