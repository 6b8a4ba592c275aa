package io.walferry.job.catalog;

import io.walferry.job.config.ObjectsConfig;
import io.walferry.job.failure.Finding;
import io.walferry.job.model.TableId;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Decides what the task has besides tables and views: all of a schema, or what is named. */
final class ObjectSelection {

    private final List<NamePattern> schemas;
    private final List<NamePattern> routines;
    private final List<NamePattern> triggers;
    private final List<NamePattern> exclude;
    private final Set<NamePattern> matched = new HashSet<>();

    private final List<ObjectKey> selected = new ArrayList<>();
    private final List<LeftOut> leftOut = new ArrayList<>();

    private ObjectSelection(ObjectsConfig config) {
        schemas = config.schemas().stream().map(NamePattern::ofSchema).toList();
        routines = config.routines().stream().map(NamePattern::ofTable).toList();
        triggers = config.triggers().stream().map(NamePattern::ofTable).toList();
        exclude = config.exclude().stream().map(NamePattern::ofTable).toList();
    }

    /** What was decided. */
    record Result(List<ObjectKey> objects, List<LeftOut> leftOut, List<Finding> findings) {}

    /** @param relations tables and views of the task */
    static Result select(CatalogSource source, ObjectsConfig config, List<Relation> relations) throws SQLException {
        ObjectSelection selection = new ObjectSelection(config);
        Rows.read(source, CatalogQuery.CANDIDATES, row -> {
            ObjectName name = new ObjectName(
                    ObjectKind.valueOf(row.getString(3)),
                    new TableId(row.getString(4), row.getString(5)),
                    row.getString(6));
            selection.decide(
                    new ObjectKey(row.getString(1), row.getLong(2)),
                    name,
                    selection.wanted(name),
                    Rows.optional(row, 7));
            return null;
        });
        Map<Long, Relation> byOid = new HashMap<>();
        relations.forEach(relation -> byOid.put(relation.oid(), relation));
        List<Long> oids = List.copyOf(byOid.keySet());
        Rows.read(
                source,
                CatalogQuery.PARTS,
                row -> {
                    TableId relation = byOid.get(row.getLong(4)).id();
                    ObjectKind kind = ObjectKind.valueOf(row.getString(3));
                    selection.decidePart(
                            new ObjectKey(row.getString(1), row.getLong(2)),
                            kind == ObjectKind.STATISTICS
                                    ? ObjectName.of(kind, new TableId(relation.schema(), row.getString(5)))
                                    : ObjectName.on(kind, relation, row.getString(5)),
                            row.getString(5),
                            Rows.optional(row, 6));
                    return null;
                },
                oids,
                oids,
                oids,
                oids);
        return new Result(selection.selected, selection.leftOut, selection.unmatched());
    }

    private boolean wanted(ObjectName name) {
        return matches(schemas, name.id())
                || switch (name.kind()) {
                    case FUNCTION, PROCEDURE, AGGREGATE -> matches(routines, name.id());
                    default -> false;
                };
    }

    private void decidePart(ObjectKey key, ObjectName name, String ownName, Optional<String> obstacle) {
        TableId relation = name.id();
        if (name.kind() == ObjectKind.STATISTICS
                || obstacle.isPresent()
                || matches(schemas, relation)
                || matches(triggers, new TableId(relation.schema(), ownName))) {
            decide(key, name, true, obstacle);
        } else {
            leftOut.add(LeftOut.of(name, "it comes with a whole schema, or when objects.triggers names it"));
        }
    }

    private void decide(ObjectKey key, ObjectName name, boolean wanted, Optional<String> obstacle) {
        if (!wanted) {
            return;
        }
        if (matches(exclude, name.id()) && name.kind() != ObjectKind.EXTENSION) {
            leftOut.add(LeftOut.of(name, "excluded by the task file"));
        } else if (obstacle.isPresent()) {
            leftOut.add(LeftOut.of(name, obstacle.get()));
        } else {
            selected.add(key);
        }
    }

    private boolean matches(List<NamePattern> patterns, TableId id) {
        boolean any = false;
        for (NamePattern pattern : patterns) {
            if (pattern.matches(id)) {
                matched.add(pattern);
                any = true;
            }
        }
        return any;
    }

    private List<Finding> unmatched() {
        List<Finding> findings = new ArrayList<>();
        routines.stream()
                .filter(pattern -> !matched.contains(pattern))
                .forEach(pattern ->
                        findings.add(nothing(pattern, "no function, procedure or aggregate of the source matches")));
        triggers.stream()
                .filter(pattern -> !matched.contains(pattern))
                .forEach(pattern ->
                        findings.add(nothing(pattern, "no trigger or rule of the task's tables and views matches")));
        return findings;
    }

    private static Finding nothing(NamePattern pattern, String what) {
        return Finding.error("pattern " + pattern.text(), what, "Correct it or take it out; names are case-sensitive");
    }
}
