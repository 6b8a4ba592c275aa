package io.walferry.job.source.wal;

import static java.util.stream.Collectors.joining;

import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import io.walferry.job.model.Column;
import io.walferry.job.model.Lane;
import io.walferry.job.model.MappedColumn;
import io.walferry.job.model.TableSchema;
import io.walferry.job.source.SourceSettings;
import io.walferry.job.source.TargetSide.Reload;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The tables in lanes of their own: what of them travels, whatever else happens to them. A structure change that the statement
 * does not touch changes nothing. One that changes what travels ends the job, which is made for that: a new one goes on where
 * structure changes are followed, else the statement has to be adapted and the task begun anew.
 */
final class LaneForms {

    private final int writers;
    private final boolean followed;
    /** By OID, as they travel. */
    private final Map<Long, TableSchema> tables = new HashMap<>();

    private final Map<Long, Lane> lanes = new HashMap<>();

    /** @param followed structure changes are followed, so a new job finds the table as it is then */
    LaneForms(SourceSettings settings, boolean followed) {
        this.followed = followed;
        writers = settings.writers();
        for (TableSchema table : settings.tables()) {
            Lane lane = settings.lanes().get(table.id());
            if (lane != null) {
                tables.put(table.oid(), table);
                lanes.put(table.oid(), lane);
            }
        }
    }

    /** {@code null} for a table that arrives as it is. */
    LaneChanges changes(TableSchema table) {
        Lane lane = lanes.get(table.oid());
        return lane == null ? null : new LaneChanges(lane, table, writers);
    }

    /**
     * The table as it travels.
     *
     * @param table as the source has it from now on
     * @throws SyncException if the job is not made for it
     */
    TableSchema travelling(TableSchema table) {
        TableSchema before = tables.get(table.oid());
        boolean made = table.mapping().statement() != null;
        if (made != (before != null)) {
            throw changed(table, made ? "a filter or statement is for it now" : "no filter or statement is for it now");
        }
        return before == null || before == table ? table : fitted(before, table.columns(), table);
    }

    /**
     * The table as the changelog announces it, if only columns that do not travel have come or gone.
     *
     * @param table as it travels
     */
    TableSchema announced(TableSchema table, RelationMessage relation) {
        if (followed
                || !lanes.containsKey(table.oid())
                || relation.columnNames()
                        .equals(table.storedColumns().stream().map(Column::name).toList())) {
            return table;
        }
        Map<String, Column> known = new HashMap<>();
        table.storedColumns().forEach(column -> known.put(column.name(), column));
        List<Column> columns = new ArrayList<>();
        for (String name : relation.columnNames()) {
            columns.add(known.getOrDefault(
                    name,
                    new Column(
                            name,
                            "pg_catalog.text",
                            "pg_catalog.text",
                            false,
                            Column.Identity.NONE,
                            false,
                            false,
                            false)));
        }
        return fitted(table, columns, table);
    }

    /** @throws SyncException if the table is in a lane of its own */
    void requireNone(Reload reload) {
        TableSchema table = tables.get(reload.oid());
        if (table != null) {
            throw changed(table, "it is to be loaded anew (" + reload.reason() + ")");
        }
    }

    private TableSchema fitted(TableSchema before, List<Column> columns, TableSchema now) {
        List<String> lost = new ArrayList<>();
        for (MappedColumn column : before.mapping().columns()) {
            if (column.source() != null && !has(columns, column)) {
                lost.add(column.source());
            }
        }
        if (!lost.isEmpty()) {
            throw changed(
                    before,
                    "its statement uses " + String.join(", ", lost) + ", which it does not have any more, or"
                            + " in another type");
        }
        if (!now.id().equals(before.id()) || !now.key().equals(before.key())) {
            throw changed(before, "it has another name or another key now");
        }
        Lane lane = lanes.get(before.oid());
        String added = columns.stream()
                .filter(column -> !column.generated()
                        && before.storedColumns().stream()
                                .noneMatch(known -> known.name().equals(column.name())))
                .map(Column::name)
                .collect(joining(", "));
        if (lane.everyColumn() && !added.isEmpty()) {
            throw changed(before, "its statement brings all columns, and now there is " + added + " too");
        }
        return new TableSchema(
                before.id(),
                before.oid(),
                before.partitioned(),
                columns,
                now.replicaIdentity(),
                before.key(),
                before.keyIndex(),
                before.otherUnique(),
                before.mapping());
    }

    private static boolean has(List<Column> columns, MappedColumn travelling) {
        Optional<Column> found = columns.stream()
                .filter(column -> column.name().equals(travelling.source()))
                .findFirst();
        return found.filter(column -> column.type().equals(travelling.type())).isPresent();
    }

    private SyncException changed(TableSchema table, String what) {
        return new SyncException(
                followed ? FailureKind.NEEDS_NEW_JOB : FailureKind.NEEDS_OPERATOR,
                "source table " + table.id(),
                what,
                followed
                        ? "Start the task again, which goes on from here; adapt the filter or statement for it first, if it"
                                + " does not fit the table as it is now"
                        : "Adapt the filter or statement for it in the task file to the table as it is now, end the task and"
                                + " start it anew");
    }
}
