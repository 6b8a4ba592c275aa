package io.walferry.udf;

import org.apache.flink.table.functions.ScalarFunction;

/** {@code TRUNCATE_CHARS(text, n)}: the first n characters, as PostgreSQL counts them. NULL gives NULL. */
public final class TruncateChars extends ScalarFunction {

    private static final long serialVersionUID = 1L;

    /** @throws IllegalArgumentException if the number is NULL or below 0 */
    public String eval(String text, Integer characters) {
        if (characters == null || characters < 0) {
            throw new IllegalArgumentException("TRUNCATE_CHARS keeps 0 characters or more, not NULL or fewer");
        }
        if (text == null || text.codePointCount(0, text.length()) <= characters) {
            return text;
        }
        return text.substring(0, text.offsetByCodePoints(0, characters));
    }
}
