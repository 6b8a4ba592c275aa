package io.walferry.job.catalog;

import io.walferry.job.model.TableId;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A pattern of the task file: {@code schema}, or {@code schema.table}. A half in double quotes is taken without them, doubled
 * ones as one; {@code *} stands for any characters; everything else for itself, its case too.
 */
public record NamePattern(String text, Pattern schema, Pattern table) {

    private static final Pattern ANY = Pattern.compile(".*", Pattern.DOTALL);

    /** Every table of the schemas that match. */
    public static NamePattern ofSchema(String text) {
        List<String> halves = halves(text);
        if (halves.size() != 1) {
            throw new IllegalArgumentException("not a schema pattern: " + text);
        }
        return new NamePattern(text, compile(halves.get(0)), ANY);
    }

    /** Tables whose schema and name match. */
    public static NamePattern ofTable(String text) {
        List<String> halves = halves(text);
        if (halves.size() != 2) {
            throw new IllegalArgumentException("not a table pattern: " + text);
        }
        return new NamePattern(text, compile(halves.get(0)), compile(halves.get(1)));
    }

    public boolean matches(TableId id) {
        return schema.matcher(id.schema()).matches() && table.matcher(id.name()).matches();
    }

    private static List<String> halves(String text) {
        List<String> halves = new ArrayList<>();
        StringBuilder half = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' && quoted && i + 1 < text.length() && text.charAt(i + 1) == '"') {
                half.append('"');
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == '.' && !quoted) {
                halves.add(half.toString());
                half.setLength(0);
            } else {
                half.append(c);
            }
        }
        halves.add(half.toString());
        if (quoted || halves.contains("")) {
            throw new IllegalArgumentException("not a name pattern: " + text);
        }
        return halves;
    }

    private static Pattern compile(String half) {
        StringBuilder regex = new StringBuilder();
        int from = 0;
        for (int star = half.indexOf('*'); star >= 0; star = half.indexOf('*', from)) {
            regex.append(Pattern.quote(half.substring(from, star))).append(".*");
            from = star + 1;
        }
        return Pattern.compile(regex.append(Pattern.quote(half.substring(from))).toString(), Pattern.DOTALL);
    }
}
