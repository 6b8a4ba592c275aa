package io.walferry.udf;

import org.apache.flink.table.functions.ScalarFunction;

/** {@code BLANK_TO_NULL(text)}: NULL for a text that is empty or has nothing but white space; else the text as it is. */
public final class BlankToNull extends ScalarFunction {

    private static final long serialVersionUID = 1L;

    public String eval(String text) {
        return text == null || text.isBlank() ? null : text;
    }
}
