package io.walferry.job.schema;

import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which types take every value of another one, as its text. */
final class TypeFit {

    private static final Pattern MODIFIER = Pattern.compile("(.*?)(\\(.*\\))?(\\[])?");

    private static final Map<String, Set<String>> WIDER = Map.of(
            "pg_catalog.int2", Set.of("pg_catalog.int4", "pg_catalog.int8", "pg_catalog.numeric"),
            "pg_catalog.int4", Set.of("pg_catalog.int8", "pg_catalog.numeric"),
            "pg_catalog.int8", Set.of("pg_catalog.numeric"),
            "pg_catalog.float4", Set.of("pg_catalog.float8"),
            "pg_catalog.date", Set.of("pg_catalog.timestamp"),
            "pg_catalog.text", Set.of("pg_catalog.varchar"));

    private TypeFit() {}

    /** @param from SQL of a type, as {@code to} */
    static boolean fits(String from, String to) {
        return from.equals(to)
                || name(from).equals(name(to))
                || name(to).equals("pg_catalog.text")
                || WIDER.getOrDefault(name(from), Set.of()).contains(name(to));
    }

    /** Given that it fits: the modifiers differ, so some value may be too long. */
    static boolean mayBeTooShort(String from, String to) {
        return !modifier(to).isEmpty() && !modifier(to).equals(modifier(from));
    }

    private static String name(String type) {
        Matcher parts = MODIFIER.matcher(type);
        return parts.matches() ? parts.group(1) + (parts.group(3) == null ? "" : parts.group(3)) : type;
    }

    private static String modifier(String type) {
        Matcher parts = MODIFIER.matcher(type);
        return parts.matches() && parts.group(2) != null ? parts.group(2) : "";
    }
}
