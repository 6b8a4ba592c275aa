package io.walferry.job.config;

import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** How a pattern of {@link ObjectsConfig} may be written. */
final class PatternSyntax {

    private static final String PLAIN = "[\\p{Ll}\\p{Lo}_*][\\p{Ll}\\p{Lo}\\p{N}_$*]*";
    private static final String QUOTED = "\"(?:[^\"]|\"\")+\"";
    private static final String HALF = "(?:" + PLAIN + "|" + QUOTED + ")";

    private static final Predicate<String> ONE_HALF = Pattern.compile(HALF).asMatchPredicate();
    private static final Predicate<String> TWO_HALVES =
            Pattern.compile(HALF + "\\." + HALF).asMatchPredicate();
    private static final Predicate<String> UNQUOTED_CAPITAL =
            text -> text.replaceAll(QUOTED, "").chars().anyMatch(Character::isUpperCase);

    private PatternSyntax() {}

    /** What to do about a schema pattern; empty if it is right. */
    static Optional<String> remedyForSchema(String pattern) {
        return ONE_HALF.test(pattern)
                ? Optional.empty()
                : Optional.of(remedy(pattern, "write one name, for example shop or \"My Schema\" or shop_*"));
    }

    /** What to do about a table pattern; empty if it is right. */
    static Optional<String> remedyForTable(String pattern) {
        return TWO_HALVES.test(pattern)
                ? Optional.empty()
                : Optional.of(
                        remedy(pattern, "write schema.table, for example shop.orders or shop.* or shop.\"My Table\""));
    }

    private static String remedy(String pattern, String otherwise) {
        return UNQUOTED_CAPITAL.test(pattern)
                ? "PostgreSQL folds unquoted capitals: put the name in double quotes, or write it in lower case"
                : otherwise;
    }
}
