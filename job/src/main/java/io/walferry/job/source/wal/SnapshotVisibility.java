package io.walferry.job.source.wal;

import java.util.Arrays;

/**
 * Which transactions a snapshot sees. Ids in a snapshot's text are 64 bits wide, those in the changelog are the low 32 bits;
 * no running transaction is ever 2^31 ids away from another, so the nearest to {@code xmin} is meant.
 *
 * @see <a href="https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-PG-SNAPSHOT">pg_snapshot</a>
 */
final class SnapshotVisibility {

    private final long xmin;
    private final long xmax;
    /** In progress; sorted. */
    private final long[] xip;

    private SnapshotVisibility(long xmin, long xmax, long[] xip) {
        this.xmin = xmin;
        this.xmax = xmax;
        this.xip = xip;
    }

    /**
     * Parses {@code xmin:xmax:xip,…}.
     *
     * @throws IllegalArgumentException if {@code text} is not of that form
     */
    static SnapshotVisibility parse(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("not a snapshot: " + text);
        }
        long[] xip = parts[2].isEmpty()
                ? new long[0]
                : Arrays.stream(parts[2].split(",", -1))
                        .mapToLong(Long::parseUnsignedLong)
                        .sorted()
                        .toArray();
        return new SnapshotVisibility(Long.parseUnsignedLong(parts[0]), Long.parseUnsignedLong(parts[1]), xip);
    }

    /** Whether the snapshot sees what the transaction did, given that it committed. */
    boolean sees(int xid) {
        long full = xmin + (xid - (int) xmin);
        if (full < xmin) {
            return true;
        }
        return full < xmax && Arrays.binarySearch(xip, full) < 0;
    }
}
