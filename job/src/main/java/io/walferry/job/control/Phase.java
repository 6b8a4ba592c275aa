package io.walferry.job.control;

import java.util.Locale;

/** What a task is at, as {@code walferry.task.phase} shows it. */
public enum Phase {
    /** Structure, publication, slot and chunk plan are being made. */
    PREPARING,
    /** Chunks are being loaded. */
    LOAD,
    /** Keys and indexes are being built. */
    INDEX,
    /** Changes are followed. */
    CHANGES,
    /** It was cut over: nothing writes for it any more. */
    ENDED;

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
