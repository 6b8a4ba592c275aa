package io.walferry.udf;

import org.apache.flink.table.functions.ScalarFunction;

/**
 * {@code MASK_CARD(text)}: keeps the last four digits and everything that is no digit, {@code **** **** **** 1234}. A text of four
 * digits or fewer is masked whole. NULL gives NULL.
 */
public final class MaskCard extends ScalarFunction {

    private static final long serialVersionUID = 1L;

    public String eval(String text) {
        return text == null ? null : Masking.keepDigits(text, 0, 4);
    }
}
