package io.walferry.job.catalog;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What objects need, each as a whole: a default counts as its table, a row type too, an array as its element, a view's query
 * as the view, a member of an extension as the extension.
 */
final class Dependencies {

    private final Map<ObjectKey, Set<ObjectKey>> needs = new LinkedHashMap<>();
    private final Map<ObjectKey, Character> kinds = new HashMap<>();
    private final Map<ObjectKey, ObjectKey> wholes = new HashMap<>();

    private Dependencies() {}

    private record Edge(ObjectKey from, ObjectKey to) {}

    /**
     * Reads.
     *
     * @param relations tables and views
     * @param others other objects
     */
    static Dependencies read(CatalogSource source, Collection<Long> relations, Collection<ObjectKey> others)
            throws SQLException {
        List<Edge> edges = source.edges(relations, others, Dependencies::edge);
        Map<String, Set<Long>> byCatalog = new HashMap<>();
        relations.forEach(relation -> put(byCatalog, new ObjectKey("pg_class", relation)));
        others.forEach(other -> put(byCatalog, other));
        for (Edge edge : edges) {
            put(byCatalog, edge.from());
            put(byCatalog, edge.to());
        }
        Dependencies dependencies = new Dependencies();
        Rows.read(
                source,
                CatalogQuery.WHOLES,
                dependencies::readWhole,
                byCatalog.getOrDefault("pg_class", Set.of()),
                byCatalog.getOrDefault("pg_type", Set.of()),
                byCatalog.getOrDefault("pg_attrdef", Set.of()),
                byCatalog.getOrDefault("pg_constraint", Set.of()),
                byCatalog.getOrDefault("pg_proc", Set.of()),
                byCatalog.getOrDefault("pg_rewrite", Set.of()),
                byCatalog.getOrDefault("pg_amop", Set.of()),
                byCatalog.getOrDefault("pg_amproc", Set.of()));
        for (Edge edge : edges) {
            if (edge.to().catalog().equals("pg_extension")
                    && !edge.from().catalog().equals("pg_extension")) {
                dependencies.wholes.put(edge.from(), edge.to());
            }
        }
        relations.forEach(
                relation -> dependencies.needs.put(new ObjectKey("pg_class", relation), new LinkedHashSet<>()));
        others.forEach(other -> dependencies.needs.putIfAbsent(other, new LinkedHashSet<>()));
        for (Edge edge : edges) {
            ObjectKey from = dependencies.whole(edge.from());
            ObjectKey to = dependencies.whole(edge.to());
            dependencies.needs.computeIfAbsent(to, key -> new LinkedHashSet<>());
            Set<ObjectKey> needed = dependencies.needs.computeIfAbsent(from, key -> new LinkedHashSet<>());
            if (!from.equals(to)) {
                needed.add(to);
            }
        }
        return dependencies;
    }

    private static void put(Map<String, Set<Long>> byCatalog, ObjectKey key) {
        byCatalog.computeIfAbsent(key.catalog(), catalog -> new HashSet<>()).add(key.oid());
    }

    private static Edge edge(CatalogRow row) throws SQLException {
        return new Edge(
                new ObjectKey(row.getString(1), row.getLong(2)), new ObjectKey(row.getString(3), row.getLong(4)));
    }

    private ObjectKey readWhole(CatalogRow row) throws SQLException {
        ObjectKey part = new ObjectKey(row.getString(1), row.getLong(2));
        ObjectKey whole = new ObjectKey(row.getString(3), row.getLong(4));
        kinds.put(part, Rows.character(row, 5));
        wholes.put(part, whole);
        return whole;
    }

    private ObjectKey whole(ObjectKey part) {
        ObjectKey key = part;
        for (ObjectKey next = wholes.get(key); next != null && !next.equals(key); next = wholes.get(key)) {
            key = next;
        }
        return key;
    }

    /** Every object, the tables too. */
    Set<ObjectKey> all() {
        return needs.keySet();
    }

    /** OIDs of the objects of a system catalog. */
    List<Long> of(String catalog) {
        return needs.keySet().stream()
                .filter(key -> key.catalog().equals(catalog))
                .map(ObjectKey::oid)
                .toList();
    }

    Set<ObjectKey> needs(ObjectKey object) {
        return needs.getOrDefault(object, Set.of());
    }

    /** The objects and all that they need. */
    Set<ObjectKey> closure(Collection<ObjectKey> objects) {
        Set<ObjectKey> closure = new LinkedHashSet<>(objects);
        Deque<ObjectKey> open = new ArrayDeque<>(closure);
        while (!open.isEmpty()) {
            for (ObjectKey need : needs(open.poll())) {
                if (closure.add(need)) {
                    open.add(need);
                }
            }
        }
        return closure;
    }

    /** {@code relkind} of a relation, {@code typtype} of a type, else a space. */
    char kind(ObjectKey object) {
        return kinds.getOrDefault(object, ' ');
    }
}
