package io.walferry.job.catalog;

import io.walferry.job.config.MappingRule;
import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.Finding;
import io.walferry.job.model.MappedColumn;
import io.walferry.job.model.Reshape;
import io.walferry.job.model.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Columns of a table that a statement names, held against the table's key and its mapping rule. */
final class StatementColumns {

    private StatementColumns() {}

    /** The target's columns: those of the statement, and the rule's constant. */
    static List<MappedColumn> of(
            TableSchema table, Reshape reshape, Optional<MappingRule> rule, List<Finding> findings) {
        List<MappedColumn> columns = new ArrayList<>(reshape.columns());
        rule.flatMap(found -> found.constant(table.id()))
                .ifPresent(constant ->
                        columns.add(MappedColumn.constant(constant.column(), constant.type(), constant.value())));
        Set<String> passed = columns.stream().map(MappedColumn::source).collect(Collectors.toSet());
        List<String> missing =
                table.key().stream().filter(name -> !passed.contains(name)).toList();
        if (!missing.isEmpty()) {
            findings.add(error(
                    table,
                    "its statement does not bring " + String.join(", ", missing)
                            + " unchanged, which is part of the key by which rows are told apart",
                    "Name the column alone in the SELECT; AS another name is fine"));
        }
        return columns;
    }

    /** What rule and statement both say has to be the same. */
    static void checkRule(TableSchema table, Reshape reshape, Optional<MappingRule> found, List<Finding> findings) {
        if (found.isEmpty()) {
            return;
        }
        MappingRule rule = found.get();
        if (rule.filter() != null) {
            findings.add(error(
                    table, "it has a filter in " + rule.name() + " and a statement", "Write the filter as its WHERE"));
        }
        if (rule.to() != null && !rule.target(table.id()).equals(reshape.target())) {
            findings.add(error(
                    table,
                    "it goes to " + rule.target(table.id()) + " by " + rule.name() + ", and to " + reshape.target()
                            + " by its statement",
                    "Name the same table in both, or in the statement alone"));
        }
        if (reshape.namesColumns()
                && !(rule.rename().isEmpty() && rule.leaveOut().isEmpty())) {
            findings.add(error(
                    table,
                    "its columns are chosen by " + rule.name() + " and by its statement",
                    "Choose them in the statement alone"));
        }
    }

    /** The target's name of a source column; empty if the statement does not bring it. */
    static Optional<String> nameOf(String source, Reshape reshape) {
        return reshape.columns().stream()
                .filter(column -> source.equals(column.source()))
                .map(MappedColumn::name)
                .findFirst();
    }

    static List<MappedColumn> computed(Optional<Reshape> reshape) {
        return reshape.map(found -> found.columns().stream()
                        .filter(MappedColumn::isComputed)
                        .toList())
                .orElse(List.of());
    }

    private static Finding error(TableSchema table, String what, String fix) {
        return Finding.error("source table " + table.id(), what, fix).of(CheckItem.STATEMENTS);
    }
}
