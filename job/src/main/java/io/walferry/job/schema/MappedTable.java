package io.walferry.job.schema;

import io.walferry.job.catalog.MappedTables;
import io.walferry.job.catalog.ObjectKind;
import io.walferry.job.catalog.ObjectName;
import io.walferry.job.catalog.SourceColumn;
import io.walferry.job.catalog.SourceIndex;
import io.walferry.job.catalog.SourceObject;
import io.walferry.job.catalog.SourceObject.Check;
import io.walferry.job.catalog.SourceObject.Table;
import io.walferry.job.catalog.TableChange;
import io.walferry.job.model.Column;
import io.walferry.job.model.MappedColumn;
import io.walferry.job.model.TableId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A table with the names, columns, checks and indexes that it has at the target. */
final class MappedTable {

    private final MappedTables mapped;
    private final MappedNames names;
    private final MappingLosses losses;
    /** OIDs of the indexes by which rows are told apart, those of partitions too. */
    private final Set<Long> keyIndexes = new HashSet<>();

    MappedTable(MappedTables mapped, MappedNames names, MappingLosses losses, List<SourceObject> structure) {
        this.mapped = mapped;
        this.names = names;
        this.losses = losses;
        List<SourceIndex> indexes = new ArrayList<>();
        for (SourceObject object : structure) {
            if (object instanceof Table table) {
                indexes.addAll(table.indexes());
                table.indexes().stream()
                        .filter(index -> isKey(table, index))
                        .forEach(index -> keyIndexes.add(index.oid()));
            }
        }
        while (indexes.stream().anyMatch(index -> keyIndexes.contains(index.parent()) && keyIndexes.add(index.oid()))) {
            // Partitions of partitions follow.
        }
    }

    /** The table as it is at the target. */
    Table apply(Table table, TableChange given) {
        TableChange change = withoutWhatCannotFollow(table, given);
        ExpressionRewrite texts = new ExpressionRewrite(table.id(), change.rename(), change.leftOut(), names.changed());
        String where = "table " + table.id();
        List<SourceColumn> columns = new ArrayList<>();
        for (SourceColumn column : table.columns()) {
            if (!change.leftOut().contains(column.name())) {
                columns.add(column(where, column, change, texts));
            }
        }
        change.added().forEach(column -> columns.add(added(column, false)));
        change.constant().ifPresent(constant -> columns.add(added(constant, true)));
        List<Check> checks = new ArrayList<>();
        for (Check check : table.checks()) {
            Optional<String> definition = texts.apply(check.definition());
            if (definition.isPresent()) {
                checks.add(new Check(
                        check.name(),
                        definition.get(),
                        check.local(),
                        check.inherited(),
                        check.validated(),
                        check.enforced()));
            } else {
                losses.drop(ObjectName.on(ObjectKind.CONSTRAINT, table.id(), check.name()));
                losses.cannotFollow(where, "its constraint " + check.name());
            }
        }
        IndexRewrite rewrite = new IndexRewrite(texts, change);
        List<SourceIndex> indexes = new ArrayList<>();
        for (SourceIndex index : table.indexes()) {
            if (change.keepsDeleted() && index.restricts() && !keyIndexes.contains(index.oid())) {
                keepsDeleted(table, index);
                continue;
            }
            String name = names.index(table.id(), index.name());
            Optional<SourceIndex> there = rewrite.apply(index, name);
            if (there.isEmpty()) {
                indexCannotFollow(table, index);
            }
            there.ifPresent(indexes::add);
        }
        Optional<String> partitionKey = table.partitionKey().flatMap(texts::apply);
        if (table.partitionKey().isPresent() && partitionKey.isEmpty()) {
            losses.refuse(where, "its partition key uses a column that is left out", "Keep the column");
        }
        return new Table(
                change.target(),
                table.oid(),
                table.pages(),
                columns,
                checks,
                indexes,
                table.options(),
                partitionKey,
                table.partitionOf().map(names::of),
                table.bound(),
                table.inherits().stream().map(names::of).toList(),
                change.changesNoColumn() ? table.type() : Optional.empty(),
                table.accessMethod(),
                table.unlogged(),
                table.replicaIdentity());
    }

    /** Leaves out generated columns whose expression uses what is left out. */
    private TableChange withoutWhatCannotFollow(Table table, TableChange change) {
        Set<String> gone = new HashSet<>(change.leftOut());
        ExpressionRewrite texts = new ExpressionRewrite(table.id(), change.rename(), gone, names.changed());
        for (SourceColumn column : table.columns()) {
            if (column.generated() != ' '
                    && !gone.contains(column.name())
                    && column.expression().flatMap(texts::apply).isEmpty()) {
                losses.cannotFollow("table " + table.id(), "its generated column " + column.name());
                gone.add(column.name());
            }
        }
        return new TableChange(
                change.target(),
                change.rename(),
                gone,
                change.constant(),
                change.added(),
                change.shared(),
                change.chosen(),
                change.created());
    }

    private SourceColumn column(String where, SourceColumn column, TableChange change, ExpressionRewrite texts) {
        Column old = column.column();
        Optional<String> expression = column.expression().flatMap(texts::apply);
        if (column.expression().isPresent() && expression.isEmpty()) {
            losses.cannotFollow(where, "the default of its column " + column.name());
        }
        return new SourceColumn(
                new Column(
                        change.rename().getOrDefault(old.name(), old.name()),
                        names.type(old.type()),
                        names.type(old.bareType()),
                        old.notNull(),
                        old.identity(),
                        old.generated(),
                        old.looseEquality(),
                        old.binarySafe()),
                column.local(),
                column.collation(),
                expression,
                column.generated(),
                column.storage(),
                column.compression(),
                column.statisticsTarget(),
                column.options());
    }

    private static SourceColumn added(MappedColumn constant, boolean notNull) {
        return new SourceColumn(
                new Column(
                        constant.name(),
                        constant.type(),
                        constant.type().replaceFirst("\\(.*", ""),
                        notNull,
                        Column.Identity.NONE,
                        false,
                        false,
                        true),
                true,
                Optional.empty(),
                Optional.empty(),
                ' ',
                ' ',
                ' ',
                Optional.empty(),
                Optional.empty());
    }

    /** A deleted row keeps its values, and a later row may have them again. */
    private void keepsDeleted(Table table, SourceIndex index) {
        drop(table, index);
        losses.leaveOut(
                ObjectName.of(ObjectKind.INDEX, new TableId(table.id().schema(), index.name())),
                "deleted rows of " + table.id() + " stay, marked, with values that later rows may have again");
    }

    private void drop(Table table, SourceIndex index) {
        losses.drop(ObjectName.of(ObjectKind.INDEX, new TableId(table.id().schema(), index.name())));
        index.constraint()
                .ifPresent(
                        constraint -> losses.drop(ObjectName.on(ObjectKind.CONSTRAINT, table.id(), constraint.name())));
    }

    private boolean isKey(Table table, SourceIndex index) {
        return mapped.tables().stream()
                .anyMatch(schema -> schema.oid() == table.oid() && index.name().equals(schema.keyIndex()));
    }

    private void indexCannotFollow(Table table, SourceIndex index) {
        drop(table, index);
        if (isKey(table, index)) {
            losses.refuse(
                    "table " + table.id(),
                    "its key " + index.name()
                            + " uses a column that is left out, or cannot be shared by several tables",
                    "Keep the column, or give the table a target of its own");
        } else {
            losses.cannotFollow("table " + table.id(), "its index " + index.name());
        }
    }
}
