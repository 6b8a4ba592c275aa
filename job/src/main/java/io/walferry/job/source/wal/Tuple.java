package io.walferry.job.source.wal;

import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import io.walferry.job.model.ChangeWriter;
import io.walferry.job.model.KeyHash;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Where a TupleData's columns lie in the bytes of a message; reused from message to message. Columns count from 0, and each
 * is a kind byte ('n', 'u' or 't'), for 't' followed by length and text.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-logicalrep-message-formats.html">TupleData</a>
 */
final class Tuple {

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

    private byte[] bytes = new byte[0];
    private int start;
    private int columns;
    private boolean unchanged;
    /** Where each column starts; one entry more for the end. */
    private int[] at = new int[33];

    /**
     * Points at the tuple that starts at {@code offset}.
     *
     * @return the offset after it
     */
    int scan(byte[] message, int offset, int limit) {
        bytes = message;
        start = offset;
        columns = (short) SHORT.get(message, offset) & 0xFFFF;
        unchanged = false;
        if (at.length <= columns) {
            at = new int[columns + 1];
        }
        int position = offset + 2;
        for (int i = 0; i < columns; i++) {
            at[i] = position;
            switch (message[position]) {
                case 't' -> position += 5 + (int) INT.get(message, position + 1);
                case 'n' -> position++;
                case 'u' -> {
                    unchanged = true;
                    position++;
                }
                default -> throw new SyncException(
                        FailureKind.NEEDS_OPERATOR,
                        "changelog",
                        "a column has the kind '" + (char) message[position] + "', which this version does not know",
                        "Report it with the version of the source server");
            }
        }
        if (position > limit) {
            throw new IndexOutOfBoundsException("a tuple ends " + (position - limit) + " bytes after its message");
        }
        at[columns] = position;
        return position;
    }

    /** Gives a column of kind 't' another text, in bytes of this tuple's own. */
    void replace(int column, byte[] text) {
        int value = at[column] + 5;
        int tail = at[columns] - at[column + 1];
        byte[] copy = new byte[value - start + text.length + tail];
        System.arraycopy(bytes, start, copy, 0, value - start);
        INT.set(copy, at[column] - start + 1, text.length);
        System.arraycopy(text, 0, copy, value - start, text.length);
        System.arraycopy(bytes, at[column + 1], copy, value - start + text.length, tail);
        scan(copy, 0, copy.length);
    }

    int columns() {
        return columns;
    }

    /** Whether a value is missing because it is an unchanged TOAST value. */
    boolean hasUnchanged() {
        return unchanged;
    }

    boolean isUnchanged(int column) {
        return bytes[at[column]] == 'u';
    }

    boolean isText(int column) {
        return bytes[at[column]] == 't';
    }

    /** The column's kind byte, then length and value if it has them. */
    void copyColumn(int column, ChangeWriter to) {
        to.bytes(bytes, at[column], at[column + 1] - at[column]);
    }

    void copy(ChangeWriter to) {
        to.bytes(bytes, start, at[columns] - start);
    }

    /** The value's text; the column is of kind 't'. */
    byte[] text(int column) {
        return Arrays.copyOfRange(bytes, at[column] + 5, at[column + 1]);
    }

    boolean columnEquals(int column, Tuple other) {
        return Arrays.equals(bytes, at[column], at[column + 1], other.bytes, other.at[column], other.at[column + 1]);
    }

    /** Adds the column's text; a NULL counts as an empty one. */
    void hash(int column, KeyHash hash) {
        int from = at[column];
        if (bytes[from] == 't') {
            hash.add(bytes, from + 5, at[column + 1] - from - 5);
        } else {
            hash.add(bytes, from, 0);
        }
    }
}
