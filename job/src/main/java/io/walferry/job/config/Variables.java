package io.walferry.job.config;

import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces <code>${NAME}</code> and <code>${NAME:-default}</code> (for a variable that is unset or empty) from the
 * environment; {@code $$} stands for one dollar sign, and any other dollar sign for itself. What a variable holds is not
 * looked at again, and appears in no message.
 */
final class Variables {

    private static final Pattern REFERENCE = Pattern.compile("\\$\\$|\\$\\{([^}]*)}?");
    private static final Predicate<String> IS_NAME =
            Pattern.compile("[A-Za-z_][A-Za-z0-9_]*").asMatchPredicate();

    private final Function<String, String> environment;

    /** @param environment value of a variable, null if it is not set */
    Variables(Function<String, String> environment) {
        this.environment = environment;
    }

    /** Whether the text holds anything to replace from the environment. */
    static boolean usedIn(String text) {
        return REFERENCE.matcher(text).results().anyMatch(found -> !found.group()
                .equals("$$"));
    }

    /** The text with every variable replaced; empty if one cannot be, which is then among the problems. */
    Optional<String> replaceIn(String text, String key, int line, Problems problems) {
        StringBuilder replaced = new StringBuilder();
        boolean complete = true;
        Matcher matcher = REFERENCE.matcher(text);
        while (matcher.find()) {
            Optional<String> value =
                    matcher.group().equals("$$") ? Optional.of("$") : valueOf(matcher, key, line, problems);
            complete &= value.isPresent();
            matcher.appendReplacement(replaced, Matcher.quoteReplacement(value.orElse("")));
        }
        matcher.appendTail(replaced);
        return complete ? Optional.of(replaced.toString()) : Optional.empty();
    }

    private Optional<String> valueOf(Matcher reference, String key, int line, Problems problems) {
        String inside = reference.group(1);
        int separator = inside.indexOf(":-");
        String name = separator < 0 ? inside : inside.substring(0, separator);
        if (!reference.group().endsWith("}") || !IS_NAME.test(name) || inside.contains("${")) {
            problems.add(
                    line,
                    key + " has a ${ that begins no variable: write ${NAME} or ${NAME:-default}, and $${ for the text"
                            + " itself");
            return Optional.empty();
        }
        String value = environment.apply(name);
        if (separator >= 0) {
            return Optional.of(value == null || value.isEmpty() ? inside.substring(separator + 2) : value);
        }
        if (value == null || value.isEmpty()) {
            String state = value == null ? "not set" : "empty";
            problems.add(line, key + " needs the environment variable " + name + ", which is " + state + ": export it");
            return Optional.empty();
        }
        return Optional.of(value);
    }
}
