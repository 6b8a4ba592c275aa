package io.walferry.job.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes changes of a table as rows of its history, each attached to the change that it tells of. Values keep PostgreSQL's text,
 * as strings of JSON; one that is not known is not in the image. Belongs to one thread.
 */
public final class HistoryWriter {

    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final byte[] schema;
    private final byte[] name;
    private final StreamTable history;
    /** Per column of the table's tuples: its name as JSON, with the colon. */
    private final byte[][] names;

    private byte[] json = new byte[1024];
    private int size;

    /**
     * @param source whose changes they are
     * @param table as its tuples come
     */
    public HistoryWriter(TableId source, StreamTable table, StreamTable history) {
        this.schema = source.schema().getBytes(StandardCharsets.UTF_8);
        this.name = source.name().getBytes(StandardCharsets.UTF_8);
        this.history = history;
        this.names = new byte[table.columns().size()][];
        for (int i = 0; i < names.length; i++) {
            byte[] text = table.columns().get(i).name().getBytes(StandardCharsets.UTF_8);
            size = 0;
            string(text, 0, text.length);
            append((byte) ':');
            names[i] = Arrays.copyOf(json, size);
        }
    }

    public StreamTable history() {
        return history;
    }

    /**
     * Writes the row for a change that was written just before.
     *
     * @param transaction the transaction's id
     * @param old the old row's tuple, from its first byte on; {@code null} if there is none
     * @param row the new one's, likewise
     */
    public void write(
            Operation operation,
            int keyGroup,
            long commitLsn,
            long ordinal,
            long commitTimeMicros,
            long transaction,
            byte[] old,
            byte[] row,
            ChangeWriter to) {
        to.begin(ChangeKind.INSERT, ChangeWriter.ATTACHED, keyGroup, history.id(), commitLsn, ordinal);
        to.columns(History.COLUMNS.size());
        text(Lsn.format(commitLsn), to);
        text(Long.toString(ordinal), to);
        to.text(schema, 0, schema.length);
        to.text(name, 0, name.length);
        text(operation.label(), to);
        byte[] time = TimestampText.of(commitTimeMicros);
        to.text(time, 0, time.length);
        text(Long.toString(transaction), to);
        image(old, to);
        image(row, to);
        to.end();
    }

    private static void text(String value, ChangeWriter to) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        to.text(bytes, 0, bytes.length);
    }

    private void image(byte[] tuple, ChangeWriter to) {
        if (tuple == null) {
            to.nullValue();
            return;
        }
        size = 0;
        append((byte) '{');
        int position = 2;
        for (byte[] column : names) {
            if (tuple[position] != 'u') {
                if (size > 1) {
                    append((byte) ',');
                }
                append(column, 0, column.length);
                if (tuple[position] == 't') {
                    string(tuple, position + 5, position + 5 + ChangeCursor.valueLength(tuple, position));
                } else {
                    append((byte) 'n');
                    append((byte) 'u');
                    append((byte) 'l');
                    append((byte) 'l');
                }
            }
            position = ChangeCursor.skipColumn(tuple, position);
        }
        append((byte) '}');
        to.text(json, 0, size);
    }

    private void string(byte[] bytes, int from, int to) {
        append((byte) '"');
        int start = from;
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            if (b == '"' || b == '\\' || b >= 0 && b < ' ') {
                append(bytes, start, i);
                start = i + 1;
                append((byte) '\\');
                if (b >= ' ') {
                    append(b);
                } else {
                    append((byte) 'u');
                    append((byte) '0');
                    append((byte) '0');
                    append(HEX[b >> 4]);
                    append(HEX[b & 15]);
                }
            }
        }
        append(bytes, start, to);
        append((byte) '"');
    }

    private void append(byte b) {
        if (size == json.length) {
            json = Arrays.copyOf(json, 2 * size);
        }
        json[size++] = b;
    }

    private void append(byte[] bytes, int from, int to) {
        int length = to - from;
        if (json.length - size < length) {
            json = Arrays.copyOf(json, Math.max(2 * json.length, Math.addExact(size, length)));
        }
        System.arraycopy(bytes, from, json, size, length);
        size += length;
    }
}
