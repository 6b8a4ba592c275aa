package io.walferry.job.catalog;

import io.walferry.job.model.TableId;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The objects that have been read so far, and what a reader of one kind of them has to know. */
final class SourceObjects {

    private final CatalogSource source;
    private final Dependencies dependencies;
    private final Map<Long, TableId> relations;
    private final Map<ObjectKey, SourceObject> objects = new LinkedHashMap<>();

    /** @param relations names of all tables and views */
    SourceObjects(CatalogSource source, Dependencies dependencies, Map<Long, TableId> relations) {
        this.source = source;
        this.dependencies = dependencies;
        this.relations = Map.copyOf(relations);
    }

    CatalogSource source() {
        return source;
    }

    /** OIDs, in a system catalog, of what is needed or selected. */
    List<Long> wanted(String catalog) {
        return dependencies.of(catalog);
    }

    void put(ObjectKey key, SourceObject object) {
        objects.put(key, object);
    }

    boolean has(ObjectKey key) {
        return objects.containsKey(key);
    }

    SourceObject get(ObjectKey key) {
        return objects.get(key);
    }

    void remove(ObjectKey key) {
        objects.remove(key);
    }

    Collection<ObjectKey> keys() {
        return objects.keySet();
    }

    TableId relation(long oid) {
        return relations.get(oid);
    }

    /** Tables and views that the object names. */
    Mentions mentions(ObjectKey key) {
        Set<TableId> references = new LinkedHashSet<>();
        for (ObjectKey need : dependencies.needs(key)) {
            TableId relation = need.catalog().equals("pg_class") ? relations.get(need.oid()) : null;
            if (relation != null) {
                references.add(relation);
            }
        }
        return Mentions.of(references);
    }
}
