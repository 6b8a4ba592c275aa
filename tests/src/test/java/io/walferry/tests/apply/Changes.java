package io.walferry.tests.apply;

import io.walferry.job.model.ChangeBlock;
import io.walferry.job.model.ChangeKind;
import io.walferry.job.model.ChangeWriter;
import io.walferry.job.model.KeyGroups;
import io.walferry.job.model.KeyHash;
import io.walferry.job.model.StreamColumn;
import io.walferry.job.model.StreamTable;
import io.walferry.job.model.TableId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Makes blocks as the reader does: each change has the transaction's LSN and takes two ordinals. */
final class Changes {

    /** In a row: a TOAST value that the update left as it was. */
    static final String UNCHANGED = "\0unchanged";

    static final long COMMIT_TIME_MICROS = 1_700_000_000_123_456L;

    private final ChangeWriter writer = new ChangeWriter(1 << 12);
    private final Set<StreamTable> tables = new LinkedHashSet<>();
    private final int channel;
    private long lsn;
    private long ordinal;
    private int flags;

    Changes(int channel) {
        this.channel = channel;
    }

    static StreamTable table(int id, String name, List<Integer> key, String... columnsWithTypes) {
        List<StreamColumn> columns = new ArrayList<>();
        for (String column : columnsWithTypes) {
            int space = column.indexOf(' ');
            String type = column.substring(space + 1);
            boolean always = type.endsWith(" always");
            columns.add(new StreamColumn(
                    column.substring(0, space), always ? type.substring(0, type.length() - 7) : type, always));
        }
        return new StreamTable(id, new TableId("public", name), columns, key, false, false);
    }

    /** Starts a source transaction whose commit record is at {@code lsn}. */
    Changes transaction(long commitLsn) {
        lsn = commitLsn;
        ordinal = 0;
        return this;
    }

    /** Goes on in the source transaction whose commit record is at {@code commitLsn}, or starts it. */
    Changes at(long commitLsn) {
        return commitLsn == lsn ? this : transaction(commitLsn);
    }

    /** A change of another channel. */
    Changes skip() {
        ordinal += 2;
        return this;
    }

    Changes overlap(boolean on) {
        flags = on ? ChangeWriter.OVERLAP : 0;
        return this;
    }

    Changes insert(StreamTable table, String... row) {
        begin(ChangeKind.INSERT, table, row);
        tuple(row);
        return end();
    }

    Changes update(StreamTable table, String... row) {
        begin(ChangeKind.UPDATE, table, row);
        tuple(row);
        return end();
    }

    /** What tells of the change before, at its position and for its key. */
    Changes attached(StreamTable of, String[] changed, StreamTable table, String... row) {
        tables.add(table);
        writer.begin(ChangeKind.INSERT, ChangeWriter.ATTACHED, keyGroup(of, changed), table.id(), lsn, ordinal - 2);
        tuple(row);
        return end();
    }

    /** As {@link #update}, for a table that goes to one writer as a whole. */
    Changes updateIn(int keyGroup, StreamTable table, String... row) {
        begin(ChangeKind.UPDATE, table, keyGroup);
        tuple(row);
        return end();
    }

    /** Update of a keyless table. */
    Changes update(StreamTable table, List<String> old, List<String> row) {
        begin(ChangeKind.UPDATE, table, row.toArray(String[]::new));
        tuple(old.toArray(String[]::new));
        tuple(row.toArray(String[]::new));
        return end();
    }

    Changes delete(StreamTable table, String... oldRow) {
        begin(ChangeKind.DELETE, table, oldRow);
        tuple(oldRow);
        return end();
    }

    /** Ends the source transaction, as the reader says it to a single writer. */
    Changes commit() {
        writer.begin(ChangeKind.COMMIT, 0, 0, 0, lsn, Long.MAX_VALUE);
        writer.end();
        return this;
    }

    /** The block so far; the next one starts empty. */
    ChangeBlock block() {
        int changes = writer.changes();
        byte[] bytes = writer.take();
        ChangeBlock block =
                new ChangeBlock(channel, List.copyOf(tables), bytes, bytes.length, changes, COMMIT_TIME_MICROS);
        tables.clear();
        return block;
    }

    int size() {
        return writer.size();
    }

    static int keyGroup(StreamTable table, String... row) {
        KeyHash hash = new KeyHash().reset();
        if (table.keyless()) {
            byte[] name = table.table().toString().getBytes(StandardCharsets.UTF_8);
            hash.add(name, 0, name.length);
        }
        for (int index : table.key()) {
            byte[] value = row[index].getBytes(StandardCharsets.UTF_8);
            hash.add(value, 0, value.length);
        }
        return hash.keyGroup(KeyGroups.COUNT);
    }

    private void begin(ChangeKind kind, StreamTable table, String[] row) {
        begin(kind, table, keyGroup(table, row));
    }

    private void begin(ChangeKind kind, StreamTable table, int keyGroup) {
        tables.add(table);
        writer.begin(kind, flags, keyGroup, table.id(), lsn, ordinal);
        ordinal += 2;
    }

    private void tuple(String[] row) {
        writer.columns(row.length);
        for (String value : row) {
            if (value == null) {
                writer.nullValue();
            } else if (value.equals(UNCHANGED)) {
                writer.bytes(new byte[] {'u'}, 0, 1);
            } else {
                byte[] text = value.getBytes(StandardCharsets.UTF_8);
                writer.text(text, 0, text.length);
            }
        }
    }

    private Changes end() {
        writer.end();
        return this;
    }
}
