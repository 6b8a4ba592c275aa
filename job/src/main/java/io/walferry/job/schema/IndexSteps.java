package io.walferry.job.schema;

import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.catalog.ObjectKind;
import io.walferry.job.catalog.ObjectName;
import io.walferry.job.catalog.SourceIndex;
import io.walferry.job.catalog.SourceIndex.IndexConstraint;
import io.walferry.job.catalog.SourceObject.Table;
import io.walferry.job.model.TableId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns a group's indexes into steps: first every index that has rows, a constraint's too, at the same time; then the
 * constraints that take over their indexes, then the indexes of partitioned tables, to which those of the partitions are
 * attached. So the long work is parallel, also within a table, and every index keeps its name.
 */
final class IndexSteps {

    private static final int BUILD = 0;

    private final Map<Long, Table> tables = new HashMap<>();
    private final Map<Long, SourceIndex> indexes = new HashMap<>();
    private final Map<String, Integer> nextStage = new HashMap<>();

    /** @param tables all that are created */
    IndexSteps(List<Table> tables) {
        for (Table table : tables) {
            this.tables.put(table.oid(), table);
            table.indexes().forEach(index -> indexes.put(index.oid(), index));
        }
    }

    /**
     * The steps.
     *
     * @param group root of the tables that the indexes are on
     * @param wanted indexes of the group
     */
    List<Step> of(TableId group, List<SourceIndex> wanted) {
        List<Step> steps = new ArrayList<>();
        for (SourceIndex index : wanted) {
            if (!index.partitioned() && canBuildAlone(index)) {
                steps.add(build(group, index));
            }
        }
        for (SourceIndex index : wanted) {
            if (!index.partitioned() && index.constraint().isPresent()) {
                steps.add(constraint(group, index, index.constraint().get()));
            }
        }
        for (SourceIndex index : wanted) {
            if (index.partitioned()) {
                steps.add(
                        index.constraint().isPresent()
                                ? constraint(group, index, index.constraint().get())
                                : buildEmpty(group, index));
            }
        }
        for (SourceIndex index : wanted) {
            Optional<SourceIndex> parent = Optional.ofNullable(indexes.get(index.parent()));
            parent.ifPresent(above -> steps.add(attach(group, index, above)));
        }
        return steps;
    }

    private int next(TableId group) {
        return nextStage.merge(group.toString(), 1, Integer::sum);
    }

    /** An exclusion constraint cannot take over an index. */
    private static boolean canBuildAlone(SourceIndex index) {
        return !index.exclusion();
    }

    private Step build(TableId group, SourceIndex index) {
        return new Step(
                ObjectName.of(ObjectKind.INDEX, id(index)),
                group.toString(),
                BUILD,
                index.pages(),
                Presence.index(id(index), table(index)),
                List.of(index.definition()));
    }

    private Step buildEmpty(TableId group, SourceIndex index) {
        return new Step(
                ObjectName.of(ObjectKind.INDEX, id(index)),
                group.toString(),
                next(group),
                0,
                Presence.of(Presence.Kind.RELATION, id(index)),
                List.of(index.definition()));
    }

    private Step constraint(TableId group, SourceIndex index, IndexConstraint constraint) {
        String add = "ALTER TABLE ONLY " + quoted(table(index)) + " ADD CONSTRAINT " + quoted(constraint.name()) + " ";
        boolean takesOver = !index.partitioned() && canBuildAlone(index);
        return new Step(
                ObjectName.on(ObjectKind.CONSTRAINT, table(index), constraint.name()),
                group.toString(),
                next(group),
                takesOver ? 0 : index.pages(),
                Presence.constraint(table(index), constraint.name()),
                List.of(takesOver ? add + takeOver(index, constraint) : add + constraint.definition()));
    }

    private static String takeOver(SourceIndex index, IndexConstraint constraint) {
        return (constraint.type() == 'p' ? "PRIMARY KEY" : "UNIQUE")
                + " USING INDEX " + quoted(index.name())
                + (constraint.deferrable() ? " DEFERRABLE" : "")
                + (constraint.initiallyDeferred() ? " INITIALLY DEFERRED" : "");
    }

    private Step attach(TableId group, SourceIndex index, SourceIndex parent) {
        return new Step(
                        ObjectName.of(ObjectKind.INDEX, id(index)),
                        group.toString(),
                        next(group),
                        0,
                        Presence.attached(id(index), id(parent)),
                        List.of("ALTER INDEX " + quoted(id(parent)) + " ATTACH PARTITION " + quoted(id(index))))
                .called("index " + id(index) + " as a part of " + id(parent));
    }

    private TableId table(SourceIndex index) {
        return tables.get(index.table()).id();
    }

    private TableId id(SourceIndex index) {
        return new TableId(table(index).schema(), index.name());
    }
}
