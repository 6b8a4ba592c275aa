package io.walferry.udf;

import java.nio.charset.StandardCharsets;
import org.apache.flink.table.functions.ScalarFunction;

/**
 * {@code TRUNCATE_BYTES(text, n)}: as many characters from the beginning as have at most n bytes in UTF-8; none is cut in two. NULL
 * gives NULL.
 */
public final class TruncateBytes extends ScalarFunction {

    private static final long serialVersionUID = 1L;

    /** @throws IllegalArgumentException if the number is NULL or below 0 */
    public String eval(String text, Integer bytes) {
        if (bytes == null || bytes < 0) {
            throw new IllegalArgumentException("TRUNCATE_BYTES keeps 0 bytes or more, not NULL or fewer");
        }
        if (text == null) {
            return null;
        }
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        if (encoded.length <= bytes) {
            return text;
        }
        int end = bytes;
        // A character goes on in bytes that begin with the bits 10.
        while (end > 0 && (encoded[end] & 0xC0) == 0x80) {
            end--;
        }
        return new String(encoded, 0, end, StandardCharsets.UTF_8);
    }
}
