package io.walferry.job.model;

import java.util.List;
import java.util.Locale;

/** Bytes and times as people like to read them. */
public final class Amounts {

    private Amounts() {}

    public static String bytes(long value) {
        if (value < 1_000) {
            return value + " B";
        }
        double scaled = value;
        String unit = "";
        for (String next : List.of("kB", "MB", "GB", "TB")) {
            if (scaled < 999.95) {
                break;
            }
            scaled /= 1_000;
            unit = next;
        }
        return String.format(Locale.ROOT, "%.1f %s", scaled, unit);
    }

    /** The two largest units that say something. */
    public static String duration(long ms) {
        if (ms < 1_000) {
            return ms + " ms";
        }
        long seconds = ms / 1_000;
        if (seconds < 10) {
            return String.format(Locale.ROOT, "%.1f s", ms / 1_000.0);
        }
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3_600) {
            return seconds / 60 + " min " + seconds % 60 + " s";
        }
        return seconds / 3_600 + " h " + seconds % 3_600 / 60 + " min";
    }
}
