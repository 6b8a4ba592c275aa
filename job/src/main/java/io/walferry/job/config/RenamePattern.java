package io.walferry.job.config;

import io.walferry.job.model.TableId;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A pattern of a mapping rule: {@code schema.table}, where {@code (.*)} stands for any characters and is a group, and all else
 * for itself. A half with capitals, dots or spaces stands in double quotes.
 */
public final class RenamePattern implements Serializable {

    private static final long serialVersionUID = 1L;

    static final String GROUP = "(.*)";

    private static final Pattern HALF = Pattern.compile(
            "(?:\\(\\.\\*\\)|[\\p{Ll}\\p{Lo}_])(?:\\(\\.\\*\\)|[\\p{Ll}\\p{Lo}\\p{N}_$])*" + "|\"(?:[^\"]|\"\")+\"");
    private static final Pattern HALVES = Pattern.compile("(" + HALF + ")\\.(" + HALF + ")");

    private final Pattern schema;
    private final Pattern table;
    private final int groups;

    private RenamePattern(String schema, String table) {
        this.schema = compile(schema);
        this.table = compile(table);
        this.groups = count(schema) + count(table);
    }

    /** Empty if the text is none. */
    static Optional<RenamePattern> parse(String text) {
        Matcher halves = HALVES.matcher(text);
        if (!halves.matches()) {
            return Optional.empty();
        }
        String schema = unquoted(halves.group(1));
        String table = unquoted(halves.group(2));
        boolean ambiguous = schema.contains(GROUP + GROUP) || table.contains(GROUP + GROUP);
        return ambiguous ? Optional.empty() : Optional.of(new RenamePattern(schema, table));
    }

    /** The two halves without their quotes; empty if the text has not two. */
    static Optional<TableId> halves(String text, Pattern half) {
        Matcher halves = Pattern.compile("(" + half + ")\\.(" + half + ")").matcher(text);
        return halves.matches()
                ? Optional.of(new TableId(unquoted(halves.group(1)), unquoted(halves.group(2))))
                : Optional.empty();
    }

    static String unquoted(String half) {
        return half.startsWith("\"") ? half.substring(1, half.length() - 1).replace("\"\"", "\"") : half;
    }

    int groups() {
        return groups;
    }

    /** What the groups match, in their order; empty if the table is not meant. */
    public Optional<List<String>> match(TableId id) {
        Matcher first = schema.matcher(id.schema());
        Matcher second = table.matcher(id.name());
        if (!first.matches() || !second.matches()) {
            return Optional.empty();
        }
        List<String> found = new ArrayList<>();
        for (Matcher matcher : List.of(first, second)) {
            for (int i = 1; i <= matcher.groupCount(); i++) {
                found.add(matcher.group(i));
            }
        }
        return Optional.of(found);
    }

    private static Pattern compile(String half) {
        StringBuilder regex = new StringBuilder();
        int from = 0;
        for (int at = half.indexOf(GROUP); at >= 0; at = half.indexOf(GROUP, from)) {
            regex.append(Pattern.quote(half.substring(from, at))).append(GROUP);
            from = at + GROUP.length();
        }
        return Pattern.compile(regex.append(Pattern.quote(half.substring(from))).toString(), Pattern.DOTALL);
    }

    private static int count(String half) {
        return (half.length() - half.replace(GROUP, "").length()) / GROUP.length();
    }

    /** Tells patterns apart. */
    @Override
    public String toString() {
        return schema.pattern() + " . " + table.pattern();
    }
}
