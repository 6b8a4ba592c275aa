package io.walferry.udf;

import org.apache.flink.table.functions.ScalarFunction;

/**
 * {@code NULL_TO_BLANK(text)}: one blank for NULL and for an empty text, else the text as it is; for targets where an empty text is
 * NULL and a column is NOT NULL.
 */
public final class NullToBlank extends ScalarFunction {

    private static final long serialVersionUID = 1L;

    public String eval(String text) {
        return text == null || text.isEmpty() ? " " : text;
    }
}
