package io.walferry.job.source.wal;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * A row of COPY's text format.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-copy.html">COPY, Text Format</a>
 */
final class CopyLine {

    private CopyLine() {}

    /** The row's values, {@code null} for NULL. {@code line} may end with its newline. */
    static List<byte[]> split(byte[] line) {
        int end = line.length > 0 && line[line.length - 1] == '\n' ? line.length - 1 : line.length;
        List<byte[]> values = new ArrayList<>();
        ByteArrayOutputStream value = new ByteArrayOutputStream();
        boolean isNull = false;
        for (int i = 0; i <= end; i++) {
            if (i == end || line[i] == '\t') {
                values.add(isNull ? null : value.toByteArray());
                value.reset();
                isNull = false;
            } else if (line[i] != '\\') {
                value.write(line[i]);
            } else if (line[++i] == 'N') {
                isNull = true;
            } else {
                value.write(unescaped(line[i]));
            }
        }
        return values;
    }

    private static int unescaped(byte code) {
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
