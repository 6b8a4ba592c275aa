package io.walferry.job.schema.ddl;

import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Which changes of a column's type give the same values at the target as at the source. */
final class Conversions {

    private static final Set<String> NUMBERS = Set.of("int2", "int4", "int8", "numeric");
    private static final Set<String> TEXTS = Set.of("text", "varchar", "bpchar");

    /** Besides a change of the modifier alone: the cast is the same function everywhere, and asks no setting. */
    private static final Map<String, Set<String>> MORE = Map.of(
            "date", Set.of("timestamp"),
            "json", Set.of("jsonb"),
            "jsonb", Set.of("json"),
            "cidr", Set.of("inet"),
            "float4", Set.of("float8"),
            "bit", Set.of("varbit"),
            "varbit", Set.of("bit"));

    private static final Pattern USING = Pattern.compile("\\busing\\b", Pattern.CASE_INSENSITIVE);

    private static final Pattern DEFAULT = Pattern.compile("\\b(set|drop)\\s+default\\b", Pattern.CASE_INSENSITIVE);

    /** Commands that are told by their own text, and by no function that it calls. */
    private static final Pattern ALTERS_TABLES = Pattern.compile(
            "\\s*alter\\s+table\\b[^;]*+(;\\s*+(alter\\s+table\\b[^;]*+)?)*+", Pattern.CASE_INSENSITIVE);

    /** The words for it, and a text that the log does not keep. */
    private static final Pattern DETACHES_IN_TWO =
            Pattern.compile("\\b(concurrently|finalize)\\b|^\\(not kept", Pattern.CASE_INSENSITIVE);

    /** As much of a text is kept. */
    private static final int MOST_TEXT = 10_000;

    private Conversions() {}

    /**
     * Whether a partition may have been detached in two transactions. What is written to it between them by those who still see it
     * where it was goes into no publication: the server looks for the published table above it, and finds none any more.
     *
     * @param text what the client sent: a command that takes two transactions is alone in it
     * @see <a href="https://www.postgresql.org/docs/current/sql-altertable.html#SQL-ALTERTABLE-DETACH-PARTITION">ALTER TABLE</a>
     */
    static boolean mayDetachInTwo(String text) {
        return DETACHES_IN_TWO.matcher(text).find() || text.length() >= MOST_TEXT;
    }

    /**
     * Whether an expression may have made the values of a column: one after USING, or any at all if the command was run by a
     * function.
     *
     * @param text what the client sent
     */
    static boolean mayCompute(String text) {
        return USING.matcher(text).find()
                || text.length() >= MOST_TEXT
                || !ALTERS_TABLES.matcher(text).matches();
    }

    /** Whether a column may have got its default after the values that are made from one. */
    static boolean mayChangeDefault(String text) {
        return DEFAULT.matcher(text).find()
                || text.length() >= MOST_TEXT
                || !ALTERS_TABLES.matcher(text).matches();
    }

    /**
     * Whether the plain cast does what the source did.
     *
     * @param from SQL of the type, without modifier
     * @param text what the client sent
     */
    static boolean alike(String from, String to, String text) {
        if (mayCompute(text)) {
            return false;
        }
        String was = bare(from);
        String is = bare(to);
        return was.equals(is)
                || NUMBERS.contains(was) && NUMBERS.contains(is)
                || TEXTS.contains(was) && TEXTS.contains(is)
                || NUMBERS.contains(was) && TEXTS.contains(is)
                || MORE.getOrDefault(was, Set.of()).contains(is);
    }

    private static String bare(String type) {
        return type.replaceAll("^pg_catalog\\.\"([^\"]+)\"$", "$1");
    }
}
