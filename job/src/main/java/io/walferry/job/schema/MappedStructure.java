package io.walferry.job.schema;

import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.catalog.LeftOut;
import io.walferry.job.catalog.MappedTables;
import io.walferry.job.catalog.ObjectName;
import io.walferry.job.catalog.SourceCatalog;
import io.walferry.job.catalog.SourceColumn;
import io.walferry.job.catalog.SourceIndex;
import io.walferry.job.catalog.SourceObject;
import io.walferry.job.catalog.SourceObject.Check;
import io.walferry.job.catalog.SourceObject.ForeignKey;
import io.walferry.job.catalog.SourceObject.Sequence;
import io.walferry.job.catalog.SourceObject.Table;
import io.walferry.job.catalog.TableChange;
import io.walferry.job.failure.Finding;
import io.walferry.job.model.Column;
import io.walferry.job.model.MappedColumn;
import io.walferry.job.model.TableId;
import io.walferry.job.model.TableMapping;
import io.walferry.job.model.TableSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A source's structure under the names of the target. What is structured (names, columns, keys, foreign keys) follows exactly;
 * in texts about a table the names of its columns are replaced; a text that names what changes and cannot follow is left
 * out, and told.
 */
public final class MappedStructure {

    private final SourceCatalog catalog;
    private final MappedTables mapped;
    private final RelationNames names = new RelationNames();
    /** Tables and sequences whose names change. */
    private final Map<TableId, TableId> relations = new HashMap<>();

    private final Map<Long, Map<String, String>> indexNames = new HashMap<>();
    private final Set<ObjectName> dropped = new HashSet<>();
    private final List<Finding> findings;
    private final List<LeftOut> leftOut;

    private MappedStructure(SourceCatalog catalog, MappedTables mapped) {
        this.catalog = catalog;
        this.mapped = mapped;
        this.findings = new ArrayList<>(catalog.findings());
        this.leftOut = new ArrayList<>(catalog.leftOut());
        findings.addAll(mapped.findings());
    }

    /** The catalog with tables and structure as they are at the target; the tables keep the names of the source. */
    public static SourceCatalog of(SourceCatalog catalog, MappedTables mapped) {
        boolean same = mapped.changes().entrySet().stream()
                .allMatch(entry -> entry.getValue().changesNothing(entry.getKey()));
        return same
                ? new SourceCatalog(
                        catalog.serverVersion(),
                        mapped.tables(),
                        catalog.structure(),
                        catalog.others(),
                        catalog.leftOut(),
                        joined(catalog.findings(), mapped.findings()))
                : new MappedStructure(catalog, mapped).map();
    }

    private static List<Finding> joined(List<Finding> first, List<Finding> second) {
        List<Finding> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }

    private SourceCatalog map() {
        nameRelations();
        List<SourceObject> structure = new ArrayList<>();
        for (SourceObject object : catalog.structure()) {
            if (object instanceof Table table) {
                TableChange change = mapped.changes().get(table.id());
                if (change.created()) {
                    structure.add(
                            change.changesNothing(table.id()) && relations.isEmpty() ? table : table(table, change));
                } else {
                    dropped.add(table.name());
                }
            } else if (object instanceof Sequence sequence) {
                sequence(sequence).ifPresent(structure::add);
            } else {
                structure.add(object);
            }
        }
        List<SourceObject> others = new ArrayList<>();
        catalog.others().forEach(object -> other(object).ifPresent(others::add));
        List<TableSchema> tables = new ArrayList<>();
        mapped.tables().forEach(table -> tables.add(withNames(table)));
        return new SourceCatalog(catalog.serverVersion(), tables, structure, others, leftOut, findings);
    }

    private void nameRelations() {
        mapped.changes().forEach((source, change) -> {
            names.take(change.target());
            if (!change.target().equals(source)) {
                relations.put(source, change.target());
            }
        });
        catalog.others().stream()
                .filter(object ->
                        object instanceof SourceObject.View || object instanceof SourceObject.MaterializedView)
                .forEach(object -> names.take(object.id()));
        List<Runnable> moved = new ArrayList<>();
        for (SourceObject object : catalog.structure()) {
            if (object instanceof Sequence sequence) {
                TableId wanted = wanted(sequence);
                Runnable name = () -> {
                    TableId given = names.free(wanted);
                    if (!given.equals(sequence.id())) {
                        relations.put(sequence.id(), given);
                    }
                };
                first(wanted.equals(sequence.id()), name, moved);
            } else if (object instanceof Table table
                    && mapped.changes().get(table.id()).created()) {
                TableId target = mapped.changes().get(table.id()).target();
                for (SourceIndex index : table.indexes()) {
                    Runnable name = () -> indexNames
                            .computeIfAbsent(table.oid(), oid -> new HashMap<>())
                            .put(
                                    index.name(),
                                    names.free(new TableId(target.schema(), index.name()))
                                            .name());
                    first(target.schema().equals(table.id().schema()), name, moved);
                }
            }
        }
        moved.forEach(Runnable::run);
    }

    /** What keeps its name has the first right to it. */
    private static void first(boolean stays, Runnable name, List<Runnable> moved) {
        if (stays) {
            name.run();
        } else {
            moved.add(name);
        }
    }

    private TableId wanted(Sequence sequence) {
        return sequence.ownerTable()
                .filter(owner -> owner.schema().equals(sequence.id().schema()))
                .map(owner -> new TableId(
                        mapped.changes().get(owner).target().schema(),
                        sequence.id().name()))
                .orElse(sequence.id());
    }

    private Optional<Sequence> sequence(Sequence sequence) {
        Optional<TableChange> change = sequence.ownerTable().map(mapped.changes()::get);
        Optional<String> column = sequence.ownerColumn();
        if (change.isPresent()) {
            TableChange owner = change.get();
            if (!owner.created() || column.filter(owner.leftOut()::contains).isPresent()) {
                dropped.add(sequence.name());
                return Optional.empty();
            }
            column = column.map(name -> owner.rename().getOrDefault(name, name));
        }
        return Optional.of(new Sequence(
                relations.getOrDefault(sequence.id(), sequence.id()),
                sequence.type(),
                sequence.start(),
                sequence.increment(),
                sequence.min(),
                sequence.max(),
                sequence.cache(),
                sequence.cycle(),
                change.map(TableChange::target),
                column,
                sequence.identity(),
                sequence.id()));
    }

    private Table table(Table table, TableChange given) {
        TableChange change = withoutWhatCannotFollow(table, given);
        ExpressionRewrite texts = new ExpressionRewrite(table.id(), change.rename(), change.leftOut(), relations);
        String where = "table " + table.id();
        List<SourceColumn> columns = new ArrayList<>();
        for (SourceColumn column : table.columns()) {
            if (!change.leftOut().contains(column.name())) {
                columns.add(column(where, column, change, texts));
            }
        }
        change.constant().ifPresent(constant -> columns.add(constantColumn(constant)));
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
                cannotFollow(where, "its constraint " + check.name());
            }
        }
        IndexRewrite rewrite = new IndexRewrite(texts, change);
        List<SourceIndex> indexes = new ArrayList<>();
        for (SourceIndex index : table.indexes()) {
            String name = indexNames.get(table.oid()).get(index.name());
            Optional<SourceIndex> there = rewrite.apply(index, name);
            if (there.isEmpty()) {
                indexCannotFollow(table, index);
            }
            there.ifPresent(indexes::add);
        }
        Optional<String> partitionKey = table.partitionKey().flatMap(texts::apply);
        if (table.partitionKey().isPresent() && partitionKey.isEmpty()) {
            findings.add(Finding.error(where, "its partition key uses a column that is left out", "Keep the column"));
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
                table.partitionOf().map(this::renamed),
                table.bound(),
                table.inherits().stream().map(this::renamed).toList(),
                change.changesNoColumn() ? table.type() : Optional.empty(),
                table.accessMethod(),
                table.unlogged(),
                table.replicaIdentity());
    }

    /** Leaves out generated columns whose expression uses what is left out. */
    private TableChange withoutWhatCannotFollow(Table table, TableChange change) {
        Set<String> gone = new HashSet<>(change.leftOut());
        ExpressionRewrite texts = new ExpressionRewrite(table.id(), change.rename(), gone, relations);
        for (SourceColumn column : table.columns()) {
            if (column.generated() != ' '
                    && !gone.contains(column.name())
                    && column.expression().flatMap(texts::apply).isEmpty()) {
                cannotFollow("table " + table.id(), "its generated column " + column.name());
                gone.add(column.name());
            }
        }
        return new TableChange(
                change.target(), change.rename(), gone, change.constant(), change.shared(), change.created());
    }

    private SourceColumn column(String where, SourceColumn column, TableChange change, ExpressionRewrite texts) {
        Column old = column.column();
        Optional<String> expression = column.expression().flatMap(texts::apply);
        if (column.expression().isPresent() && expression.isEmpty()) {
            cannotFollow(where, "the default of its column " + column.name());
        }
        return new SourceColumn(
                new Column(
                        change.rename().getOrDefault(old.name(), old.name()),
                        type(old.type()),
                        type(old.bareType()),
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

    private static SourceColumn constantColumn(MappedColumn constant) {
        return new SourceColumn(
                new Column(
                        constant.name(),
                        constant.type(),
                        constant.type(),
                        true,
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

    /** A table's row type is named as the table. */
    private String type(String sql) {
        for (Map.Entry<TableId, TableId> renamed : relations.entrySet()) {
            String name = quoted(renamed.getKey());
            if (sql.equals(name) || sql.equals(name + "[]")) {
                return quoted(renamed.getValue()) + sql.substring(name.length());
            }
        }
        return sql;
    }

    private void indexCannotFollow(Table table, SourceIndex index) {
        boolean key = mapped.tables().stream()
                .anyMatch(schema -> schema.oid() == table.oid() && index.name().equals(schema.keyIndex()));
        if (key) {
            findings.add(Finding.error(
                    "table " + table.id(),
                    "its key " + index.name()
                            + " uses a column that is left out, or cannot be shared by several tables",
                    "Keep the column, or give the table a target of its own"));
        } else {
            cannotFollow("table " + table.id(), "its index " + index.name());
        }
    }

    private void cannotFollow(String where, String what) {
        findings.add(Finding.warning(
                where, what + " is left out: it uses a column that is left out, or the table as a whole", ""));
        leftOut.add(new LeftOut("part of", where, what + " uses what the mapping changes"));
    }

    private TableId renamed(TableId relation) {
        return relations.getOrDefault(relation, relation);
    }

    private Optional<SourceObject> other(SourceObject object) {
        if (object instanceof ForeignKey key) {
            return foreignKey(key);
        }
        if (object instanceof SourceObject.Comment comment) {
            return named(comment.on()).map(on -> new SourceObject.Comment(on, comment.text()));
        }
        if (object instanceof SourceObject.Grant grant) {
            return named(grant.on())
                    .map(on -> new SourceObject.Grant(on, grant.privilege(), grant.grantee(), grant.grantable()));
        }
        Set<TableId> used = new HashSet<>(object.references());
        used.add(object.id());
        for (TableId relation : used) {
            if (affected(relation)) {
                leaveOut(object.name(), "it names " + relation + ", which the mapping changes");
                return Optional.empty();
            }
        }
        return Optional.of(object);
    }

    private boolean affected(TableId relation) {
        TableChange change = mapped.changes().get(relation);
        return relations.containsKey(relation) || change != null && !change.changesNothing(relation);
    }

    private void leaveOut(ObjectName name, String reason) {
        dropped.add(name);
        leftOut.add(LeftOut.of(name, reason));
        findings.add(Finding.warning(
                name.toString(), "it is left out: " + reason, "Create it at the target with the new names"));
    }

    private Optional<SourceObject> foreignKey(ForeignKey key) {
        TableChange child = mapped.changes().get(key.id());
        TableChange parent = mapped.changes().get(key.parent());
        if (child == null || parent == null) {
            return Optional.of(key);
        }
        Optional<List<String>> columns = child.columns(key.columns());
        Optional<List<String>> parentColumns = parent.columns(key.parentColumns());
        Optional<List<String>> setColumns = child.columns(key.setColumns());
        boolean follows = child.created() && parent.created() && !child.shared() && !parent.shared();
        if (!follows
                || columns.isEmpty()
                || parentColumns.isEmpty()
                || setColumns.isEmpty()
                || parent.constant().isPresent()) {
            leaveOut(
                    key.name(),
                    "it uses a column that is left out, or a table that is shared or not created by the task");
            return Optional.empty();
        }
        return Optional.of(new ForeignKey(
                child.target(),
                key.constraint(),
                columns.get(),
                parent.target(),
                parentColumns.get(),
                key.period(),
                key.actions(),
                setColumns.get(),
                key.timing(),
                key.validated(),
                key.enforced()));
    }

    /** The name at the target of what a comment or a grant is on; empty if that is not there. */
    private Optional<ObjectName> named(ObjectName on) {
        TableChange change = mapped.changes().get(on.id());
        if (dropped.contains(on) || change != null && !change.created()) {
            return Optional.empty();
        }
        return switch (on.kind()) {
            case TABLE, SEQUENCE, CONSTRAINT, FOREIGN_KEY -> Optional.of(
                    new ObjectName(on.kind(), renamed(on.id()), on.detail()));
            case COLUMN -> change == null
                    ? Optional.of(on)
                    : change.columns(List.of(on.detail()))
                            .map(name -> new ObjectName(on.kind(), renamed(on.id()), name.get(0)));
            case INDEX -> indexNames.isEmpty() ? Optional.of(on) : Optional.empty();
            default -> change != null && affected(on.id()) ? Optional.empty() : Optional.of(on);
        };
    }

    private TableSchema withNames(TableSchema table) {
        TableMapping mapping = table.mapping();
        List<MappedColumn> columns = new ArrayList<>();
        mapping.columns()
                .forEach(column -> columns.add(new MappedColumn(
                        column.source(),
                        column.name(),
                        type(column.type()),
                        column.identityAlways(),
                        column.constant())));
        String keyIndex = indexNames
                .getOrDefault(table.oid(), Map.of())
                .getOrDefault(String.valueOf(table.keyIndex()), table.keyIndex());
        return new TableSchema(
                table.id(),
                table.oid(),
                table.partitioned(),
                table.columns(),
                table.replicaIdentity(),
                table.key(),
                keyIndex,
                table.otherUnique(),
                mapping.withColumns(columns));
    }
}
