package io.walferry.udf;

import org.apache.flink.table.functions.ScalarFunction;

/**
 * {@code MASK_PHONE(text)}: keeps the first three and the last four digits and everything that is no digit, {@code 138****5678}. A
 * text of seven digits or fewer is masked whole. NULL gives NULL.
 */
public final class MaskPhone extends ScalarFunction {

    private static final long serialVersionUID = 1L;

    public String eval(String text) {
        return text == null ? null : Masking.keepDigits(text, 3, 4);
    }
}
