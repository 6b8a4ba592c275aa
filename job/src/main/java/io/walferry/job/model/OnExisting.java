package io.walferry.job.model;

import java.util.Locale;

/** What to do about a table that the target has before the task starts. */
public enum OnExisting {
    /** Refuse the start. */
    REPORT,
    /** Keep its rows in the load, overwrite them by changes. */
    PROCEED,
    /** Empty it before the load. */
    TRUNCATE;

    /** As the task file has it. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
