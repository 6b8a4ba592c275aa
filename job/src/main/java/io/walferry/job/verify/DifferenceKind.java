package io.walferry.job.verify;

import java.util.Locale;

/** How rows of both sides are not equal. */
public enum DifferenceKind {
    /** Both have a row with the key, and other values. */
    DIFFERENT,
    /** The target lacks it. */
    MISSING,
    /** Only the target has it. */
    EXTRA;

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
