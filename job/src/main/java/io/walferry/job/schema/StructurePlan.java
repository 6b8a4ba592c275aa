package io.walferry.job.schema;

import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.catalog.SourceCatalog;
import io.walferry.job.catalog.SourceIndex;
import io.walferry.job.catalog.SourceObject;
import io.walferry.job.catalog.SourceObject.Check;
import io.walferry.job.catalog.SourceObject.Sequence;
import io.walferry.job.catalog.SourceObject.Table;
import io.walferry.job.dialect.Feature;
import io.walferry.job.dialect.TargetDialect;
import io.walferry.job.failure.Finding;
import io.walferry.job.model.TableId;
import io.walferry.job.model.TableSchema;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What to make at the target, and when. Made once, before the job starts, and shipped with it. Not in it, on purpose: owners and
 * privileges, comments, triggers, rules and policies, views, and the replica identity, which is a setting of the source's.
 */
public final class StructurePlan implements Serializable {

    private static final long serialVersionUID = 1L;

    private final List<Finding> findings;
    private final List<PlannedTable> tables;
    private final List<TableId> systemCollations;
    private final List<Step> before;
    private final List<Step> afterLoad;
    private final List<Step> atConsistency;
    /** Names at the target by names at the source. */
    private final Map<TableId, TableId> sequences;

    private final List<String> sessionStatements;

    /** Schema per extension. */
    private final Map<String, String> extensionSchemas;

    private StructurePlan(
            List<Finding> findings,
            List<PlannedTable> tables,
            List<TableId> systemCollations,
            List<Step> before,
            List<Step> afterLoad,
            List<Step> atConsistency,
            Map<TableId, TableId> sequences,
            List<String> sessionStatements,
            Map<String, String> extensionSchemas) {
        this.findings = List.copyOf(findings);
        this.tables = List.copyOf(tables);
        this.systemCollations = List.copyOf(systemCollations);
        this.before = List.copyOf(before);
        this.afterLoad = List.copyOf(afterLoad);
        this.atConsistency = List.copyOf(atConsistency);
        this.sequences = Map.copyOf(sequences);
        this.sessionStatements = List.copyOf(sessionStatements);
        this.extensionSchemas = Map.copyOf(extensionSchemas);
    }

    public static StructurePlan of(SourceCatalog source, TargetDialect target) {
        TargetFit fit = new TargetFit(target);
        List<SourceObject> objects = source.structure().stream().map(fit::fit).toList();
        List<Table> tables = only(Table.class, objects);
        Map<TableId, TableId> roots = roots(tables);
        Map<TableId, List<TableId>> streamed = new LinkedHashMap<>();
        source.tables()
                .forEach(table -> streamed.computeIfAbsent(table.mapping().target(), name -> new ArrayList<>())
                        .add(table.id()));

        List<Step> afterLoad = new ArrayList<>();
        List<Step> atConsistency = new ArrayList<>();
        Set<Long> keys = keyIndexes(source.tables(), tables);
        IndexSteps indexSteps = new IndexSteps(tables);
        for (Map.Entry<TableId, List<Table>> group : byRoot(tables, roots).entrySet()) {
            List<SourceIndex> indexes = group.getValue().stream()
                    .flatMap(table -> table.indexes().stream())
                    .toList();
            afterLoad.addAll(indexSteps.of(
                    group.getKey(),
                    indexes.stream()
                            .filter(index -> !index.restricts() || keys.contains(index.oid()))
                            .toList()));
            atConsistency.addAll(indexSteps.of(
                    group.getKey(),
                    indexes.stream()
                            .filter(index -> index.restricts() && !keys.contains(index.oid()))
                            .toList()));
            afterLoad.add(analyze(
                    group.getKey(),
                    group.getValue().stream().mapToLong(Table::pages).sum()));
            group.getValue().forEach(table -> atConsistency.addAll(lateChecks(table, group.getKey())));
        }
        only(SourceObject.DomainType.class, objects).forEach(domain -> atConsistency.addAll(lateChecks(domain)));
        return new StructurePlan(
                fit.findings(),
                tables.stream().map(table -> planned(table, tables, streamed)).toList(),
                only(SourceObject.Collation.class, objects).stream()
                        .map(SourceObject::id)
                        .filter(id -> id.schema().equals("pg_catalog"))
                        .toList(),
                before(objects, target),
                afterLoad,
                atConsistency,
                only(Sequence.class, objects).stream().collect(Collectors.toMap(Sequence::source, Sequence::id)),
                target.sessionStatements(),
                only(SourceObject.Extension.class, objects).stream()
                        .collect(Collectors.toMap(
                                extension -> extension.id().name(),
                                extension -> extension.id().schema())));
    }

    private static List<Step> before(List<SourceObject> objects, TargetDialect target) {
        List<Step> steps = new ArrayList<>();
        objects.stream()
                .map(object -> object.id().schema())
                .filter(schema -> !schema.equals("pg_catalog"))
                .distinct()
                .sorted()
                .forEach(schema -> steps.add(
                        before("schema " + schema, Presence.schema(schema), List.of(ObjectDdl.createSchema(schema)))));
        Map<TableId, Table> tables = new LinkedHashMap<>();
        only(Table.class, objects).forEach(table -> tables.put(table.id(), table));
        TableDdl tableDdl = new TableDdl(tables, only(Sequence.class, objects));
        for (SourceObject object : objects) {
            TableId id = object.id();
            if (object instanceof SourceObject.Extension extension) {
                steps.add(before(
                        "extension " + id.name(), Presence.extension(id.name()), List.of(ObjectDdl.create(extension))));
            } else if (object instanceof SourceObject.Collation collation) {
                if (!id.schema().equals("pg_catalog")) {
                    steps.add(before(
                            "collation " + id,
                            Presence.of(Presence.Kind.COLLATION, id),
                            List.of(ObjectDdl.create(collation))));
                }
            } else if (object instanceof SourceObject.EnumType type) {
                steps.add(type(id, ObjectDdl.create(type)));
            } else if (object instanceof SourceObject.CompositeType type) {
                steps.add(type(id, ObjectDdl.create(type)));
            } else if (object instanceof SourceObject.DomainType type) {
                steps.add(type(id, ObjectDdl.create(type)));
            } else if (object instanceof SourceObject.RangeType type) {
                steps.add(type(id, ObjectDdl.create(type, target.supports(Feature.MULTIRANGE_NAME))));
            } else if (object instanceof SourceObject.Function function) {
                steps.add(before(
                        "function " + id,
                        new Presence(Presence.Kind.FUNCTION, id, function.arguments()),
                        List.of(function.definition())));
            } else if (object instanceof Sequence sequence) {
                if (!sequence.identity()) {
                    steps.add(before(
                            "sequence " + id,
                            Presence.of(Presence.Kind.RELATION, id),
                            List.of(ObjectDdl.create(sequence))));
                }
            } else if (object instanceof Table table) {
                steps.add(before("table " + id, Presence.of(Presence.Kind.RELATION, id), tableDdl.create(table)));
            }
        }
        return steps;
    }

    private static Step type(TableId id, String sql) {
        return before("type " + id, Presence.of(Presence.Kind.TYPE, id), List.of(sql));
    }

    private static Step before(String object, Presence presence, List<String> statements) {
        return new Step(object, "", 0, 0, presence, statements);
    }

    private static Step analyze(TableId root, long pages) {
        return new Step(
                "statistics of table " + root,
                root.toString(),
                Integer.MAX_VALUE,
                pages / 100,
                Presence.never(),
                List.of("ANALYZE " + quoted(root)));
    }

    /** Checks over rows that may break them; added where they are declared, which adds them to children too. */
    private static List<Step> lateChecks(Table table, TableId group) {
        List<Step> steps = new ArrayList<>();
        for (Check check : table.checks()) {
            if (check.local() && !(check.validated() && check.enforced())) {
                steps.add(new Step(
                        "constraint " + check.name() + " of table " + table.id(),
                        group.toString(),
                        Integer.MAX_VALUE,
                        0,
                        Presence.constraint(table.id(), check.name()),
                        List.of("ALTER TABLE " + quoted(table.id()) + " ADD CONSTRAINT " + quoted(check.name()) + " "
                                + check.definition())));
            }
        }
        return steps;
    }

    private static List<Step> lateChecks(SourceObject.DomainType domain) {
        return domain.checks().stream()
                .filter(check -> !check.validated())
                .map(check -> new Step(
                        "constraint " + check.name() + " of domain " + domain.id(),
                        domain.id().toString(),
                        0,
                        0,
                        Presence.constraint(domain.id(), check.name()),
                        List.of("ALTER DOMAIN " + quoted(domain.id()) + " ADD CONSTRAINT " + quoted(check.name()) + " "
                                + check.definition())))
                .toList();
    }

    private static Map<TableId, TableId> roots(List<Table> tables) {
        Map<TableId, TableId> roots = new HashMap<>();
        for (Table table : tables) {
            // A partition comes after its parent.
            roots.put(
                    table.id(),
                    table.partitionOf()
                            .map(parent -> roots.getOrDefault(parent, parent))
                            .orElse(table.id()));
        }
        return roots;
    }

    private static Map<TableId, List<Table>> byRoot(List<Table> tables, Map<TableId, TableId> roots) {
        Map<TableId, List<Table>> groups = new LinkedHashMap<>();
        tables.stream().sorted(Comparator.comparing(Table::id)).forEach(table -> groups.computeIfAbsent(
                        roots.get(table.id()), root -> new ArrayList<>())
                .add(table));
        return groups;
    }

    /** @param streamed source tables by target table */
    private static PlannedTable planned(Table table, List<Table> tables, Map<TableId, List<TableId>> streamed) {
        List<TableId> claims = new ArrayList<>(streamed.getOrDefault(table.id(), List.of()));
        if (claims.isEmpty() && table.partitionOf().isEmpty()) {
            Map<TableId, TableId> roots = roots(tables);
            streamed.forEach((leaf, sources) -> {
                if (table.id().equals(roots.get(leaf))) {
                    claims.addAll(sources);
                }
            });
        }
        return new PlannedTable(table.id(), table.partitionOf().orElse(null), claims);
    }

    /** Indexes that make the tables' keys unique, and what they are attached to or has been attached to them. */
    private static Set<Long> keyIndexes(List<TableSchema> schemas, List<Table> tables) {
        Map<Long, String> names = new HashMap<>();
        schemas.stream()
                .filter(schema -> schema.keyIndex() != null)
                .forEach(schema -> names.put(schema.oid(), schema.keyIndex()));
        List<SourceIndex> all =
                tables.stream().flatMap(table -> table.indexes().stream()).toList();
        Set<Long> keys = new HashSet<>();
        all.stream()
                .filter(index -> index.name().equals(names.get(index.table())))
                .forEach(index -> keys.add(index.oid()));
        boolean grown = true;
        while (grown) {
            grown = false;
            for (SourceIndex index : all) {
                if (index.parent() != 0 && (keys.contains(index.oid()) || keys.contains(index.parent()))) {
                    grown |= keys.add(index.oid()) | keys.add(index.parent());
                }
            }
        }
        return keys;
    }

    private static <T> List<T> only(Class<T> kind, List<SourceObject> objects) {
        return objects.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** The tables that are written to, their partitions too. */
    public List<TableId> tableNames() {
        return tables.stream().map(PlannedTable::id).toList();
    }

    /** The schemas that objects are created in. */
    public List<String> schemas() {
        return before.stream()
                .filter(step -> step.presence().kind() == Presence.Kind.SCHEMA)
                .map(step -> step.presence().id().name())
                .toList();
    }

    /** What of the source's structure the target cannot have. */
    public List<Finding> findings() {
        return findings;
    }

    /** Number of steps, for people. */
    public int size() {
        return before.size() + afterLoad.size() + atConsistency.size();
    }

    List<PlannedTable> tables() {
        return tables;
    }

    /** Collations of {@code pg_catalog} that come from the operating system and have to be there. */
    List<TableId> systemCollations() {
        return systemCollations;
    }

    List<Step> before() {
        return before;
    }

    List<Step> afterLoad() {
        return afterLoad;
    }

    List<Step> atConsistency() {
        return atConsistency;
    }

    /** All sequences, those of identity columns too: names at the target by names at the source. */
    Map<TableId, TableId> sequences() {
        return sequences;
    }

    /** To run on every connection that writes to the target. */
    public List<String> sessionStatements() {
        return sessionStatements;
    }

    Map<String, String> extensionSchemas() {
        return extensionSchemas;
    }
}
