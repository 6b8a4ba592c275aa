package io.walferry.udf;

import org.apache.flink.table.functions.ScalarFunction;

/**
 * {@code MASK_KEEP(text, first, last)}: keeps so many characters at the beginning and at the end and puts a star for every other
 * one. A text that is no longer than what is to be kept is masked whole, for else it would be shown whole. NULL gives NULL.
 */
public final class MaskKeep extends ScalarFunction {

    private static final long serialVersionUID = 1L;

    /** @throws IllegalArgumentException if a number is NULL or below 0 */
    public String eval(String text, Integer first, Integer last) {
        if (first == null || last == null || first < 0 || last < 0) {
            throw new IllegalArgumentException("MASK_KEEP keeps 0 characters or more, not NULL or fewer");
        }
        if (text == null) {
            return null;
        }
        boolean shorter = text.codePointCount(0, text.length()) <= first + last;
        return shorter ? Masking.keep(text, 0, 0) : Masking.keep(text, first, last);
    }
}
