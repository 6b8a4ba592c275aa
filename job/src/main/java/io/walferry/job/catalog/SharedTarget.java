package io.walferry.job.catalog;

import io.walferry.job.config.MappingRule;
import io.walferry.job.failure.Finding;
import io.walferry.job.model.MappedColumn;
import io.walferry.job.model.Operation;
import io.walferry.job.model.TableId;
import io.walferry.job.model.TableMapping;
import io.walferry.job.model.TableSchema;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Several source tables with one target: whether they fit together, and in the same order of columns. */
final class SharedTarget {

    private final List<TableSchema> tables;
    private final TableId target;
    private final Function<TableId, Optional<MappingRule>> rules;
    private final List<Finding> findings = new ArrayList<>();

    /** What was found, and the tables as those that share a target. */
    record Result(List<TableSchema> tables, List<Finding> findings) {}

    private SharedTarget(List<TableSchema> tables, Function<TableId, Optional<MappingRule>> rules) {
        this.tables = tables;
        this.target = tables.get(0).mapping().target();
        this.rules = rules;
    }

    static Result of(List<TableSchema> tables, Function<TableId, Optional<MappingRule>> rules) {
        return new SharedTarget(tables, rules).check();
    }

    private Result check() {
        checkConstants();
        TableSchema first = tables.get(0);
        Map<String, String> types = types(first);
        for (TableSchema table : tables) {
            if (table.partitioned()) {
                error(table, "is partitioned", "Give it a target of its own");
            }
            if (!types(table).equals(types)) {
                error(
                        table,
                        "has other columns than " + first.id() + ": " + difference(types, types(table)),
                        "Rename columns or leave some out until both have the same, or give it a target of its own");
            } else if (!table.targetKey().equals(first.targetKey())) {
                error(
                        table,
                        "has another key than " + first.id() + ": " + table.targetKey() + ", not " + first.targetKey(),
                        "Give both the same key, or each a target of its own");
            }
            if (table.mapping().onExisting() != first.mapping().onExisting()) {
                error(table, "has another on-existing than " + first.id(), "Give both the same");
            }
        }
        // An error refuses the start. Later, the same change may have come to one of them, and not yet to the others.
        boolean otherUnique = tables.stream().anyMatch(TableSchema::otherUnique);
        List<String> order =
                first.mapping().columns().stream().map(MappedColumn::name).toList();
        return new Result(
                tables.stream()
                        .map(table -> table.withMapping(shared(table.mapping(), order))
                                .withOtherUnique(otherUnique))
                        .toList(),
                findings);
    }

    private static TableMapping shared(TableMapping mapping, List<String> order) {
        List<MappedColumn> columns = new ArrayList<>(mapping.columns());
        columns.sort((a, b) -> order.indexOf(a.name()) - order.indexOf(b.name()));
        Set<Operation> operations = EnumSet.noneOf(Operation.class);
        operations.addAll(mapping.operations());
        if (mapping.constantColumn() < 0) {
            operations.remove(Operation.TRUNCATE);
        }
        return mapping.withColumns(columns).withOperations(operations).asShared();
    }

    private void checkConstants() {
        Set<String> values = new HashSet<>();
        Set<String> columns = new HashSet<>();
        int without = 0;
        for (TableSchema table : tables) {
            Optional<MappedColumn> constant = table.mapping().columns().stream()
                    .filter(MappedColumn::isConstant)
                    .findFirst();
            if (constant.isEmpty()) {
                without++;
            } else {
                columns.add(constant.get().name() + " " + constant.get().type());
                if (!values.add(constant.get().constant())) {
                    error(table, "has the same constant as another of them", "Give each a constant of its own");
                }
            }
        }
        boolean declared = tables.stream().allMatch(table -> rules.apply(table.id())
                .filter(MappingRule::disjointKeys)
                .isPresent());
        if (without == 0 && columns.size() == 1) {
            return;
        }
        if (without == tables.size() && declared) {
            findings.add(Finding.warning(
                    "target table " + target,
                    names() + " arrive there, with keys that the task file declares to be never equal",
                    "A TRUNCATE of one of them is not replicated, for nothing tells its rows from the others'"));
            return;
        }
        findings.add(Finding.error(
                "target table " + target,
                names() + " would all arrive there, and nothing tells their rows apart",
                "Give each rule the same constant column with a value of its own (constant: {column: origin, type: text,"
                        + " value: …}), or declare disjoint-keys: true; or give each table a name of its own"));
    }

    private String names() {
        return tables.stream().map(table -> table.id().toString()).collect(Collectors.joining(", "));
    }

    private static Map<String, String> types(TableSchema table) {
        return table.mapping().columns().stream()
                .collect(Collectors.toMap(MappedColumn::name, MappedColumn::type, (a, b) -> a));
    }

    private static String difference(Map<String, String> first, Map<String, String> other) {
        Set<String> names = new java.util.TreeSet<>(first.keySet());
        names.addAll(other.keySet());
        return names.stream()
                .filter(name -> !String.valueOf(first.get(name)).equals(other.get(name)))
                .map(name -> name + " is "
                        + Optional.ofNullable(other.get(name)).orElse("missing") + ", not "
                        + Optional.ofNullable(first.get(name)).orElse("there"))
                .limit(5)
                .collect(Collectors.joining("; "));
    }

    private void error(TableSchema table, String what, String fix) {
        findings.add(Finding.error("source table " + table.id(), "it arrives at " + target + " and " + what, fix));
    }
}
