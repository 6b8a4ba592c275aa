package io.walferry.job.source.wal;

import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import io.walferry.job.model.Column;
import io.walferry.job.model.StreamTable;
import io.walferry.job.model.TableId;
import io.walferry.job.model.TableSchema;
import io.walferry.job.source.StreamTables;
import io.walferry.job.source.TargetSide.LoadWindow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The plan of each relation that the stream has announced; a relation that the task does not have gets none. */
final class RelationPlans {

    private final Map<Integer, TableSchema> selected = new HashMap<>();
    private final Map<Integer, StreamTable> shapes = new HashMap<>();
    private final Map<TableId, LoadWindow> windows;
    private final int channels;

    /** Announced relations, sorted, and their plans ({@code null}: not the task's) at the same index. */
    private int[] oids = new int[0];

    private RelationPlan[] plans = new RelationPlan[0];
    private int last = -1;

    /** @param windows by source table; a table without one was not loaded by this task */
    RelationPlans(List<TableSchema> tables, Map<TableId, LoadWindow> windows, int channels) {
        this.windows = windows;
        this.channels = channels;
        for (int i = 0; i < tables.size(); i++) {
            TableSchema table = tables.get(i);
            selected.put((int) table.oid(), table);
            shapes.put((int) table.oid(), shape(table, StreamTables.of(table, i)));
        }
    }

    /**
     * Tables with one target are one table to the writers: else a row that moves from one to the other could be inserted
     * there before it is deleted here.
     */
    private StreamTable shape(TableSchema table, StreamTable own) {
        if (table.mapping().shared()) {
            for (StreamTable known : shapes.values()) {
                StreamTable same = new StreamTable(
                        known.id(), own.table(), own.columns(), own.key(), own.looseKey(), own.otherUnique());
                if (known.equals(same)) {
                    return known;
                }
            }
        }
        return own;
    }

    /**
     * The relation's plan; {@code null} if the task does not have it.
     *
     * @throws SyncException if the stream never announced it
     */
    RelationPlan of(int oid) {
        if (last >= 0 && oids[last] == oid) {
            return plans[last];
        }
        int found = Arrays.binarySearch(oids, oid);
        if (found < 0) {
            throw new SyncException(
                    FailureKind.NEEDS_OPERATOR,
                    "changelog",
                    "a change names relation " + Integer.toUnsignedString(oid) + ", which was never announced",
                    "Report it with the version of the source server");
        }
        last = found;
        return plans[found];
    }

    void announce(RelationMessage relation) {
        TableSchema table = selected.get(relation.oid());
        put(
                relation.oid(),
                table == null
                        ? null
                        : new RelationPlan(
                                table,
                                shape(table, relation),
                                relation,
                                Optional.ofNullable(windows.get(table.id()))
                                        .map(window -> LoadOverlap.of(table, window))
                                        .orElse(LoadOverlap.NONE),
                                channels));
    }

    /** The one place that decides what a table's announced structure means for the stream. */
    private StreamTable shape(TableSchema table, RelationMessage relation) {
        StreamTable known = shapes.get(relation.oid());
        List<String> expected = table.storedColumns().stream().map(Column::name).toList();
        if (!relation.id().equals(table.id())) {
            throw changed(table, "it is called " + relation.id() + " now");
        }
        if (!relation.columnNames().equals(expected)) {
            throw changed(
                    table,
                    "it has the columns " + String.join(", ", relation.columnNames()) + ", and the task began with "
                            + String.join(", ", expected));
        }
        return known;
    }

    private static SyncException changed(TableSchema table, String what) {
        return new SyncException(
                FailureKind.NEEDS_OPERATOR,
                "source table " + table.id(),
                "its structure changed: " + what,
                "Release the task and start it anew, which loads the table again in its new form");
    }

    private void put(int oid, RelationPlan plan) {
        last = -1;
        int found = Arrays.binarySearch(oids, oid);
        if (found >= 0) {
            plans[found] = plan;
            return;
        }
        int at = -found - 1;
        List<RelationPlan> grown = new ArrayList<>(Arrays.asList(plans));
        grown.add(at, plan);
        plans = grown.toArray(new RelationPlan[0]);
        int[] more = Arrays.copyOf(oids, oids.length + 1);
        System.arraycopy(oids, at, more, at + 1, oids.length - at);
        more[at] = oid;
        oids = more;
    }
}
