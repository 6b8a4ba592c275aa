package io.walferry.job.catalog;

import io.walferry.job.config.ObjectsConfig;
import io.walferry.job.model.TableId;
import java.util.List;
import java.util.stream.Stream;

/** The patterns of a task file as regular expressions of PostgreSQL over {@code schema.name}. */
public final class NamePatterns {

    private NamePatterns() {}

    /** What selects tables. */
    public static List<String> included(ObjectsConfig objects) {
        return Stream.concat(
                        objects.schemas().stream().map(NamePattern::ofSchema),
                        objects.tables().stream().map(NamePattern::ofTable))
                .map(NamePatterns::regex)
                .toList();
    }

    public static List<String> excluded(ObjectsConfig objects) {
        return objects.exclude().stream()
                .map(NamePattern::ofTable)
                .map(NamePatterns::regex)
                .toList();
    }

    /** Whether the schema is selected with all that is in it. */
    public static boolean selectsSchema(ObjectsConfig objects, String schema) {
        return objects.schemas().stream()
                .map(NamePattern::ofSchema)
                .anyMatch(pattern -> pattern.matches(new TableId(schema, schema)));
    }

    private static String regex(NamePattern pattern) {
        return "^" + half(pattern.schema().pattern()) + "\\."
                + half(pattern.table().pattern()) + "$";
    }

    /** Java's quotes {@code \Q…\E} are none of PostgreSQL's. */
    private static String half(String java) {
        StringBuilder regex = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < java.length(); i++) {
            if (java.startsWith(quoted ? "\\E" : "\\Q", i)) {
                quoted = !quoted;
                i++;
            } else if (quoted && !Character.isLetterOrDigit(java.charAt(i)) && java.charAt(i) != '_') {
                regex.append('\\').append(java.charAt(i));
            } else {
                regex.append(java.charAt(i));
            }
        }
        return regex.toString();
    }
}
