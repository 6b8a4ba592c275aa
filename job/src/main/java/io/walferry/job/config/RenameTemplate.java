package io.walferry.job.config;

import io.walferry.job.model.TableId;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The new name in a mapping rule: {@code schema.table}, where {@code $1} to {@code $9} stand for the pattern's groups.
 *
 * @param halves schema and table, with their references
 */
public record RenameTemplate(TableId halves) implements Serializable {

    private static final Pattern HALF =
            Pattern.compile("[\\p{Ll}\\p{Lo}_$][\\p{Ll}\\p{Lo}\\p{N}_$]*|\"(?:[^\"]|\"\")+\"");
    private static final Pattern REFERENCE = Pattern.compile("\\$([1-9])");

    /** Empty if the text is none. */
    static Optional<RenameTemplate> parse(String text) {
        return RenamePattern.halves(text, HALF).map(RenameTemplate::new);
    }

    /** The highest group that is named; 0 if none is. */
    static int highestReference(String text) {
        return REFERENCE
                .matcher(text)
                .results()
                .mapToInt(found -> Integer.parseInt(found.group(1)))
                .max()
                .orElse(0);
    }

    int highestReference() {
        return Math.max(highestReference(halves.schema()), highestReference(halves.name()));
    }

    TableId fill(List<String> groups) {
        return new TableId(fill(halves.schema(), groups), fill(halves.name(), groups));
    }

    static String fill(String text, List<String> groups) {
        return REFERENCE
                .matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(groups.get(Integer.parseInt(found.group(1)) - 1)));
    }
}
