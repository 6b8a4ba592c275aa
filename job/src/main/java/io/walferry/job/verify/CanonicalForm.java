package io.walferry.job.verify;

import static io.walferry.job.sql.Identifier.quoted;

import java.util.Map;
import java.util.Set;

/**
 * Expressions whose texts are equal on both sides if and only if the values are. As a rule that is the column itself, for both
 * sessions have the same output settings. The exceptions:
 *
 * <ul>
 *   <li>{@code float4}, {@code float8}, arrays of them and geometric types, if only one server is 12 or newer: the bytes. Older
 *       servers cannot write the shortest exact text.
 *   <li>A table that the target had before, with a column of another type or modifier: the source's text read by the target's
 *       type, as the writer does it. {@code char} against another text type: without trailing spaces.
 *   <li>{@code date} where it has a time of day (PolarDB, Oracle mode): as {@code timestamp}.
 *   <li>Texts, where the target takes an empty one for NULL: NULL for both.
 * </ul>
 *
 * @param floatsAsBytes the versions stand on different sides of 12
 * @param dateHasTime at the target
 * @param emptyIsNull at the target
 */
public record CanonicalForm(boolean floatsAsBytes, boolean dateHasTime, boolean emptyIsNull) {

    private static final Map<String, String> SENDS = Map.ofEntries(
            Map.entry("float4", "float4send"),
            Map.entry("float8", "float8send"),
            Map.entry("_float4", "array_send"),
            Map.entry("_float8", "array_send"),
            Map.entry("point", "point_send"),
            Map.entry("lseg", "lseg_send"),
            Map.entry("path", "path_send"),
            Map.entry("box", "box_send"),
            Map.entry("polygon", "poly_send"),
            Map.entry("line", "line_send"),
            Map.entry("circle", "circle_send"));

    private static final Set<String> WHOLE_NUMBERS = Set.of("int2", "int4", "int8");

    private static final Set<String> TEXTS = Set.of("text", "varchar", "bpchar");

    /** The modifier is part of how a value is written. */
    private static final Set<String> SHOWS_MODIFIER =
            Set.of("numeric", "timestamp", "timestamptz", "time", "timetz", "interval", "bpchar");

    /** The expressions of both sides. */
    record Pair(String source, String target) {
        boolean plain(String column) {
            return source.equals(column) && target.equals(column);
        }
    }

    /** @param name of the column, at both sides */
    Pair of(String name, ColumnFacts source, ColumnFacts target) {
        String column = column(name);
        String from = source.type().orElse("");
        String to = target.type().orElse("");
        if (floatsAsBytes && from.equals(to) && SENDS.containsKey(from)) {
            String bytes = "pg_catalog.encode(pg_catalog." + SENDS.get(from) + "(" + column + "), 'hex')";
            // A NaN may have a sign, which a text does not carry over.
            String text = from.equals("float4") || from.equals("float8")
                    ? "CASE WHEN " + column + " = 'NaN' THEN 'NaN' ELSE " + bytes + " END"
                    : bytes;
            return new Pair(text, text);
        }
        if (dateHasTime && from.equals("date")) {
            return new Pair(column + "::pg_catalog.timestamp", column + "::pg_catalog.timestamp");
        }
        if (TEXTS.contains(from) && TEXTS.contains(to) && from.equals("bpchar") != to.equals("bpchar")) {
            String trimmed = "pg_catalog.rtrim(" + column + "::pg_catalog.text)";
            return new Pair(orNull(trimmed), trimmed);
        }
        if (TEXTS.contains(from) && emptyIsNull) {
            return new Pair(orNull(column), column);
        }
        if (!to.isEmpty() && !source.declared().equals(target.declared()) && !source.domain() && !target.domain()) {
            if (SHOWS_MODIFIER.contains(to)) {
                return new Pair("(" + column + "::pg_catalog.text)::" + target.declared(), column);
            }
            if (!from.equals(to) && !sameText(from, to)) {
                return new Pair("(" + column + "::pg_catalog.text)::pg_catalog." + quoted(to), column);
            }
        }
        return new Pair(column, column);
    }

    /** Every value of the one type has the same text in the other. */
    static boolean sameText(String from, String to) {
        return WHOLE_NUMBERS.contains(from) && WHOLE_NUMBERS.contains(to) || TEXTS.contains(from) && TEXTS.contains(to);
    }

    static String column(String name) {
        return "r." + quoted(name);
    }

    private String orNull(String text) {
        return emptyIsNull ? "NULLIF(" + text + ", '')" : text;
    }
}
