package io.walferry.udf;

import org.apache.flink.table.functions.ScalarFunction;

/**
 * {@code MASK_EMAIL(text)}: keeps the first character and the domain, {@code a*****@example.com}. A text without {@code @}, or
 * with nothing before it, is masked whole. NULL gives NULL.
 */
public final class MaskEmail extends ScalarFunction {

    private static final long serialVersionUID = 1L;

    public String eval(String text) {
        if (text == null) {
            return null;
        }
        int at = text.lastIndexOf('@');
        if (at <= 0) {
            return Masking.keep(text, 0, 0);
        }
        String local = text.substring(0, at);
        boolean single = local.codePointCount(0, local.length()) == 1;
        return Masking.keep(local, single ? 0 : 1, 0) + text.substring(at);
    }
}
