package io.walferry.job.config;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code ddl}: one policy for all, or one for each kind of change. */
final class DdlReader {

    private static final String OTHERWISE = "default";

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
            return new DdlConfig(policy(root, "ddl").orElse(DdlPolicy.APPLY), Map.of());
        }
        Section section = root.section("ddl");
        DdlPolicy otherwise =
                section.has(OTHERWISE) ? policy(section, OTHERWISE).orElse(DdlPolicy.APPLY) : DdlPolicy.APPLY;
        Map<String, DdlPolicy> kinds = new LinkedHashMap<>();
        for (String kind : section.keys()) {
            if (kind.equals(OTHERWISE)) {
                continue;
            }
            if (isKind(kind)) {
                policy(section, kind).ifPresent(policy -> kinds.put(kind, policy));
            } else {
                section.problem(
                        kind,
                        "is no kind of change: write a kind of object, such as index or view, or a command, such as"
                                + " drop-table");
            }
        }
        return new DdlConfig(otherwise, kinds);
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
