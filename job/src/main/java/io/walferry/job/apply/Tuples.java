package io.walferry.job.apply;

import io.walferry.job.model.ChangeCursor;
import java.util.Arrays;
import java.util.BitSet;

/** Tuples in a packed change: {@code u16} columns, then one value after the other. */
final class Tuples {

    private static final int SLAB = 1 << 18;

    private byte[] slab = new byte[0];
    private int used;

    static boolean hasUnchanged(byte[] bytes, int tuple) {
        int columns = ChangeCursor.columns(bytes, tuple);
        int at = tuple + 2;
        for (int i = 0; i < columns; i++) {
            if (bytes[at] == 'u') {
                return true;
            }
            at = ChangeCursor.skipColumn(bytes, at);
        }
        return false;
    }

    /** Sets in {@code present} the columns whose value the tuple has. */
    static void present(byte[] bytes, int tuple, BitSet present) {
        present.clear();
        int columns = ChangeCursor.columns(bytes, tuple);
        int at = tuple + 2;
        for (int i = 0; i < columns; i++) {
            present.set(i, bytes[at] != 'u');
            at = ChangeCursor.skipColumn(bytes, at);
        }
    }

    /** Clears in {@code columns} those that are NULL in the tuple. */
    static void clearNulls(byte[] bytes, int tuple, BitSet columns) {
        int count = ChangeCursor.columns(bytes, tuple);
        int at = tuple + 2;
        for (int i = 0; i < count; i++) {
            if (bytes[at] == 'n') {
                columns.clear(i);
            }
            at = ChangeCursor.skipColumn(bytes, at);
        }
    }

    /**
     * Makes a tuple of the newer one with the older one's values where the newer has none; it is in {@link #merged()}.
     *
     * @return its offset there
     */
    int merge(byte[] newer, int newerTuple, byte[] older, int olderTuple) {
        int columns = ChangeCursor.columns(newer, newerTuple);
        int bound = ChangeCursor.skipTuple(newer, newerTuple)
                - newerTuple
                + ChangeCursor.skipTuple(older, olderTuple)
                - olderTuple;
        if (slab.length - used < bound) {
            slab = new byte[Math.max(SLAB, bound)];
            used = 0;
        }
        int start = used;
        slab[used++] = (byte) (columns >>> 8);
        slab[used++] = (byte) columns;
        int newerAt = newerTuple + 2;
        int olderAt = olderTuple + 2;
        for (int i = 0; i < columns; i++) {
            int newerNext = ChangeCursor.skipColumn(newer, newerAt);
            int olderNext = ChangeCursor.skipColumn(older, olderAt);
            if (newer[newerAt] == 'u') {
                System.arraycopy(older, olderAt, slab, used, olderNext - olderAt);
                used += olderNext - olderAt;
            } else {
                System.arraycopy(newer, newerAt, slab, used, newerNext - newerAt);
                used += newerNext - newerAt;
            }
            newerAt = newerNext;
            olderAt = olderNext;
        }
        return start;
    }

    /** Where the last merged tuple is; stays as it is. */
    byte[] merged() {
        return slab;
    }

    static int hash(byte[] bytes, int from, int to) {
        int hash = 1;
        for (int i = from; i < to; i++) {
            hash = 31 * hash + bytes[i];
        }
        return hash;
    }

    /** Spreads a hash's bits, for a table whose size is a power of two. */
    static int mix(int hash) {
        int mixed = hash * 0x9E3779B9;
        return mixed ^ (mixed >>> 16);
    }

    static boolean equal(byte[] a, int fromA, int toA, byte[] b, int fromB, int toB) {
        return Arrays.equals(a, fromA, toA, b, fromB, toB);
    }
}
