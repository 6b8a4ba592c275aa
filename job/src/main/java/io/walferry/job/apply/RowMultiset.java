package io.walferry.job.apply;

import io.walferry.job.model.ChangeCursor;
import io.walferry.job.model.ChangeKind;
import io.walferry.job.model.StreamTable;
import java.util.Arrays;

/**
 * What a batch's changes of one keyless table come to: per full row, how many of it come or go. A row that an update deletes and a
 * later change inserts again goes once and comes once, however often that was: who looks at the target twice and finds the very
 * same row knows then that nothing was done to it. Reused from table to table.
 */
final class RowMultiset {

    private final Tuples tuples = new Tuples();
    private final ChangeCursor cursor = new ChangeCursor();

    private int[] slots = new int[0];
    private int slotMask;
    private int[] hashes = new int[64];
    private byte[][] images = new byte[64][];
    private int[] imageAt = new int[64];
    private int[] imageEnd = new int[64];
    /** How many more of the row there are. */
    private int[] counts = new int[64];

    /** Whether one of the rows that were there before the batch has gone, whatever came after. */
    private boolean[] taken = new boolean[64];

    private boolean[] overlap = new boolean[64];
    private int[] firstInsert = new int[64];
    private int[] firstDelete = new int[64];
    private int size;
    private int change;
    private int inserts;
    private int deletes;

    void compute(ChangeBatch batch, StreamTable table, int[] order, int from, int to) {
        clear();
        int capacity = Integer.highestOneBit(Math.max(8, (to - from) * 2) * 2 - 1) * 2;
        if (slots.length < capacity) {
            slots = new int[capacity];
        } else {
            Arrays.fill(slots, 0, capacity, 0);
        }
        slotMask = capacity - 1;
        for (int i = from; i < to; i++) {
            change = order[i];
            batch.seek(cursor, change);
            add(table);
        }
        inserts = 0;
        deletes = 0;
        for (int entry = 0; entry < size; entry++) {
            inserts += comes(entry);
            deletes += goes(entry);
        }
    }

    private void add(StreamTable table) {
        byte[] bytes = cursor.bytes();
        int first = cursor.firstTuple();
        if (ChangeCursor.columns(bytes, first) != table.columns().size()) {
            throw new IllegalStateException("a change of " + table.table() + " has another number of columns");
        }
        ChangeKind kind = cursor.kind();
        if (kind == ChangeKind.INSERT) {
            count(bytes, first, 1);
            return;
        }
        count(bytes, first, -1);
        if (kind == ChangeKind.UPDATE) {
            int second = ChangeCursor.skipTuple(bytes, first);
            if (Tuples.hasUnchanged(bytes, second)) {
                int merged = tuples.merge(bytes, second, bytes, first);
                count(tuples.merged(), merged, 1);
            } else {
                count(bytes, second, 1);
            }
        }
    }

    /** Number of different rows. */
    int size() {
        return size;
    }

    /** How many of this row are to be inserted, once those that go are gone. */
    int comes(int entry) {
        return counts[entry] == 0 && taken[entry] ? 1 : Math.max(counts[entry], 0);
    }

    /** How many of this row are to be deleted. */
    int goes(int entry) {
        return counts[entry] == 0 && taken[entry] ? 1 : Math.max(-counts[entry], 0);
    }

    byte[] image(int entry) {
        return images[entry];
    }

    int imageAt(int entry) {
        return imageAt[entry];
    }

    /** Whether a row that goes may never have come: the load may have been taken after its deletion. */
    boolean overlap(int entry) {
        return overlap[entry];
    }

    /** The first change of the batch that did what the count says: brought the row, or took it away. */
    int change(int entry) {
        return counts[entry] > 0 ? firstInsert[entry] : firstDelete[entry];
    }

    int inserts() {
        return inserts;
    }

    int deletes() {
        return deletes;
    }

    /** Lets go of the batch's bytes. */
    void clear() {
        Arrays.fill(images, 0, size, null);
        size = 0;
    }

    private void count(byte[] bytes, int tuple, int more) {
        int end = ChangeCursor.skipTuple(bytes, tuple);
        int hash = Tuples.hash(bytes, tuple + 2, end);
        int slot = Tuples.mix(hash) & slotMask;
        while (slots[slot] != 0) {
            int entry = slots[slot] - 1;
            if (hashes[entry] == hash
                    && Tuples.equal(images[entry], imageAt[entry], imageEnd[entry], bytes, tuple, end)) {
                counted(entry, more);
                return;
            }
            slot = (slot + 1) & slotMask;
        }
        grow();
        slots[slot] = size + 1;
        hashes[size] = hash;
        images[size] = bytes;
        imageAt[size] = tuple;
        imageEnd[size] = end;
        counts[size] = 0;
        taken[size] = false;
        firstInsert[size] = -1;
        firstDelete[size] = -1;
        overlap[size] = false;
        counted(size++, more);
    }

    private void counted(int entry, int more) {
        counts[entry] += more;
        taken[entry] |= counts[entry] < 0;
        int[] first = more > 0 ? firstInsert : firstDelete;
        if (first[entry] < 0) {
            first[entry] = change;
        }
        if (more < 0) {
            overlap[entry] |= cursor.overlap();
        }
    }

    private void grow() {
        if (size == hashes.length) {
            int length = size * 2;
            hashes = Arrays.copyOf(hashes, length);
            images = Arrays.copyOf(images, length);
            imageAt = Arrays.copyOf(imageAt, length);
            imageEnd = Arrays.copyOf(imageEnd, length);
            counts = Arrays.copyOf(counts, length);
            taken = Arrays.copyOf(taken, length);
            overlap = Arrays.copyOf(overlap, length);
            firstInsert = Arrays.copyOf(firstInsert, length);
            firstDelete = Arrays.copyOf(firstDelete, length);
        }
    }
}
