package io.walferry.job.source.wal;

import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import io.walferry.job.model.ChangePosition;
import io.walferry.job.model.Column;
import io.walferry.job.model.History;
import io.walferry.job.model.StreamTable;
import io.walferry.job.model.TableId;
import io.walferry.job.model.TableSchema;
import io.walferry.job.source.StreamTables;
import io.walferry.job.source.StructureLogEntry;
import io.walferry.job.source.StructureSide;
import io.walferry.job.source.TargetSide.Reload;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The plan of each relation that the stream has announced; a relation that the task does not have gets none. A table's schema
 * holds from the position where it is given: a plan is made when the first change after it asks for one, so what was announced
 * for changes that are not sent again is never held against a schema of another time.
 */
final class RelationPlans {

    private final Map<Integer, TableSchema> selected = new HashMap<>();
    private final Map<Integer, StreamTable> shapes = new HashMap<>();
    private final Map<Integer, LoadOverlap> overlaps = new HashMap<>();
    private final Map<TableId, StreamTable> histories = new HashMap<>();
    private final LaneForms lanes;
    private final int channels;
    private int nextId;

    /** Announced relations, sorted; at the same index what was announced last, and the plan, once it is made. */
    private int[] oids = new int[0];

    private RelationMessage[] announced = new RelationMessage[0];
    /** {@code null}: not the task's. */
    private RelationPlan[] plans = new RelationPlan[0];

    private boolean[] made = new boolean[0];
    private int last = -1;

    /** Why the plan of {@link #doubted} does not do; {@code null} if no plan is in doubt. */
    private String doubt;

    private int doubted;

    /** {@code null} until the log of structure changes is announced. */
    private RelationMessage log;

    /**
     * @param overlaps by OID; a table without one was not loaded by this task
     * @param channels of all lanes
     */
    RelationPlans(List<TableSchema> tables, Map<Long, LoadOverlap> overlaps, LaneForms lanes, int channels) {
        this.lanes = lanes;
        this.channels = channels;
        overlaps.forEach((oid, overlap) -> this.overlaps.put(oid.intValue(), overlap));
        tables.forEach(this::change);
    }

    /** The table is so from now on: new, or other than before. */
    void change(TableSchema arriving) {
        TableSchema table = lanes.travelling(arriving);
        int oid = (int) table.oid();
        selected.put(oid, table);
        StreamTable before = shapes.remove(oid);
        StreamTable shape = shape(table, StreamTables.of(table, nextId));
        if (before != null && same(before, shape)) {
            shape = before;
        } else if (shape.id() == nextId) {
            nextId++;
        }
        shapes.put(oid, shape);
        forgetPlan(oid);
    }

    /** The table is no longer the task's. */
    void drop(long oid) {
        selected.remove((int) oid);
        shapes.remove((int) oid);
        forgetPlan((int) oid);
    }

    /** From now on, the overlap decides which of the table's changes are left out. */
    void overlap(long oid, LoadOverlap overlap) {
        overlaps.put((int) oid, overlap);
        forgetPlan((int) oid);
    }

    /** None of the table's changes is sent until it is loaded anew. */
    void untilReload(long oid) {
        overlap(oid, overlapOf((int) oid).untilReload());
    }

    /** {@code null} if the task does not have it. */
    TableSchema table(long oid) {
        return selected.get((int) oid);
    }

    /** @throws SyncException if the table cannot be loaded anew */
    void requireLoadable(Reload reload) {
        lanes.requireNone(reload);
    }

    List<TableSchema> tables() {
        return List.copyOf(selected.values());
    }

    /** Tables that were loaded anew with what was done at the position: their form is at least as new as that. */
    Set<Long> aheadOf(ChangePosition position, int xid) {
        Set<Long> ahead = new HashSet<>();
        overlaps.forEach((oid, overlap) -> {
            if (overlap.isAheadOf(position, xid)) {
                ahead.add(Integer.toUnsignedLong(oid));
            }
        });
        return ahead;
    }

    private LoadOverlap overlapOf(int oid) {
        return overlaps.getOrDefault(oid, LoadOverlap.NONE);
    }

    /**
     * Tables with one target are one table to the writers: else a row that moves from one to the other could be inserted
     * there before it is deleted here.
     */
    private StreamTable shape(TableSchema table, StreamTable own) {
        if (table.mapping().shared()) {
            for (StreamTable known : shapes.values()) {
                if (same(known, own)) {
                    return known;
                }
            }
        }
        return own;
    }

    private static boolean same(StreamTable a, StreamTable b) {
        return new StreamTable(a.id(), b.table(), b.columns(), b.key(), b.looseKey(), b.otherUnique()).equals(a);
    }

    /**
     * The relation's plan; {@code null} if its change is not to be sent: the task does not have the table, or its load has the
     * change, which need not fit the plan then.
     *
     * @throws SyncException if the stream never announced it
     * @throws StructureChangedException if it was announced in another form than the table has here
     */
    RelationPlan of(int oid, long commitLsn, long ordinal, int xid) {
        if (last < 0 || oids[last] != oid) {
            int found = find(oid);
            if (!made[found]) {
                if (overlapOf(oid).has(commitLsn, ordinal, xid)) {
                    return null;
                }
                plans[found] = make(announced[found]);
                made[found] = true;
            }
            last = found;
        }
        RelationPlan plan = plans[last];
        return plan == null || plan.overlap().has(commitLsn, ordinal, xid) ? null : plan;
    }

    private int find(int oid) {
        int found = Arrays.binarySearch(oids, oid);
        if (found < 0) {
            throw new SyncException(
                    FailureKind.NEEDS_OPERATOR,
                    "changelog",
                    "a change names relation " + Integer.toUnsignedString(oid) + ", which was never announced",
                    "Report it with the version of the source server");
        }
        return found;
    }

    private RelationPlan make(RelationMessage relation) {
        TableSchema table = selected.get(relation.oid());
        if (table == null) {
            return null;
        }
        if (doubt != null && doubted == relation.oid()) {
            throw new StructureChangedException(table, doubt);
        }
        TableSchema form = lanes.announced(table, relation);
        requireSame(form, relation);
        LaneChanges lane = lanes.changes(form);
        return new RelationPlan(
                form,
                shapes.get(relation.oid()),
                relation,
                overlapOf(relation.oid()),
                lane,
                lane == null ? history(form.mapping().audit()) : null,
                channels);
    }

    /** The lane makes the rows itself that go into its table's history. */
    private StreamTable history(TableId table) {
        return table == null ? null : histories.computeIfAbsent(table, name -> History.stream(name, nextId++));
    }

    /** The one place that holds what is announced against what is known. */
    private static void requireSame(TableSchema table, RelationMessage relation) {
        List<String> expected = table.storedColumns().stream().map(Column::name).toList();
        if (!relation.id().equals(table.id())) {
            throw new StructureChangedException(table, "it is called " + relation.id() + " now");
        }
        if (!relation.columnNames().equals(expected)) {
            throw new StructureChangedException(
                    table,
                    "it has the columns " + String.join(", ", relation.columnNames()) + ", and had "
                            + String.join(", ", expected));
        }
    }

    /** Until {@link #settle}, no change of the relation can be sent: it has to be loaded anew. */
    void doubt(int oid, String why) {
        doubt = why;
        doubted = oid;
        forgetPlan(oid);
    }

    void settle() {
        doubt = null;
    }

    /** Whether the relation is the log of structure changes. */
    boolean isLog(int oid) {
        return log != null && log.oid() == oid;
    }

    /** Reads a row of the log of structure changes. */
    StructureLogEntry logEntry(Tuple row) {
        return new StructureLogEntry(
                Long.parseLong(logColumn(row, "id")),
                logColumn(row, "event"),
                logColumn(row, "tag"),
                logColumn(row, "text"),
                logColumn(row, "objects"));
    }

    private String logColumn(Tuple row, String name) {
        return new String(row.text(log.columnNames().indexOf(name)), StandardCharsets.UTF_8);
    }

    void announce(RelationMessage relation) {
        if (relation.id().equals(StructureSide.LOG)) {
            log = relation;
        }
        int found = Arrays.binarySearch(oids, relation.oid());
        if (found >= 0) {
            announced[found] = relation;
            forgetPlan(relation.oid());
            return;
        }
        last = -1;
        int at = -found - 1;
        oids = insert(oids, at, relation.oid());
        List<RelationMessage> messages = new ArrayList<>(Arrays.asList(announced));
        messages.add(at, relation);
        announced = messages.toArray(new RelationMessage[0]);
        plans = new RelationPlan[oids.length];
        made = new boolean[oids.length];
    }

    private static int[] insert(int[] sorted, int at, int value) {
        int[] more = Arrays.copyOf(sorted, sorted.length + 1);
        System.arraycopy(sorted, at, more, at + 1, sorted.length - at);
        more[at] = value;
        return more;
    }

    private void forgetPlan(int oid) {
        last = -1;
        int found = Arrays.binarySearch(oids, oid);
        if (found >= 0) {
            plans[found] = null;
            made[found] = false;
        }
    }
}
