package io.walferry.job.verify;

import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.model.Column;
import io.walferry.job.model.MappedColumn;
import io.walferry.job.model.OnExisting;
import io.walferry.job.model.Operation;
import io.walferry.job.model.TableId;
import io.walferry.job.model.TableMapping;
import io.walferry.job.model.TableSchema;
import io.walferry.job.sql.ComparedRows;
import io.walferry.job.sql.RowHash;
import io.walferry.job.sql.StatementRowsSql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Makes of the task's tables what is to be compared, one comparison for each table of the target: with the rows of its source
 * table under the names and with the columns that the mapping gives them, or with those of all source tables that arrive there.
 */
public final class Comparisons {

    /** Built-in types that every server orders alike; texts only if their collations do. */
    private static final Set<String> ORDERED_ALIKE = Set.of(
            "bool",
            "int2",
            "int4",
            "int8",
            "numeric",
            "oid",
            "date",
            "time",
            "timestamp",
            "timestamptz",
            "uuid",
            "bytea",
            "text",
            "varchar",
            "bpchar");

    private final Connection source;
    private final Connection target;
    private final CanonicalForm form;
    private final RowHash hash;
    private final Set<DifferenceKind> direction;
    private final boolean loaded;
    private final Set<String> masked;
    private final String task;
    private final Statements statements;

    /**
     * @param direction what counts as a difference
     * @param loaded the task has brought the rows that were there
     * @param masked columns whose values are not shown, {@code schema.table.column} at the target
     * @param task whose dead letters there may be
     */
    public Comparisons(
            Connection source,
            Connection target,
            CanonicalForm form,
            RowHash hash,
            Set<DifferenceKind> direction,
            boolean loaded,
            Set<String> masked,
            String task,
            Statements statements) {
        this.source = source;
        this.target = target;
        this.form = form;
        this.hash = hash;
        this.direction = Set.copyOf(direction);
        this.loaded = loaded;
        this.masked = Set.copyOf(masked);
        this.task = task;
        this.statements = statements;
    }

    /**
     * What there is to compare.
     *
     * @param sources of each table, those that its rows come from
     * @param absent tables, or columns of tables, that the target does not have, so that they cannot be compared
     */
    public record Result(
            List<ComparedTable> tables,
            List<List<TableSchema>> sources,
            List<VerificationReport.ObjectDifference> absent) {}

    public Result of(List<TableSchema> tables) throws SQLException {
        Map<TableId, List<TableSchema>> byTarget = new LinkedHashMap<>();
        tables.forEach(table -> byTarget.computeIfAbsent(table.mapping().target(), id -> new ArrayList<>())
                .add(table));
        Map<TableId, Map<String, ColumnFacts>> there = ColumnFacts.read(target, byTarget.keySet());
        Map<TableId, Map<String, ColumnFacts>> here =
                ColumnFacts.read(source, tables.stream().map(TableSchema::id).toList());
        List<ComparedTable> compared = new ArrayList<>();
        List<List<TableSchema>> sources = new ArrayList<>();
        List<VerificationReport.ObjectDifference> absent = new ArrayList<>();
        for (Map.Entry<TableId, List<TableSchema>> group : byTarget.entrySet()) {
            TableId name = group.getKey();
            Map<String, ColumnFacts> columns = there.getOrDefault(name, Map.of());
            List<String> missing = group.getValue().get(0).mapping().columns().stream()
                    .map(MappedColumn::name)
                    .filter(column -> !columns.containsKey(column))
                    .toList();
            if (!missing.isEmpty()) {
                absent.add(new VerificationReport.ObjectDifference(
                        "table " + name,
                        columns.isEmpty()
                                ? "it is missing, so its rows are not compared"
                                : "it lacks the columns " + String.join(", ", missing)
                                        + ", so its rows are not compared",
                        List.of(),
                        Optional.empty(),
                        ""));
            } else {
                Map<TableId, String> conditions = conditions(group.getValue());
                compared.add(
                        conditions.values().stream().anyMatch(String::isEmpty)
                                ? compareMade(compared.size(), name, group.getValue(), here, columns)
                                : compare(compared.size(), name, group.getValue(), conditions, here, columns));
                sources.add(group.getValue());
            }
        }
        return new Result(compared, sources, absent);
    }

    /** Of the tables with statements; an empty one: PostgreSQL cannot compute what the statement makes. */
    private Map<TableId, String> conditions(List<TableSchema> tables) {
        return tables.stream()
                .filter(table -> table.mapping().statement() != null)
                .collect(Collectors.toMap(
                        TableSchema::id, table -> statements.condition(table).orElse("")));
    }

    private ComparedTable compare(
            int number,
            TableId name,
            List<TableSchema> group,
            Map<TableId, String> conditions,
            Map<TableId, Map<String, ColumnFacts>> here,
            Map<String, ColumnFacts> there) {
        TableSchema first = group.get(0);
        // Rows that are marked as deleted are not looked at, so their mark tells nothing.
        List<MappedColumn> columns = first.mapping().columns().stream()
                .filter(column -> !column.deletion())
                .toList();
        List<String> names = columns.stream().map(MappedColumn::name).toList();
        Map<String, Column> sourceColumns =
                first.columns().stream().collect(Collectors.toMap(Column::name, column -> column));
        Map<String, ColumnFacts> facts = new HashMap<>();
        List<String> sourceForms = new ArrayList<>();
        List<String> targetForms = new ArrayList<>();
        List<String> sourceHashed = new ArrayList<>();
        List<String> targetHashed = new ArrayList<>();
        List<String> types = new ArrayList<>();
        Set<String> unlike = new HashSet<>();
        for (MappedColumn column : columns) {
            ColumnFacts atTarget = there.get(column.name());
            ColumnFacts atSource =
                    column.isConstant() ? atTarget : here.get(first.id()).get(column.source());
            facts.put(column.name(), atSource);
            CanonicalForm.Pair pair = form.of(column.name(), atSource, atTarget);
            sourceForms.add(pair.source());
            targetForms.add(pair.target());
            List<ColumnFacts> sources = atSources(column.name(), group, here);
            String itself = CanonicalForm.column(column.name());
            boolean plain = pair.plain(itself);
            sourceHashed.add(HashedForm.of(itself, pair.source(), plain, sources, atTarget));
            targetHashed.add(HashedForm.of(itself, pair.target(), plain, sources, atTarget));
            types.add(
                    column.isConstant()
                            ? column.type()
                            : read(atTarget, sourceColumns.get(column.source()).bareType()));
            if (!plain) {
                unlike.add(column.name());
            }
        }
        // A key that reads differently on both sides tells no rows apart: then whole rows do.
        List<String> key = first.targetKey().stream().anyMatch(unlike::contains) ? List.of() : first.targetKey();
        List<String> keyTypes =
                key.stream().map(column -> types.get(names.indexOf(column))).toList();
        int range = range(first, key, facts, there);
        StringBuilder note = new StringBuilder();
        Set<DifferenceKind> counted = counted(group, note);
        if (!key.isEmpty() && range == 0) {
            append(note, "compared in one piece, because the two servers may order its key differently");
        }
        boolean partitioned = first.mapping().partitioned();
        return new ComparedTable(
                number,
                name,
                sourceNames(group),
                new ComparedRows(
                        Relations.source(names, group, conditions),
                        names,
                        sourceForms,
                        sourceHashed,
                        key,
                        keyTypes,
                        range,
                        hash),
                new ComparedRows(
                        Relations.target(first.mapping(), names),
                        names,
                        targetForms,
                        targetHashed,
                        key,
                        keyTypes,
                        range,
                        hash),
                List.of(),
                types,
                masked(name, names),
                columns.stream().anyMatch(MappedColumn::identityAlways),
                partitioned,
                counted,
                note.toString());
    }

    /**
     * Both sides of it are at the target, in the target's types: its rows, and those that the statements make of the source's
     * rows.
     */
    private ComparedTable compareMade(
            int number,
            TableId name,
            List<TableSchema> group,
            Map<TableId, Map<String, ColumnFacts>> here,
            Map<String, ColumnFacts> there) {
        TableSchema first = group.get(0);
        List<Statements.Shape> shapes = group.stream().map(statements::shape).toList();
        Set<String> varying = new TreeSet<>();
        shapes.forEach(shape -> varying.addAll(shape.varying()));
        List<MappedColumn> columns = first.mapping().columns().stream()
                .filter(column -> !column.deletion() && !varying.contains(column.name()))
                .toList();
        List<String> names = columns.stream().map(MappedColumn::name).toList();
        List<String> plain = names.stream().map(CanonicalForm::column).toList();
        List<String> hashed = names.stream()
                .map(column -> HashedForm.of(
                        CanonicalForm.column(column),
                        CanonicalForm.column(column),
                        true,
                        List.of(there.get(column)),
                        there.get(column)))
                .toList();
        Map<String, String> bareTypes =
                first.columns().stream().collect(Collectors.toMap(Column::name, Column::bareType));
        Map<String, ColumnFacts> facts = new HashMap<>();
        List<String> types = new ArrayList<>();
        for (MappedColumn column : columns) {
            ColumnFacts atTarget = there.get(column.name());
            facts.put(
                    column.name(),
                    column.source() == null ? atTarget : here.get(first.id()).get(column.source()));
            types.add(read(atTarget, bareTypes.getOrDefault(column.source(), column.type())));
        }
        List<String> key = first.targetKey();
        List<String> keyTypes =
                key.stream().map(column -> types.get(names.indexOf(column))).toList();
        int range = range(first, key, facts, there);
        List<StatementPart> parts = shapes.stream()
                .map(shape -> StatementPart.of(shape, keyTypes, range, hash))
                .toList();
        StringBuilder note = new StringBuilder("its statement was run over the source's rows");
        if (!varying.isEmpty()) {
            append(note, "not compared, for they come out otherwise each time: " + String.join(", ", varying));
        }
        if (shapes.stream().anyMatch(Statements.Shape::looksUp)) {
            append(note, "what it looks up has been looked up now: a row differs, too, if that has changed since");
        }
        Set<DifferenceKind> counted = counted(group, note);
        boolean partitioned = first.mapping().partitioned();
        String identity = ComparedRows.identity("t", key);
        String letters = key.isEmpty()
                ? ""
                : parts.stream()
                        .map(part -> StatementRowsSql.lettersOf(task, part.source(), part.key(), keyTypes))
                        .collect(Collectors.joining(" UNION ALL "));
        ComparedRows target = new ComparedRows(
                Relations.targetBut(first.mapping(), names, identity, letters),
                names,
                plain,
                hashed,
                key,
                keyTypes,
                range,
                hash);
        return new ComparedTable(
                number,
                name,
                sourceNames(group),
                // Each worker has the rows in tables of its own.
                target.at(Relations.made(
                        parts.stream().map(StatementPart::placeholder).toList(), names, identity, letters)),
                target,
                parts,
                types,
                masked(name, names),
                columns.stream().anyMatch(MappedColumn::identityAlways),
                partitioned,
                counted,
                note.toString());
    }

    /** What a column of the target is in each table that its values come from; empty if it is a constant of one of them. */
    private static List<ColumnFacts> atSources(
            String column, List<TableSchema> group, Map<TableId, Map<String, ColumnFacts>> here) {
        List<ColumnFacts> facts = new ArrayList<>();
        for (TableSchema table : group) {
            MappedColumn mapped = table.mapping().columns().stream()
                    .filter(other -> other.name().equals(column))
                    .findFirst()
                    .orElseThrow();
            if (mapped.isConstant()) {
                return List.of();
            }
            facts.add(here.get(table.id()).get(mapped.source()));
        }
        return facts;
    }

    private static String sourceNames(List<TableSchema> group) {
        return group.stream().map(table -> table.id().toString()).collect(Collectors.joining(", "));
    }

    private Set<String> masked(TableId table, List<String> names) {
        return names.stream()
                .filter(column -> masked.contains(table + "." + column))
                .collect(Collectors.toSet());
    }

    /** The type that reads a text at the target; the source's would change a value on its way to another type. */
    private static String read(ColumnFacts target, String sourceType) {
        return target.type().isPresent() && !target.domain()
                ? "pg_catalog." + quoted(target.type().get())
                : sourceType;
    }

    private static int range(
            TableSchema table, List<String> key, Map<String, ColumnFacts> here, Map<String, ColumnFacts> there) {
        int range = 0;
        while (range < Math.min(key.size(), table.key().size())
                && orderedAlike(here.get(key.get(range)), there.get(key.get(range)))) {
            range++;
        }
        return range;
    }

    /** A row whose key has a NULL would be in no range. */
    private static boolean orderedAlike(ColumnFacts source, ColumnFacts target) {
        return source.notNull()
                && target.notNull()
                && !source.domain()
                && !target.domain()
                && source.type().isPresent()
                && target.type().isPresent()
                && (source.type().equals(target.type())
                        || CanonicalForm.sameText(
                                source.type().get(), target.type().get()))
                && ORDERED_ALIKE.contains(source.type().get())
                && (!source.text()
                        || source.ordering().isPresent() && source.ordering().equals(target.ordering()));
    }

    /** What the task is not meant to bring, or to take away, is no difference. */
    private Set<DifferenceKind> counted(List<TableSchema> group, StringBuilder note) {
        Set<DifferenceKind> counted = EnumSet.copyOf(direction);
        for (TableSchema table : group) {
            TableMapping mapping = table.mapping();
            if (mapping.existing()
                    && mapping.onExisting() == OnExisting.PROCEED
                    && counted.remove(DifferenceKind.EXTRA)) {
                append(note, "rows that only the target has are not counted: it had the table before");
            }
            if (!(mapping.replicates(Operation.DELETE) && mapping.replicates(Operation.TRUNCATE))
                    && counted.remove(DifferenceKind.EXTRA)) {
                append(note, "rows that only the target has are not counted: not all deletions are replicated");
            }
            if (!(mapping.replicates(Operation.INSERT) && loaded) && counted.remove(DifferenceKind.MISSING)) {
                append(note, "missing rows are not counted: not all rows are brought");
            }
            if (!(mapping.replicates(Operation.UPDATE)) && counted.remove(DifferenceKind.DIFFERENT)) {
                append(note, "values are not compared: updates are not replicated");
            }
        }
        return counted;
    }

    private static void append(StringBuilder note, String text) {
        note.append(note.isEmpty() ? "" : "; ").append(text);
    }
}
