package io.walferry.job.schema.ddl;

import java.util.ArrayList;
import java.util.List;

/** Storage parameters: {@code name='value'}. */
final class Options {

    private Options() {}

    /** @param alter what stands before SET and RESET */
    static List<String> diff(List<String> before, List<String> after, String alter) {
        List<String> statements = new ArrayList<>();
        List<String> names = after.stream().map(Options::name).toList();
        List<String> gone = before.stream()
                .map(Options::name)
                .filter(name -> !names.contains(name))
                .toList();
        List<String> set =
                after.stream().filter(option -> !before.contains(option)).toList();
        if (!gone.isEmpty()) {
            statements.add(alter + " RESET (" + String.join(", ", gone) + ")");
        }
        if (!set.isEmpty()) {
            statements.add(alter + " SET (" + String.join(", ", set) + ")");
        }
        return statements;
    }

    /** The parameters after WITH in the text of an index. */
    static List<String> ofIndex(String definition) {
        var found = java.util.regex.Pattern.compile(" WITH \\(([^)]*)\\)").matcher(definition);
        return found.find() ? List.of(found.group(1).split(", ")) : List.of();
    }

    private static String name(String option) {
        int sign = option.indexOf('=');
        return sign < 0 ? option : option.substring(0, sign);
    }
}
