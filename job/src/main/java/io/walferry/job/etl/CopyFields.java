package io.walferry.job.etl;

/**
 * The fields of a line of COPY's text format, where they lie; reused from line to line.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-copy.html">COPY, Text Format</a>
 */
final class CopyFields {

    /** Where each field starts; a last one behind the line's end and its missing tab. */
    private final int[] at;

    private byte[] line;
    private byte[] value;
    private int valueStart;
    private byte[] buffer = new byte[64];

    CopyFields(int fields) {
        at = new int[fields + 1];
    }

    /** @param to the line's end, without its newline */
    void split(byte[] bytes, int from, int to) {
        line = bytes;
        int field = 0;
        at[field++] = from;
        for (int i = from; i < to; i++) {
            // A tab within a value is escaped.
            if (bytes[i] == '\t') {
                at[field++] = i + 1;
            }
        }
        at[field] = to + 1;
        if (field != at.length - 1) {
            throw new IllegalStateException("a line of a chunk has " + field + " fields, not " + (at.length - 1));
        }
    }

    int start(int field) {
        return at[field];
    }

    int end(int field) {
        return at[field + 1] - 1;
    }

    boolean isNull(int field) {
        return end(field) - at[field] == 2 && line[at[field]] == '\\' && line[at[field] + 1] == 'N';
    }

    /** Makes the field's value readable at {@link #value()}; returns its length. */
    int unescape(int field) {
        int from = at[field];
        int to = end(field);
        int escape = from;
        while (escape < to && line[escape] != '\\') {
            escape++;
        }
        if (escape == to) {
            value = line;
            valueStart = from;
            return to - from;
        }
        if (buffer.length < to - from) {
            buffer = new byte[2 * (to - from)];
        }
        int size = 0;
        for (int i = from; i < to; i++) {
            buffer[size++] = line[i] == '\\' ? unescaped(line[++i]) : line[i];
        }
        value = buffer;
        valueStart = 0;
        return size;
    }

    byte[] value() {
        return value;
    }

    int valueStart() {
        return valueStart;
    }

    private static byte unescaped(byte code) {
        return switch (code) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'v' -> 0x0B;
            default -> code;
        };
    }
}
