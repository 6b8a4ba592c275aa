package io.walferry.job.apply;

import io.walferry.job.jdbc.Database;
import io.walferry.job.model.ChangeCursor;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.BitSet;
import org.postgresql.copy.CopyIn;

/**
 * Rows as COPY text: tabs between values, {@code \N} for NULL, and a backslash before what would else mean something. One
 * buffer, reused from COPY to COPY.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.2">COPY, text format</a>
 */
final class CopyRows {

    private static final int FLUSH_BYTES = 1 << 16;
    private static final int SLICE_BYTES = 1 << 14;
    private static final byte[] ESCAPE = new byte[256];

    static {
        ESCAPE['\\'] = '\\';
        ESCAPE['\t'] = 't';
        ESCAPE['\n'] = 'n';
        ESCAPE['\r'] = 'r';
    }

    private byte[] buffer = new byte[2 * FLUSH_BYTES];
    private int used;
    private CopyIn copy;

    void begin(Connection connection, String sql) throws SQLException {
        used = 0;
        copy = Database.driver(connection).getCopyAPI().copyIn(sql);
    }

    /** Appends the tuple's columns that are in {@code columns}. */
    void row(byte[] bytes, int tuple, BitSet columns) throws SQLException {
        values(bytes, tuple, columns, false);
    }

    /** Appends a number, then the tuple's columns. */
    void row(int number, byte[] bytes, int tuple, BitSet columns) throws SQLException {
        byte[] digits = Integer.toString(number).getBytes(StandardCharsets.US_ASCII);
        reserve(digits.length);
        System.arraycopy(digits, 0, buffer, used, digits.length);
        used += digits.length;
        values(bytes, tuple, columns, true);
    }

    /** Ends the COPY; returns the number of rows. */
    long end() throws SQLException {
        send();
        return copy.endCopy();
    }

    private void values(byte[] bytes, int tuple, BitSet columns, boolean started) throws SQLException {
        int count = ChangeCursor.columns(bytes, tuple);
        int at = tuple + 2;
        boolean more = started;
        for (int i = 0; i < count; i++) {
            if (columns.get(i)) {
                reserve(3);
                if (more) {
                    buffer[used++] = '\t';
                }
                more = true;
                value(bytes, at);
            }
            at = ChangeCursor.skipColumn(bytes, at);
        }
        reserve(1);
        buffer[used++] = '\n';
        if (used >= FLUSH_BYTES) {
            send();
        }
    }

    private void value(byte[] bytes, int at) throws SQLException {
        if (bytes[at] == 'n') {
            buffer[used++] = '\\';
            buffer[used++] = 'N';
            return;
        }
        if (bytes[at] != 't') {
            throw new IllegalStateException("a row to write lacks a value");
        }
        int end = at + 5 + ChangeCursor.valueLength(bytes, at);
        for (int from = at + 5; from < end; from += SLICE_BYTES) {
            escaped(bytes, from, Math.min(end, from + SLICE_BYTES));
        }
    }

    /** At most a slice: a value of hundreds of megabytes must not need a buffer of twice that. */
    private void escaped(byte[] bytes, int from, int end) throws SQLException {
        if (used >= FLUSH_BYTES) {
            send();
        }
        reserve(2 * SLICE_BYTES);
        byte[] to = buffer;
        int write = used;
        for (int i = from; i < end; i++) {
            byte b = bytes[i];
            byte escape = ESCAPE[b & 0xFF];
            if (escape == 0) {
                to[write++] = b;
            } else {
                to[write++] = '\\';
                to[write++] = escape;
            }
        }
        used = write;
    }

    private void reserve(int more) {
        if (buffer.length - used < more) {
            buffer = java.util.Arrays.copyOf(buffer, Math.max(used + more, buffer.length * 2));
        }
    }

    private void send() throws SQLException {
        copy.writeToCopy(buffer, 0, used);
        used = 0;
    }
}
