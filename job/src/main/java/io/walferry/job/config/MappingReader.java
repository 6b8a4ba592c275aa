package io.walferry.job.config;

import io.walferry.job.model.OnExisting;
import io.walferry.job.model.Operation;
import io.walferry.job.model.TableId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads {@code mapping}, {@code operations}, {@code on-existing}, {@code soft-delete} and {@code audit}. */
final class MappingReader {

    private static final List<String> OPERATIONS =
            Arrays.stream(Operation.values()).map(Operation::label).toList();
    private static final List<String> ON_EXISTING =
            Arrays.stream(OnExisting.values()).map(OnExisting::label).toList();

    /** What a constant may be, and its type at the target. */
    private static final Map<String, String> TYPES = Map.of(
            "text", "pg_catalog.text",
            "smallint", "pg_catalog.int2",
            "integer", "pg_catalog.int4",
            "bigint", "pg_catalog.int8",
            "uuid", "pg_catalog.uuid",
            "date", "pg_catalog.date");

    private MappingReader() {}

    static MappingConfig read(Section root) {
        List<MappingRule> rules = new ArrayList<>();
        int number = 0;
        for (Section section : root.sections("mapping")) {
            rule(section, ++number).ifPresent(rules::add);
        }
        return new MappingConfig(
                rules,
                operations(root),
                onExisting(root).orElse(OnExisting.REPORT),
                softDelete(root).orElse(""),
                audit(root).orElse(MappingConfig.NO_AUDIT));
    }

    private static Optional<MappingRule> rule(Section section, int number) {
        if (section.has("from") == section.has("table")) {
            section.problem("needs either from, a pattern, or table, a name: write one of them");
        }
        String key = section.has("table") ? "table" : "from";
        Optional<String> text = section.text(key);
        Optional<RenamePattern> from = text.flatMap(RenamePattern::parse);
        if (text.isPresent()
                && (from.isEmpty() || key.equals("table") && from.get().groups() > 0)) {
            section.problem(
                    key,
                    key.equals("table")
                            ? "is no table: write schema.table, for example shop.orders or shop.\"My Table\""
                            : "is no pattern: write schema.table with (.*) for any characters, for example"
                                    + " public.(.*); two (.*) need something between them");
        }
        Optional<String> toText = section.text("to");
        Optional<RenameTemplate> to = toText.flatMap(RenameTemplate::parse);
        if (toText.isPresent() && to.isEmpty()) {
            section.problem("to", "is no table: write schema.table, for example shop.orders or shop.$1");
        }
        int groups = from.map(RenamePattern::groups).orElse(9);
        if (to.isPresent() && to.get().highestReference() > groups) {
            section.problem("to", "names group $" + to.get().highestReference() + ", and the pattern has " + groups);
        }
        Section columns = section.section("columns");
        Map<String, String> rename = columns.section("rename").namesAndTexts();
        List<String> leaveOut = columns.texts("leave-out", name -> Optional.empty());
        columns.refuseUnknownKeys();
        for (String name : leaveOut) {
            if (rename.containsKey(name)) {
                columns.problem("leave-out", "has " + name + ", which is renamed too: decide for one");
            }
        }
        Optional<MappingRule.Constant> constant =
                section.has("constant") ? constant(section.section("constant"), groups) : Optional.empty();
        Optional<String> filter = section.text("filter");
        if (filter.filter(String::isBlank).isPresent()) {
            section.problem("filter", "is empty: write a condition, or leave the key out");
        }
        Optional<String> softDelete = softDelete(section);
        Optional<TableId> audit = audit(section);
        boolean disjointKeys = section.flag("disjoint-keys", false);
        Set<Operation> operations = operations(section);
        Optional<OnExisting> onExisting = onExisting(section);
        section.refuseUnknownKeys();
        return from.map(pattern -> new MappingRule(
                "mapping[" + number + "] (" + key + " " + text.orElse("") + ")",
                key.equals("table"),
                pattern,
                to.orElse(null),
                rename,
                leaveOut,
                constant.orElse(null),
                filter.orElse(null),
                softDelete.orElse(null),
                audit.orElse(null),
                disjointKeys,
                operations,
                onExisting.orElse(null)));
    }

    /** Empty if the section says nothing; the empty text for none. */
    private static Optional<String> softDelete(Section section) {
        Optional<String> column = section.text("soft-delete");
        if (column.filter(String::isBlank).isPresent()) {
            section.problem("soft-delete", "is empty: write the column that marks deleted rows, or none");
        }
        return column.map(name -> name.equals("none") ? "" : name);
    }

    /** Empty if the section says nothing. */
    private static Optional<TableId> audit(Section section) {
        Optional<String> text = section.text("audit");
        if (text.filter("none"::equals).isPresent()) {
            return Optional.of(MappingConfig.NO_AUDIT);
        }
        Optional<TableId> table = text.flatMap(RenameTemplate::parse)
                .filter(name -> name.highestReference() == 0)
                .map(RenameTemplate::halves);
        if (text.isPresent() && table.isEmpty()) {
            section.problem("audit", "is no table: write schema.table, for example shop.history, or none");
        }
        return table;
    }

    private static Optional<MappingRule.Constant> constant(Section section, int groups) {
        String column = section.requiredText("column", name -> true, "");
        Optional<String> type =
                section.requiredChoice("type", TYPES.keySet().stream().sorted().toList());
        String value = section.requiredText("value", text -> true, "");
        section.refuseUnknownKeys();
        int reference = RenameTemplate.highestReference(value);
        if (reference > groups) {
            section.problem("value", "names group $" + reference + ", and the pattern has " + groups);
        }
        Optional<MappingRule.Constant> constant =
                type.map(name -> new MappingRule.Constant(column, TYPES.get(name), value));
        if (reference == 0 && constant.filter(found -> !found.fits()).isPresent()) {
            section.problem("value", "is no " + type.get() + ": correct it, or make the column text");
        }
        return constant;
    }

    /** {@code null} if the section says nothing. */
    private static Set<Operation> operations(Section section) {
        if (!section.has("operations")) {
            return null;
        }
        EnumSet<Operation> operations = EnumSet.noneOf(Operation.class);
        for (String name : section.texts(
                "operations",
                text -> OPERATIONS.contains(text)
                        ? Optional.empty()
                        : Optional.of("write some of " + String.join(", ", OPERATIONS)))) {
            for (Operation operation : Operation.values()) {
                if (operation.label().equals(name)) {
                    operations.add(operation);
                }
            }
        }
        return operations;
    }

    private static Optional<OnExisting> onExisting(Section section) {
        return section.has("on-existing")
                ? section.requiredChoice("on-existing", ON_EXISTING)
                        .map(name -> OnExisting.values()[ON_EXISTING.indexOf(name)])
                : Optional.empty();
    }
}
