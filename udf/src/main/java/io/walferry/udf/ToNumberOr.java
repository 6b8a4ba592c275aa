package io.walferry.udf;

import java.math.BigDecimal;
import java.util.regex.Pattern;
import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.functions.ScalarFunction;

/**
 * {@code TO_NUMBER_OR(text, otherwise)}: the text as a DECIMAL(38, 10), or the other number if it is NULL, no number, or has more
 * digits than that. Blanks around it do not matter.
 */
public final class ToNumberOr extends ScalarFunction {

    private static final long serialVersionUID = 1L;

    private static final Pattern NUMBER =
            Pattern.compile("[+-]?(\\d{1,100}(\\.\\d{0,100})?|\\.\\d{1,100})([eE][+-]?\\d{1,3})?");

    private static final int DIGITS = 38;
    private static final int SCALE = 10;

    public @DataTypeHint("DECIMAL(38, 10)") BigDecimal eval(
            String text, @DataTypeHint("DECIMAL(38, 10)") BigDecimal otherwise) {
        if (text == null || !NUMBER.matcher(text.strip()).matches()) {
            return otherwise;
        }
        BigDecimal number = new BigDecimal(text.strip()).stripTrailingZeros();
        boolean fits = number.scale() <= SCALE && number.precision() - number.scale() <= DIGITS - SCALE;
        return fits ? number.setScale(SCALE) : otherwise;
    }
}
