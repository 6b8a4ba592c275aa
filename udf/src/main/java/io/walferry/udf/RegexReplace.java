package io.walferry.udf;

import java.util.regex.Pattern;
import org.apache.flink.table.functions.ScalarFunction;

/**
 * {@code REGEX_REPLACE(text, pattern, replacement)}: replaces every match of a Java pattern; {@code $1} stands for the first
 * group. NULL in any of them gives NULL.
 */
public final class RegexReplace extends ScalarFunction {

    private static final long serialVersionUID = 1L;

    private transient Pattern compiled;
    private transient String from;

    /** @throws IllegalArgumentException if the pattern is wrong, or the replacement names a group that it does not have */
    public String eval(String text, String pattern, String replacement) {
        if (text == null || pattern == null || replacement == null) {
            return null;
        }
        if (!pattern.equals(from)) {
            compiled = Pattern.compile(pattern);
            from = pattern;
        }
        try {
            return compiled.matcher(text).replaceAll(replacement);
        } catch (IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("REGEX_REPLACE: the replacement names a group that the pattern lacks");
        }
    }
}
