package io.walferry.job.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Reads {@code ddl}: one policy for all, or one for each kind of change, schema or table. */
final class DdlReader {

    private static final String OTHERWISE = "default";
    private static final String SCHEMAS = "schemas";
    private static final String TABLES = "tables";

    private static final List<String> POLICIES =
            Arrays.stream(DdlPolicy.values()).map(DdlPolicy::label).toList();

    private static final Set<String> OBJECTS = Set.of(
            "schema",
            "table",
            "index",
            "sequence",
            "type",
            "domain",
            "view",
            "materialized-view",
            "function",
            "procedure",
            "routine",
            "aggregate",
            "trigger",
            "rule",
            "extension",
            "collation");

    private static final Set<String> COMMANDS = Set.of("create", "alter", "drop");

    private DdlReader() {}

    static DdlConfig read(Section root) {
        if (!root.has("ddl")) {
            return DdlConfig.DEFAULT;
        }
        if (!root.isSection("ddl")) {
            return DdlConfig.of(policy(root, "ddl").orElse(DdlPolicy.APPLY));
        }
        Section section = root.section("ddl");
        DdlChoice all = choice(section, Set.of(SCHEMAS, TABLES));
        return new DdlConfig(
                all.otherwise() == null ? new DdlChoice(DdlPolicy.APPLY, all.kinds()) : all,
                some(section.section(SCHEMAS), PatternSyntax::remedyForSchema),
                some(section.section(TABLES), PatternSyntax::remedyForTable));
    }

    /** Choices by pattern, in the file's order. */
    private static List<DdlConfig.Some> some(Section section, Function<String, Optional<String>> remedy) {
        List<DdlConfig.Some> some = new ArrayList<>();
        for (String pattern : section.keys()) {
            Optional<String> wrong = remedy.apply(pattern);
            if (wrong.isPresent()) {
                section.problem(pattern, "is no name: " + wrong.get());
            } else if (section.isSection(pattern)) {
                some.add(new DdlConfig.Some(pattern, choice(section.section(pattern), Set.of())));
            } else {
                policy(section, pattern)
                        .ifPresent(policy -> some.add(new DdlConfig.Some(pattern, DdlChoice.of(policy))));
            }
        }
        return some;
    }

    /** @param others keys that are no kinds of change */
    private static DdlChoice choice(Section section, Set<String> others) {
        DdlPolicy otherwise =
                section.has(OTHERWISE) ? policy(section, OTHERWISE).orElse(null) : null;
        Map<String, DdlPolicy> kinds = new LinkedHashMap<>();
        for (String kind : section.keys()) {
            if (kind.equals(OTHERWISE) || others.contains(kind)) {
                continue;
            }
            if (isKind(kind)) {
                policy(section, kind).ifPresent(policy -> kinds.put(kind, policy));
            } else {
                section.problem(
                        kind,
                        "is no kind of change: write a kind of object, such as index or view, or a command, such as"
                                + " drop-table"
                                + (others.isEmpty() ? "" : "; or put names under schemas or tables"));
            }
        }
        return new DdlChoice(otherwise, kinds);
    }

    private static Optional<DdlPolicy> policy(Section section, String key) {
        return section.requiredChoice(key, POLICIES).map(label -> DdlPolicy.valueOf(label.toUpperCase(Locale.ROOT)));
    }

    private static boolean isKind(String kind) {
        int dash = kind.indexOf('-');
        return OBJECTS.contains(kind)
                || kind.equals("comment")
                || dash > 0 && COMMANDS.contains(kind.substring(0, dash)) && OBJECTS.contains(kind.substring(dash + 1));
    }
}
