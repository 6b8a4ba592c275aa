package io.walferry.job.schema;

import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.catalog.MappedTables;
import io.walferry.job.catalog.SourceCatalog;
import io.walferry.job.catalog.SourceIndex;
import io.walferry.job.catalog.SourceObject;
import io.walferry.job.catalog.SourceObject.Sequence;
import io.walferry.job.catalog.SourceObject.Table;
import io.walferry.job.catalog.TableChange;
import io.walferry.job.model.TableId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The names of tables, sequences and indexes at the target. */
final class MappedNames {

    private final MappedTables mapped;
    private final RelationNames names = new RelationNames();
    /** Tables and sequences whose names change. */
    private final Map<TableId, TableId> relations = new HashMap<>();

    private final Map<TableId, Map<String, String>> indexes = new HashMap<>();
    private final Map<TableId, TableId> indexesById = new HashMap<>();

    MappedNames(SourceCatalog catalog, MappedTables mapped) {
        this.mapped = mapped;
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
                first(wanted.equals(sequence.id()), () -> name(sequence, wanted), moved);
            } else if (object instanceof Table table
                    && mapped.changes().get(table.id()).created()) {
                TableId target = mapped.changes().get(table.id()).target();
                boolean stays = target.schema().equals(table.id().schema());
                table.indexes().forEach(index -> first(stays, () -> name(table, index, target), moved));
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

    private void name(Sequence sequence, TableId wanted) {
        TableId given = names.free(wanted);
        if (!given.equals(sequence.id())) {
            relations.put(sequence.id(), given);
        }
    }

    private void name(Table table, SourceIndex index, TableId target) {
        TableId given = names.free(new TableId(target.schema(), index.name()));
        indexes.computeIfAbsent(table.id(), id -> new HashMap<>()).put(index.name(), given.name());
        indexesById.put(new TableId(table.id().schema(), index.name()), given);
    }

    private TableId wanted(Sequence sequence) {
        return sequence.ownerTable()
                .filter(owner -> owner.schema().equals(sequence.id().schema()))
                .map(owner -> new TableId(
                        mapped.changes().get(owner).target().schema(),
                        sequence.id().name()))
                .orElse(sequence.id());
    }

    /** New names of tables and sequences, by old name; those that keep theirs are not in it. */
    Map<TableId, TableId> changed() {
        return relations;
    }

    /** Whether a table or a sequence, or a column of it, has another name, or is not there. */
    boolean changes(TableId relation) {
        TableChange change = mapped.changes().get(relation);
        return relations.containsKey(relation) || change != null && !change.changesNothing(relation);
    }

    TableId of(TableId relation) {
        return relations.getOrDefault(relation, relation);
    }

    /** An index, or the constraint that it makes and that is named as it is; another name stays. */
    String index(TableId table, String index) {
        return indexes.getOrDefault(table, Map.of()).getOrDefault(index, index);
    }

    /** The index's name at the target, by its name at the source. */
    TableId index(TableId index) {
        return indexesById.getOrDefault(index, index);
    }

    /** A table's row type is named as the table. */
    String type(String sql) {
        for (Map.Entry<TableId, TableId> renamed : relations.entrySet()) {
            String name = quoted(renamed.getKey());
            if (sql.equals(name) || sql.equals(name + "[]")) {
                return quoted(renamed.getValue()) + sql.substring(name.length());
            }
        }
        return sql;
    }
}
