package io.walferry.job.schema;

import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.catalog.LeftOut;
import io.walferry.job.catalog.ObjectKind;
import io.walferry.job.catalog.ObjectName;
import io.walferry.job.catalog.SourceCatalog;
import io.walferry.job.catalog.SourceIndex;
import io.walferry.job.catalog.SourceObject;
import io.walferry.job.catalog.SourceObject.Check;
import io.walferry.job.catalog.SourceObject.Sequence;
import io.walferry.job.catalog.SourceObject.Table;
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
import java.util.stream.Stream;

/**
 * What to make at the target, and when. Made once, before the job starts, and shipped with it. Not in it, on purpose: owners, row
 * security, event triggers, publications.
 */
public final class StructurePlan implements Serializable {

    private static final long serialVersionUID = 1L;

    private final List<Finding> findings;
    private final List<PlannedTable> tables;
    private final List<TableId> systemCollations;
    private final List<Step> before;
    private final List<Step> afterLoad;
    private final List<Step> atConsistency;
    private final List<Step> later;
    private final List<LeftOut> leftOut;
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
            List<Step> later,
            List<LeftOut> leftOut,
            Map<TableId, TableId> sequences,
            List<String> sessionStatements,
            Map<String, String> extensionSchemas) {
        this.findings = List.copyOf(findings);
        this.tables = List.copyOf(tables);
        this.systemCollations = List.copyOf(systemCollations);
        this.before = List.copyOf(before);
        this.afterLoad = List.copyOf(afterLoad);
        this.atConsistency = List.copyOf(atConsistency);
        this.later = List.copyOf(later);
        this.leftOut = List.copyOf(leftOut);
        this.sequences = Map.copyOf(sequences);
        this.sessionStatements = List.copyOf(sessionStatements);
        this.extensionSchemas = Map.copyOf(extensionSchemas);
    }

    public static StructurePlan of(SourceCatalog source, TargetDialect target) {
        TargetFit fit = new TargetFit(target);
        List<SourceObject> objects = source.structure().stream().map(fit::fit).toList();
        List<Table> tables = only(Table.class, objects);
        Map<TableId, Table> byId = new LinkedHashMap<>();
        tables.forEach(table -> byId.put(table.id(), table));
        List<SourceObject> others = source.others().stream()
                .flatMap(object -> fit.fitOther(object, byId).stream())
                .toList();
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
        BeforeSteps plain = new BeforeSteps(objects, target);
        List<Step> before = new ArrayList<>(BeforeSteps.schemas(objects));
        objects.forEach(object -> plain.of(object).ifPresent(before::add));
        List<Step> later = new ArrayList<>(laterSchemas(others, before));
        later.addAll(LaterSteps.of(others, byId, plain));
        List<Step> all = new ArrayList<>(before);
        List.of(afterLoad, atConsistency, later).forEach(all::addAll);
        Comments comments = new Comments(only(SourceObject.Comment.class, others), all);
        return new StructurePlan(
                fit.findings(),
                tables.stream().map(table -> planned(table, tables, streamed)).toList(),
                only(SourceObject.Collation.class, objects).stream()
                        .map(SourceObject::id)
                        .filter(id -> id.schema().equals("pg_catalog"))
                        .toList(),
                comments.addTo(before),
                comments.addTo(afterLoad),
                comments.addTo(atConsistency),
                comments.addTo(later),
                Stream.concat(source.leftOut().stream(), fit.leftOut().stream()).toList(),
                only(Sequence.class, objects).stream().collect(Collectors.toMap(Sequence::source, Sequence::id)),
                target.sessionStatements(),
                only(SourceObject.Extension.class, objects).stream()
                        .collect(Collectors.toMap(
                                extension -> extension.id().name(),
                                extension -> extension.id().schema())));
    }

    /** Schemas that nothing is in that rows need. */
    private static List<Step> laterSchemas(List<SourceObject> others, List<Step> before) {
        Set<ObjectName> made = before.stream().map(Step::name).collect(Collectors.toSet());
        return BeforeSteps.schemas(others).stream()
                .filter(step -> !made.contains(step.name()))
                .map(step ->
                        new Step(step.name(), step.object(), "later", -1, 0, step.presence(), step.statements(), true))
                .toList();
    }

    private static Step analyze(TableId root, long pages) {
        return new Step(
                        ObjectName.of(ObjectKind.TABLE, root),
                        root.toString(),
                        Integer.MAX_VALUE,
                        pages / 100,
                        Presence.never(),
                        List.of("ANALYZE " + quoted(root)))
                .called("statistics of table " + root);
    }

    /** Checks over rows that may break them; added where they are declared, which adds them to children too. */
    private static List<Step> lateChecks(Table table, TableId group) {
        List<Step> steps = new ArrayList<>();
        for (Check check : table.checks()) {
            if (check.local() && !(check.validated() && check.enforced())) {
                steps.add(new Step(
                        ObjectName.on(ObjectKind.CONSTRAINT, table.id(), check.name()),
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
                        ObjectName.on(ObjectKind.DOMAIN_CONSTRAINT, domain.id(), check.name()),
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

    /** All steps, in the order in which they are begun. */
    List<Step> steps() {
        return Stream.of(before, afterLoad, atConsistency, later)
                .flatMap(List::stream)
                .toList();
    }

    /** What of the source's structure the target cannot have. */
    public List<Finding> findings() {
        return findings;
    }

    /** Number of steps, for people. */
    public int size() {
        return steps().size();
    }

    /** All that the task selects and does not create, for the reasons of the source and of the target. */
    public List<LeftOut> leftOut() {
        return leftOut;
    }

    /** All that is made, in the order in which it is begun. */
    public List<ObjectName> objects() {
        return steps().stream()
                .filter(Step::makesObject)
                .map(Step::name)
                .distinct()
                .toList();
    }

    /** Tables that are created and that no row comes to. */
    public List<TableId> emptyTables() {
        return tables.stream()
                .filter(table -> table.partitionOf().isEmpty() && table.claims().isEmpty())
                .map(PlannedTable::id)
                .toList();
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

    /** Made over rows that both sides agree on; rows are moved all the same where one cannot be made. */
    List<Step> later() {
        return later;
    }

    /** How many sequences are kept at the source's values. */
    public int sequenceCount() {
        return sequences.size();
    }

    /** All sequences, those of identity columns too: names at the target by names at the source. */
    public Map<TableId, TableId> sequences() {
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
