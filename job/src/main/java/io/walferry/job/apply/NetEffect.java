package io.walferry.job.apply;

import io.walferry.job.model.ChangeCursor;
import io.walferry.job.model.StreamTable;
import io.walferry.job.model.TableId;
import java.util.Arrays;

/**
 * What a batch's changes of one keyed table come to, per key: an open-addressing table over the keys' bytes where they lie.
 * Reused from table to table.
 */
final class NetEffect {

    /** The row was not there before: it can be inserted. */
    static final byte INSERT = 0;
    /** All values are known: insert or overwrite. */
    static final byte UPSERT = 1;
    /** Some values are not known: set the others. */
    static final byte PARTIAL = 2;
    /** The row is gone; only its key is known. */
    static final byte DELETE = 3;

    private final Tuples tuples = new Tuples();
    private final ChangeCursor cursor = new ChangeCursor();

    private int[] slots = new int[0];
    private int slotMask;
    private int[] hashes = new int[64];
    private byte[] effects = new byte[64];
    private byte[][] images = new byte[64][];
    private int[] imageAt = new int[64];
    private byte[][] keyBytes = new byte[64][];
    private int[] keyAt = new int[64];
    private int size;
    private final int[] counts = new int[4];
    private int updatesOfDeleted;
    private long bytes;

    private TableId tableName;
    private int keyColumns;
    private int[] keyOrdinal = new int[0];
    private int[] probe = new int[0];
    private boolean unchanged;
    /** The change is an update that brings no row. */
    private boolean partial;

    /** Takes the changes {@code order[from] … order[to - 1]} of the batch, which are all of this table. */
    void compute(ChangeBatch batch, StreamTable table, int[] order, int from, int to) {
        prepare(table, to - from);
        for (int i = from; i < to; i++) {
            batch.seek(cursor, order[i]);
            byte[] bytes = cursor.bytes();
            int tuple = cursor.firstTuple();
            scan(table, bytes, tuple);
            partial = unchanged || cursor.existing();
            add(bytes, tuple);
        }
        Arrays.fill(counts, 0);
        for (int entry = 0; entry < size; entry++) {
            counts[effects[entry]]++;
        }
    }

    int size() {
        return size;
    }

    int count(byte effect) {
        return counts[effect];
    }

    byte effect(int entry) {
        return effects[entry];
    }

    byte[] image(int entry) {
        return images[entry];
    }

    /** Offset of the entry's tuple in {@link #image}. */
    int imageAt(int entry) {
        return imageAt[entry];
    }

    /** Updates without all values that came for a row that the batch had deleted: nothing to apply them to. */
    int updatesOfDeleted() {
        return updatesOfDeleted;
    }

    /** Size of all changes taken; what they come to is not larger. */
    long bytes() {
        return bytes;
    }

    /** Lets go of the batch's bytes. */
    void clear() {
        Arrays.fill(images, 0, size, null);
        Arrays.fill(keyBytes, 0, size, null);
        size = 0;
    }

    private void prepare(StreamTable table, int changes) {
        clear();
        updatesOfDeleted = 0;
        bytes = 0;
        tableName = table.table();
        keyColumns = table.key().size();
        keyOrdinal = new int[table.columns().size()];
        for (int i = 0; i < keyColumns; i++) {
            keyOrdinal[table.key().get(i)] = i + 1;
        }
        probe = new int[keyColumns];
        int capacity = Integer.highestOneBit(Math.max(8, changes) * 2 - 1) * 2;
        if (slots.length < capacity) {
            slots = new int[capacity];
        } else {
            // Only the part that this table needs, so that a small one does not pay for an earlier large one.
            Arrays.fill(slots, 0, capacity, 0);
        }
        slotMask = capacity - 1;
        if (keyAt.length < hashes.length * keyColumns) {
            keyAt = new int[hashes.length * keyColumns];
        }
    }

    /** Finds the key's columns, and whether a value is missing. */
    private void scan(StreamTable table, byte[] bytes, int tuple) {
        int columns = ChangeCursor.columns(bytes, tuple);
        if (columns != keyOrdinal.length) {
            throw new IllegalStateException(
                    "a change of " + table.table() + " has " + columns + " columns, not " + keyOrdinal.length);
        }
        unchanged = false;
        int at = tuple + 2;
        for (int i = 0; i < columns; i++) {
            if (keyOrdinal[i] != 0) {
                if (bytes[at] != 't') {
                    throw new IllegalStateException("a change of " + table.table() + " has no value in its key");
                }
                probe[keyOrdinal[i] - 1] = at;
            }
            unchanged |= bytes[at] == 'u';
            at = ChangeCursor.skipColumn(bytes, at);
        }
        this.bytes += at - tuple;
    }

    private void add(byte[] bytes, int tuple) {
        int hash = 1;
        for (int i = 0; i < keyColumns; i++) {
            hash = hash * 31 + Tuples.hash(bytes, probe[i] + 1, ChangeCursor.skipColumn(bytes, probe[i]));
        }
        int slot = Tuples.mix(hash) & slotMask;
        while (slots[slot] != 0) {
            int entry = slots[slot] - 1;
            if (hashes[entry] == hash && sameKey(entry, bytes)) {
                combine(entry, bytes, tuple);
                return;
            }
            slot = (slot + 1) & slotMask;
        }
        slots[slot] = size + 1;
        append(hash, bytes, tuple);
    }

    private boolean sameKey(int entry, byte[] bytes) {
        byte[] stored = keyBytes[entry];
        for (int i = 0; i < keyColumns; i++) {
            int at = keyAt[entry * keyColumns + i];
            // From the length on: two values of which one is the other's beginning differ in it.
            if (!Tuples.equal(
                    stored,
                    at + 1,
                    ChangeCursor.skipColumn(stored, at),
                    bytes,
                    probe[i] + 1,
                    ChangeCursor.skipColumn(bytes, probe[i]))) {
                return false;
            }
        }
        return true;
    }

    private void append(int hash, byte[] bytes, int tuple) {
        if (size == hashes.length) {
            int length = size * 2;
            hashes = Arrays.copyOf(hashes, length);
            effects = Arrays.copyOf(effects, length);
            images = Arrays.copyOf(images, length);
            imageAt = Arrays.copyOf(imageAt, length);
            keyBytes = Arrays.copyOf(keyBytes, length);
            keyAt = Arrays.copyOf(keyAt, Math.max(keyAt.length, length * keyColumns));
        }
        hashes[size] = hash;
        keyBytes[size] = bytes;
        System.arraycopy(probe, 0, keyAt, size * keyColumns, keyColumns);
        switch (cursor.kind()) {
            case INSERT -> {
                requireComplete();
                set(size, cursor.overlap() ? UPSERT : INSERT, bytes, tuple);
            }
            case UPDATE -> set(size, partial ? PARTIAL : UPSERT, bytes, tuple);
            default -> set(size, DELETE, bytes, tuple);
        }
        size++;
    }

    private void combine(int entry, byte[] bytes, int tuple) {
        switch (cursor.kind()) {
            case INSERT -> {
                requireComplete();
                set(entry, UPSERT, bytes, tuple);
            }
            case UPDATE -> update(entry, bytes, tuple);
            default -> set(entry, DELETE, bytes, tuple);
        }
    }

    private void update(int entry, byte[] bytes, int tuple) {
        byte before = effects[entry];
        if (!partial) {
            set(entry, before == INSERT ? INSERT : UPSERT, bytes, tuple);
        } else if (before == DELETE) {
            updatesOfDeleted++;
        } else {
            int merged = tuples.merge(bytes, tuple, images[entry], imageAt[entry]);
            boolean complete = before != PARTIAL || !cursor.existing() && !Tuples.hasUnchanged(tuples.merged(), merged);
            set(entry, before == PARTIAL && complete ? UPSERT : before, tuples.merged(), merged);
        }
    }

    private void requireComplete() {
        if (unchanged) {
            throw new IllegalStateException("a row inserted into " + tableName + " lacks a value");
        }
    }

    private void set(int entry, byte effect, byte[] bytes, int tuple) {
        effects[entry] = effect;
        images[entry] = bytes;
        imageAt[entry] = tuple;
    }
}
