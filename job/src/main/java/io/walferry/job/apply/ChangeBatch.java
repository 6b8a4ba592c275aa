package io.walferry.job.apply;

import io.walferry.job.model.ChangeBlock;
import io.walferry.job.model.ChangeCursor;
import io.walferry.job.model.ChangePosition;
import io.walferry.job.model.StreamTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Changes that are written together. The blocks' bytes stay where they are; the batch knows for each change its block, its
 * offset in it and its table, in arrays. One thread fills it, then another one writes it.
 */
final class ChangeBatch {

    private final List<byte[]> blocks = new ArrayList<>();
    private final List<StreamTable> tables = new ArrayList<>();
    private int[] blockOf = new int[256];
    private int[] startOf = new int[256];
    private int[] tableOf = new int[256];
    private int size;
    private long bytes;

    private ChangePosition position;
    private long commitTimeMicros;
    private boolean commits = true;
    private boolean structureChanges;

    // Where the last source transaction that is complete in this batch ends.
    private int wholeSize;
    private long wholeBytes;
    private ChangePosition wholePosition;
    private long wholeCommitTimeMicros;

    // Open addressing by table id: one more than the index into tables, 0 where free.
    private int[] tableSlots = new int[16];
    private int lastTableId = -1;
    private int lastTable = -1;

    /** Appends the cursor's change; its block has to be the one last given to {@link #block}. */
    void add(ChangeCursor change, ChangeBlock block) {
        if (size == blockOf.length) {
            blockOf = Arrays.copyOf(blockOf, size * 2);
            startOf = Arrays.copyOf(startOf, size * 2);
            tableOf = Arrays.copyOf(tableOf, size * 2);
        }
        if (blocks.isEmpty() || blocks.get(blocks.size() - 1) != block.bytes()) {
            blocks.add(block.bytes());
            name(block.tables());
        }
        blockOf[size] = blocks.size() - 1;
        startOf[size] = change.start();
        tableOf[size] = tableIndex(change.table());
        size++;
        bytes += change.limit() - change.start();
    }

    /** Everything of the channel up to here is in this batch or in an earlier one. */
    void reached(long commitLsn, long ordinal, long micros) {
        position = new ChangePosition(commitLsn, ordinal);
        commitTimeMicros = micros;
    }

    /** A source transaction ends here, so a target transaction may. */
    void transactionEnds(ChangePosition end, long micros) {
        wholeSize = size;
        wholeBytes = bytes;
        wholePosition = end;
        wholeCommitTimeMicros = micros;
    }

    boolean hasTransactionEnd() {
        return wholePosition != null;
    }

    /** Takes what follows the last source transaction's end out of this batch and returns it. */
    ChangeBatch splitAfterTransactionEnd() {
        ChangeBatch rest = new ChangeBatch();
        if (size > wholeSize) {
            rest.blocks.addAll(blocks);
            rest.tables.addAll(tables);
            rest.tableSlots = tableSlots.clone();
            rest.size = size - wholeSize;
            rest.blockOf = Arrays.copyOfRange(blockOf, wholeSize, Math.max(size, wholeSize + 256));
            rest.startOf = Arrays.copyOfRange(startOf, wholeSize, Math.max(size, wholeSize + 256));
            rest.tableOf = Arrays.copyOfRange(tableOf, wholeSize, Math.max(size, wholeSize + 256));
            rest.bytes = bytes - wholeBytes;
            rest.position = position;
            rest.commitTimeMicros = commitTimeMicros;
        }
        size = wholeSize;
        bytes = wholeBytes;
        position = wholePosition;
        commitTimeMicros = wholeCommitTimeMicros;
        return rest;
    }

    /** The target transaction stays open after this batch. */
    void leaveOpen() {
        commits = false;
    }

    /** The target's structure changes after this batch. */
    void structureChanges() {
        structureChanges = true;
    }

    boolean changesStructure() {
        return structureChanges;
    }

    boolean commits() {
        return commits;
    }

    int size() {
        return size;
    }

    long bytes() {
        return bytes;
    }

    /** {@code null} if nothing was reached since the last batch. */
    ChangePosition position() {
        return position;
    }

    /** Commit time at the source in microseconds since 1970; 0 if unknown. */
    long commitTimeMicros() {
        return commitTimeMicros;
    }

    List<StreamTable> tables() {
        return tables;
    }

    void seek(ChangeCursor cursor, int change) {
        cursor.at(blocks.get(blockOf[change]), startOf[change]);
    }

    /**
     * The changes by table, in their order.
     *
     * @param ends receives, per table, the end of its part of the result
     */
    int[] byTable(int[] ends) {
        Arrays.fill(ends, 0);
        for (int i = 0; i < size; i++) {
            ends[tableOf[i]]++;
        }
        int sum = 0;
        for (int t = 0; t < tables.size(); t++) {
            int count = ends[t];
            ends[t] = sum;
            sum += count;
        }
        int[] order = new int[size];
        for (int i = 0; i < size; i++) {
            order[ends[tableOf[i]]++] = i;
        }
        return order;
    }

    /** Makes the tables that a block names known, and its ids mean them. */
    private void name(List<StreamTable> named) {
        lastTableId = -1;
        for (StreamTable table : named) {
            int slot = slotOf(table.id());
            if (tableSlots[slot] == 0 || !tables.get(tableSlots[slot] - 1).equals(table)) {
                tables.add(table);
                tableSlots[slot] = tables.size();
                if (tables.size() * 2 > tableSlots.length) {
                    grow();
                }
            }
        }
    }

    private void grow() {
        tableSlots = new int[tableSlots.length * 2];
        for (int i = 0; i < tables.size(); i++) {
            tableSlots[slotOf(tables.get(i).id())] = i + 1;
        }
    }

    /** The slot that has the table with this id, or is free for it. */
    private int slotOf(int id) {
        int slot = Tuples.mix(id) & tableSlots.length - 1;
        while (tableSlots[slot] != 0 && tables.get(tableSlots[slot] - 1).id() != id) {
            slot = slot + 1 & tableSlots.length - 1;
        }
        return slot;
    }

    private int tableIndex(int id) {
        if (id != lastTableId) {
            int found = tableSlots[slotOf(id)];
            if (found == 0) {
                throw new IllegalStateException("a block has a change of table " + id + ", which it does not name");
            }
            lastTableId = id;
            lastTable = found - 1;
        }
        return lastTable;
    }
}
