package io.walferry.job.catalog;

import io.walferry.job.config.ObjectsConfig;
import io.walferry.job.model.LabelledType;
import io.walferry.job.model.TableId;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A source's catalog at a position of the stream, from the images of its objects. The same readers read it that read a server, so
 * both give the same structure.
 */
public final class StoredCatalog implements CatalogSource {

    private final int version;
    private final Map<ObjectKey, ObjectImage> images;
    private final Map<CatalogQuery, List<ObjectImage.Row>> rows = new EnumMap<>(CatalogQuery.class);
    /** Answers by the value of the first key column. */
    private final Map<CatalogQuery, Map<Long, List<ObjectImage.Row>>> byFirstKey = new EnumMap<>(CatalogQuery.class);

    private final Map<ObjectKey, ObjectKey> holders = new HashMap<>();
    private final Map<ObjectKey, ObjectKey> wholes = new HashMap<>();
    private Map<ObjectKey, Set<ObjectImage.Row>> edges;

    /** @param version {@code server_version_num} of the source */
    public StoredCatalog(int version, Map<ObjectKey, ObjectImage> images) {
        this.version = version;
        this.images = new TreeMap<>(images);
        for (Map.Entry<ObjectKey, ObjectImage> entry : this.images.entrySet()) {
            holders.put(entry.getKey(), entry.getKey());
            for (ObjectImage.Row part : entry.getValue().rows(CatalogQuery.PARTS)) {
                holders.put(new ObjectKey(part.getString(1), part.getLong(2)), entry.getKey());
            }
            for (ObjectImage.Row part : entry.getValue().rows(CatalogQuery.WHOLES)) {
                wholes.put(
                        new ObjectKey(part.getString(1), part.getLong(2)),
                        new ObjectKey(part.getString(3), part.getLong(4)));
            }
        }
    }

    /** A catalog with the keys of its objects. */
    public record Keyed(SourceCatalog catalog, Map<ObjectName, ObjectKey> keys) {}

    public Keyed read(ObjectsConfig objects) {
        try {
            Map<ObjectName, ObjectKey> keys = new HashMap<>();
            return new Keyed(CatalogReader.read(this, objects, keys), keys);
        } catch (SQLException e) {
            throw new IllegalStateException(e); // no server is asked
        }
    }

    @Override
    public int version() {
        return version;
    }

    @Override
    public String user() {
        return "";
    }

    @Override
    public <T> List<T> read(CatalogQuery query, List<? extends Collection<Long>> oids, Rows.Mapper<T> mapper)
            throws SQLException {
        List<T> answer = new ArrayList<>();
        if (query.keys().isEmpty() || oids.isEmpty()) {
            for (ObjectImage.Row row : all(query)) {
                answer.add(mapper.map(row));
            }
            return answer;
        }
        Set<ObjectImage.Row> found = new LinkedHashSet<>();
        for (long oid : oids.get(0)) {
            found.addAll(byFirstKey(query).getOrDefault(oid, List.of()));
        }
        if (query.keys().size() > 1 && !query.keys().get(1).equals(query.keys().get(0))) {
            Set<Long> second = new HashSet<>(oids.get(1));
            for (ObjectImage.Row row : all(query)) {
                if (second.contains(row.getLong(query.keys().get(1)))) {
                    found.add(row);
                }
            }
        }
        for (ObjectImage.Row row : found) {
            answer.add(mapper.map(row));
        }
        return answer;
    }

    private List<ObjectImage.Row> all(CatalogQuery query) {
        return rows.computeIfAbsent(query, asked -> {
            if (asked == CatalogQuery.TYPES) {
                return types();
            }
            List<ObjectImage.Row> all = new ArrayList<>();
            images.values().forEach(image -> all.addAll(image.rows(asked)));
            if (asked == CatalogQuery.RELATIONS) {
                all.sort(Comparator.comparing((ObjectImage.Row row) -> row.getString(2))
                        .thenComparing(row -> row.getString(3)));
            }
            return all;
        });
    }

    private Map<Long, List<ObjectImage.Row>> byFirstKey(CatalogQuery query) {
        return byFirstKey.computeIfAbsent(query, asked -> {
            Map<Long, List<ObjectImage.Row>> index = new HashMap<>();
            for (ObjectImage.Row row : all(asked)) {
                index.computeIfAbsent(row.getLong(asked.keys().get(0)), oid -> new ArrayList<>())
                        .add(row);
            }
            return index;
        });
    }

    /** Every type once; of a user's type, the one in its own image: another's may be from before a rename. */
    private List<ObjectImage.Row> types() {
        Map<Long, ObjectImage.Row> types = new LinkedHashMap<>();
        images.forEach((key, image) -> {
            for (ObjectImage.Row row : image.rows(CatalogQuery.TYPES)) {
                types.putIfAbsent(row.getLong(1), row);
            }
        });
        images.forEach((key, image) -> {
            for (ObjectImage.Row row : image.rows(CatalogQuery.TYPES)) {
                boolean own =
                        key.catalog().equals("pg_type") && (row.getLong(1) == key.oid() || row.getLong(5) == key.oid());
                if (own) {
                    types.put(row.getLong(1), row);
                }
            }
        });
        return new ArrayList<>(types.values());
    }

    @Override
    public <T> List<T> edges(Collection<Long> relations, Collection<ObjectKey> others, Rows.Mapper<T> mapper)
            throws SQLException {
        Map<ObjectKey, Set<ObjectImage.Row>> from = edges();
        Set<ObjectKey> seen = new LinkedHashSet<>();
        relations.forEach(oid -> seen.add(ObjectKey.relation(oid)));
        seen.addAll(others);
        Deque<ObjectKey> open = new ArrayDeque<>(seen);
        List<T> answer = new ArrayList<>();
        while (!open.isEmpty()) {
            for (ObjectImage.Row edge : from.getOrDefault(open.poll(), Set.of())) {
                answer.add(mapper.map(edge));
                ObjectKey next = whole(new ObjectKey(edge.getString(3), edge.getLong(4)));
                if (seen.add(next)) {
                    open.add(next);
                }
            }
        }
        return answer;
    }

    /** Edges by the whole that needs. What an image says of another object that has one of its own does not count. */
    private Map<ObjectKey, Set<ObjectImage.Row>> edges() {
        if (edges == null) {
            edges = new HashMap<>();
            images.forEach((key, image) -> {
                for (ObjectImage.Row edge : image.rows(CatalogQuery.EDGES)) {
                    ObjectKey from = whole(new ObjectKey(edge.getString(1), edge.getLong(2)));
                    ObjectKey holder = holders.get(from);
                    if (holder == null || holder.equals(key)) {
                        edges.computeIfAbsent(from, whole -> new LinkedHashSet<>())
                                .add(edge);
                    }
                }
            });
        }
        return edges;
    }

    /** What needs the object itself. */
    public Set<ObjectKey> needing(ObjectKey object) {
        Set<ObjectKey> needing = new LinkedHashSet<>();
        edges().forEach((from, edges) -> {
            if (edges.stream().anyMatch(edge -> whole(new ObjectKey(edge.getString(3), edge.getLong(4)))
                    .equals(object))) {
                needing.add(from);
            }
        });
        return needing;
    }

    private ObjectKey whole(ObjectKey part) {
        ObjectKey key = part;
        for (ObjectKey next = wholes.get(key); next != null && !next.equals(key); next = wholes.get(key)) {
            key = next;
        }
        return key;
    }

    @Override
    public List<String> describe(List<ObjectKey> objects) {
        return objects.stream()
                .map(key -> key.catalog().replace("pg_", "") + " " + key.oid())
                .toList();
    }

    /** The object that has the part; the key itself of what has an image. */
    public Optional<ObjectKey> holder(ObjectKey part) {
        if (part.catalog().equals("pg_class") && !images.containsKey(part)) {
            for (ObjectImage.Row index : all(CatalogQuery.INDEXES)) {
                if (index.getLong(1) == part.oid()) {
                    return Optional.of(ObjectKey.relation(index.getLong(2)));
                }
            }
        }
        return Optional.ofNullable(holders.get(part));
    }

    /** The table that a partition is a part of in the end; the table itself if it is none. */
    public long root(long table) {
        long root = table;
        for (List<ObjectImage.Row> above = byFirstKey(CatalogQuery.INHERITANCE, root);
                isPartition(root) && !above.isEmpty();
                above = byFirstKey(CatalogQuery.INHERITANCE, root)) {
            root = above.get(0).getLong(2);
        }
        return root;
    }

    private List<ObjectImage.Row> byFirstKey(CatalogQuery query, long oid) {
        List<ObjectImage.Row> found = new ArrayList<>();
        ObjectImage image = images.get(ObjectKey.relation(oid));
        if (image != null) {
            found.addAll(image.rows(query));
        }
        return found;
    }

    /** What a table or partition is called; empty if it is not known. */
    public Optional<TableId> name(long relation) {
        return byFirstKey(CatalogQuery.RELATIONS, relation).stream()
                .map(row -> new TableId(row.getString(2), row.getString(3)))
                .findFirst();
    }

    private boolean isPartition(long relation) {
        return byFirstKey(CatalogQuery.RELATIONS, relation).stream().anyMatch(row -> row.getBoolean(6));
    }

    /** Tables that the table inherits from, or is a partition of. */
    public List<Long> parents(long table) {
        return byFirstKey(CatalogQuery.INHERITANCE, table).stream()
                .map(row -> row.getLong(2))
                .toList();
    }

    /** Whether the publication has the table, by itself or by its root. */
    public boolean published(long table, String publication) {
        for (long oid : List.of(table, root(table))) {
            ObjectImage image = images.get(ObjectKey.relation(oid));
            if (image != null && image.published().contains(publication)) {
                return true;
            }
        }
        return false;
    }

    /** Sequences that go with columns of the table. */
    public List<ObjectKey> ownedSequences(long table) {
        return all(CatalogQuery.SEQUENCES).stream()
                .filter(row -> row.getLong(11) == table)
                .map(row -> ObjectKey.relation(row.getLong(1)))
                .toList();
    }

    /** Name of a table or view that is there. */
    public Optional<TableId> relation(long oid) {
        return byFirstKey(CatalogQuery.RELATIONS, oid).stream()
                .map(row -> new TableId(row.getString(2), row.getString(3)))
                .findFirst();
    }

    /** Names of schemas by OID. */
    public Map<Long, String> namespaces() {
        Map<Long, String> names = new TreeMap<>();
        images.forEach((key, image) -> image.namespace().ifPresent(name -> names.put(key.oid(), name)));
        return names;
    }

    /**
     * What tells a column from others, whatever its name.
     *
     * @param type OID
     * @param expression OID of its default, or 0
     * @param missing the value that rows have which are older than the column; {@code null} if there is none
     */
    public record ColumnIdentity(int attnum, long type, int modifier, long expression, String missing) {

        /** Whether it is the other column at another time, with values of the same type. */
        public boolean isSameColumn(ColumnIdentity other) {
            return attnum == other.attnum && type == other.type && modifier == other.modifier;
        }
    }

    /** Columns of a relation by name; of a composite type, by the OID of the type. */
    public Map<String, ColumnIdentity> columns(ObjectKey of) {
        Map<String, ColumnIdentity> columns = new LinkedHashMap<>();
        ObjectImage image = images.get(of);
        if (image != null) {
            for (ObjectImage.Row row : image.rows(CatalogQuery.COLUMNS)) {
                columns.put(
                        row.getString(3),
                        new ColumnIdentity(
                                row.getInt(2), row.getLong(4), row.getInt(5), row.getLong(18), row.getString(19)));
            }
        }
        return columns;
    }

    /** What the values of a type are written by; empty if that is no enumeration's labels. */
    public Optional<LabelledType> labelled(long type) {
        boolean array = false;
        Optional<ObjectImage.Row> found = type(type);
        while (found.isPresent() && !found.get().getString(4).equals("e")) {
            ObjectImage.Row row = found.get();
            boolean domain = row.getString(4).equals("d");
            boolean trueArray = row.getBoolean(6);
            array |= trueArray;
            found = domain || trueArray ? type(row.getLong(domain ? 7 : 5)) : Optional.empty();
        }
        if (found.isEmpty()) {
            return Optional.empty();
        }
        long enumeration = found.get().getLong(1);
        Set<String> labels = new LinkedHashSet<>();
        ObjectImage image = images.get(new ObjectKey("pg_type", enumeration));
        if (image != null) {
            image.rows(CatalogQuery.USER_TYPES).forEach(row -> labels.addAll(row.getTexts(6)));
        }
        return Optional.of(new LabelledType(enumeration, array, labels));
    }

    private Optional<ObjectImage.Row> type(long oid) {
        return all(CatalogQuery.TYPES).stream()
                .filter(row -> row.getLong(1) == oid)
                .findFirst();
    }

    /** OIDs of checks and foreign keys by name. */
    public Map<String, Long> constraints(ObjectKey of) {
        Map<String, Long> oids = new HashMap<>();
        ObjectImage image = images.get(of);
        if (image != null) {
            image.rows(CatalogQuery.CHECKS).forEach(row -> oids.put(row.getString(3), row.getLong(9)));
            image.rows(CatalogQuery.FOREIGN_KEYS).forEach(row -> oids.put(row.getString(2), row.getLong(14)));
        }
        return oids;
    }
}
