package io.walferry.job.verify;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Expressions whose hashes, by {@code hash_record_extended}, differ if the canonical texts of the values do. The texts themselves
 * would do; where a type has a hash of all its bits, or its binary form has, that takes less time. Not {@code int8} and what is one
 * inside: its hash folds the halves, so that -1 and 4294967295 have the same. Not {@code numeric}, whose hash knows neither sign
 * nor scale, and not {@code "char"}, whose hash depends on the processor.
 *
 * @see <a href="https://www.postgresql.org/docs/current/xindex.html#XINDEX-HASH-STRAT-TABLE">Hash support functions: the equality
 *     of a type decides, which is not that of texts</a>
 */
final class HashedForm {

    private static final Set<String> ITSELF = Set.of("bool", "int2", "int4", "oid", "date", "uuid", "bytea");

    private static final Map<String, String> BINARY = Map.of(
            "int8", "int8send",
            "numeric", "numeric_send",
            "time", "time_send",
            "timestamp", "timestamp_send",
            "timestamptz", "timestamptz_send");

    private static final Set<String> TEXTS = Set.of("text", "varchar");

    private static final Map<String, String> FLOATS = Map.of("float4", "float4send", "float8", "float8send");

    /** Their cast to text is their text as a column has it. */
    private static final Set<String> PLAIN_CASTS = Set.of("json", "jsonb", "timetz", "interval");

    private HashedForm() {}

    /**
     * @param column as a query names it
     * @param canonical what the column is compared by on one side
     * @param plain on both sides that is the column itself
     * @param sources what it is in each table that the rows come from; empty: it is in none
     */
    static String of(String column, String canonical, boolean plain, List<ColumnFacts> sources, ColumnFacts target) {
        String type = target.type().orElse("");
        if (!plain || target.domain() || sources.isEmpty() || !allOf(type, sources)) {
            return text(canonical);
        }
        if (ITSELF.contains(type)) {
            return column;
        }
        if (BINARY.containsKey(type)) {
            return "pg_catalog." + BINARY.get(type) + "(" + column + ")";
        }
        if (FLOATS.containsKey(type)) {
            // A NaN may have a sign, which a text does not carry over.
            return "CASE WHEN " + column + " = 'NaN' THEN '\\x4e' ELSE pg_catalog." + FLOATS.get(type) + "(" + column
                    + ") END";
        }
        if (TEXTS.contains(type) || padded(sources, target)) {
            return column + " COLLATE pg_catalog.\"C\"";
        }
        if (PLAIN_CASTS.contains(type) || type.startsWith("_")) {
            return column + "::pg_catalog.text";
        }
        return text(canonical);
    }

    private static boolean allOf(String type, List<ColumnFacts> sources) {
        return sources.stream()
                .allMatch(source -> !source.domain() && source.type().orElse("").equals(type));
    }

    /** The hash of a {@code char} leaves out trailing spaces, which both sides have alike if they have one width. */
    private static boolean padded(List<ColumnFacts> sources, ColumnFacts target) {
        return target.declared().startsWith("character(")
                && sources.stream().allMatch(source -> source.declared().equals(target.declared()));
    }

    /** A cast to text may lose what the output function writes: the spaces of {@code char}. */
    private static String text(String value) {
        return "ROW(" + value + ")::pg_catalog.text";
    }
}
