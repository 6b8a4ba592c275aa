package io.walferry.job.source.wal;

import io.walferry.job.catalog.CurrentTable;
import io.walferry.job.catalog.Enumerations;
import io.walferry.job.catalog.RelationPlaces;
import io.walferry.job.model.LabelledType;
import io.walferry.job.model.RelationPlace;
import io.walferry.job.model.TableId;
import io.walferry.job.model.TableSchema;
import io.walferry.job.source.StructureSide;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a table at the source has already come to that the stream has to come to before the table can be loaded anew. */
final class SourceAhead {

    private final Connection snapshot;
    private final long table;

    /**
     * @param snapshot a REPEATABLE READ transaction at the source
     * @param table its OID
     */
    SourceAhead(Connection snapshot, long table) {
        this.snapshot = snapshot;
        this.table = table;
    }

    /** A schema that is there by its later name could not get that any more. */
    void requireSameSchema(CurrentTable now, StructureSide known) throws AheadOfStreamException {
        Optional<String> before = known.schema(now.schema());
        if (before.isPresent() && !before.get().equals(now.id().schema())) {
            throw new AheadOfStreamException("its schema has got another name");
        }
    }

    /** Two tables have one name only where one of them is seen as it is later than the other. */
    void requireOwnName(TableId name, Collection<TableSchema> known) throws AheadOfStreamException {
        if (known.stream().anyMatch(other -> other.oid() != table && other.id().equals(name))) {
            throw stillCalled(name);
        }
    }

    /**
     * Rows that belong to another table now are in that one's load, and their changes until then are this one's. A table of the task
     * that has become a partition of this one is no matter: nothing of it is needed any more. What is known as a partition is not held
     * against the names, for it is read again with the table.
     *
     * @param known as the stream knows it
     */
    void requireSamePlaces(Map<Long, RelationPlace> known) throws SQLException, AheadOfStreamException {
        List<Long> parts = new ArrayList<>();
        Map<TableId, Long> others = new HashMap<>();
        known.forEach((relation, place) -> {
            if (place.root() == table) {
                parts.add(relation);
            } else {
                others.put(place.id(), relation);
            }
        });
        for (Map.Entry<Long, RelationPlace> now :
                RelationPlaces.of(snapshot, table, parts).entrySet()) {
            RelationPlace before = known.get(now.getKey());
            if (before != null && before.root() != now.getValue().root() && !joins(now.getKey(), before)) {
                throw new AheadOfStreamException("a partition has been attached or detached");
            }
            Long named = others.get(now.getValue().id());
            if (named != null && !named.equals(now.getKey())) {
                throw stillCalled(now.getValue().id());
            }
        }
    }

    private boolean joins(long relation, RelationPlace before) {
        return relation != table && before.root() == relation;
    }

    /** Rows come with the labels of now. */
    void requireSameLabels(StructureSide known) throws SQLException, AheadOfStreamException {
        for (Map.Entry<Long, Set<String>> enumeration :
                Enumerations.of(snapshot, table).entrySet()) {
            Optional<LabelledType> labelled = known.labelled(enumeration.getKey());
            if (labelled.isPresent() && !labelled.get().labels().equals(enumeration.getValue())) {
                throw new AheadOfStreamException("a type of its columns has got other labels");
            }
        }
    }

    private static AheadOfStreamException stillCalled(TableId name) {
        return new AheadOfStreamException("another table is still called " + name);
    }
}
