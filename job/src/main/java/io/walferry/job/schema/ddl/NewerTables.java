package io.walferry.job.schema.ddl;

import io.walferry.job.catalog.ObjectImage;
import io.walferry.job.catalog.ObjectKey;
import io.walferry.job.catalog.StoredCatalog;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Tables that are known as they were after a command, for they were loaded anew from a source that was ahead of the stream. The
 * command says nothing new of them, nor of what was a partition of them before the command, after it, or is one later.
 */
final class NewerTables {

    private static final String RELATION = "pg_class";

    private final StructureState state;
    private final Set<Long> tables;
    /** What the command says. */
    private final StoredCatalog told;

    private final Set<Long> left = new HashSet<>();
    /** What their columns own before the command, or after it. */
    private final Set<ObjectKey> sequences = new HashSet<>();

    /** @param tables OIDs */
    NewerTables(StructureState state, int sourceVersion, Set<Long> tables, DdlCommand command) {
        this.state = state;
        this.tables = tables;
        this.told = tables.isEmpty() ? state.stored() : told(state, sourceVersion, command);
        for (long table : tables) {
            sequences.addAll(state.stored().ownedSequences(table));
            sequences.addAll(told.ownedSequences(table));
        }
    }

    private static StoredCatalog told(StructureState state, int sourceVersion, DdlCommand command) {
        Map<ObjectKey, ObjectImage> images = new TreeMap<>(state.images());
        command.objects().forEach(object -> object.image().ifPresent(image -> images.put(object.key(), image)));
        return new StoredCatalog(sourceVersion, images);
    }

    /** Whether the object is one of them or a part of one. */
    boolean have(ObjectKey key) {
        if (tables.isEmpty() || !key.catalog().equals(RELATION)) {
            return false;
        }
        if (sequences.contains(key)) {
            return true;
        }
        Optional<ObjectKey> whole = state.stored().holder(key).filter(holder -> !holder.equals(key));
        if (whole.isPresent()) {
            return tables.contains(state.stored().root(whole.get().oid()));
        }
        long known = state.stored().root(key.oid());
        long now = told.root(key.oid());
        if (!tables.contains(known) && !tables.contains(now)) {
            return hasItsName(key.oid());
        }
        if (known != now) {
            left.add(tables.contains(known) ? now : known);
        }
        return true;
    }

    /** Whether what is not known any more, or not yet, has a name that is one of theirs later. */
    private boolean hasItsName(long relation) {
        return state.stored().name(relation).isEmpty()
                && told.name(relation)
                        .filter(name -> state.sourceTables().entrySet().stream()
                                .anyMatch(table -> table.getValue().id().equals(name)
                                        && tables.contains(state.stored().root(table.getKey()))))
                        .isPresent();
    }

    /**
     * Tables that are not among them, and that a partition leaves for one of them or comes to from one: what is written to it by that
     * other name is left out or has no place, so they have to be loaded anew, too.
     */
    Set<Long> left() {
        return left;
    }
}
