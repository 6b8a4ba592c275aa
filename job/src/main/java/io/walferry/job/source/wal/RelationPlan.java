package io.walferry.job.source.wal;

import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import io.walferry.job.model.ChangeWriter;
import io.walferry.job.model.Column;
import io.walferry.job.model.HistoryWriter;
import io.walferry.job.model.KeyGroups;
import io.walferry.job.model.KeyHash;
import io.walferry.job.model.Operation;
import io.walferry.job.model.StreamTable;
import io.walferry.job.model.TableId;
import io.walferry.job.model.TableMapping;
import io.walferry.job.model.TableSchema;
import io.walferry.job.model.TimestampText;
import io.walferry.job.source.StreamTables;
import io.walferry.job.source.wal.PgOutputHandler.OldTuple;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;

/** All that a row of one relation needs on its way, worked out once per Relation message. Belongs to one thread. */
final class RelationPlan {

    private static final int BY_KEY = -1;

    private final TableSchema schema;
    private final StreamTable table;
    private final LoadOverlap overlap;
    private final LaneChanges lane;
    /** Columns of the source's tuples that the key is made of. */
    private final int[] key;

    /** Per column at the target see {@link StreamTables#projection}; {@code null}: as they are. */
    private final int[] projection;

    /** {@code null} without a constant column. */
    private final byte[] constant;

    /** Per column of the source's tuples: it is not left out. */
    private final boolean[] wanted;

    /** Per column: it is in every old tuple. */
    private final boolean[] identity;

    private final boolean identityHasKey;
    private final boolean inserts;
    private final boolean updates;
    private final boolean deletes;
    private final boolean truncates;
    private final boolean upserts;
    /** {@code null} if changes are not kept. */
    private final TableHistory history;

    private final boolean marksDeleted;
    private final int tableKeyGroup;
    private final KeyHash hash = new KeyHash();
    /** Per channel: the number of the last block that lists the table. */
    private final int[] listedIn;

    /**
     * @param lane {@code null} for a table that arrives as it is
     * @param history table that gets a row for every change; {@code null} if none does
     * @param channels of all lanes
     */
    RelationPlan(
            TableSchema schema,
            StreamTable table,
            RelationMessage relation,
            LoadOverlap overlap,
            LaneChanges lane,
            StreamTable history,
            int channels) {
        this.lane = lane;
        this.schema = schema;
        this.table = table;
        this.overlap = overlap;
        List<Column> stored = schema.storedColumns();
        key = schema.key().stream().mapToInt(name -> indexOf(name, stored)).toArray();
        projection = StreamTables.projection(schema);
        int constantColumn = schema.mapping().constantColumn();
        constant = constantColumn < 0
                ? null
                : schema.mapping().columns().get(constantColumn).constant().getBytes(StandardCharsets.UTF_8);
        wanted = new boolean[stored.size()];
        for (int i = 0; i < wanted.length; i++) {
            wanted[i] = schema.mapping().indexOfSource(stored.get(i).name()) >= 0;
        }
        identity = new boolean[stored.size()];
        for (int i = 0; i < identity.length; i++) {
            identity[i] = relation.columns().get(i).identity();
        }
        TableMapping mapping = schema.mapping();
        inserts = mapping.replicates(Operation.INSERT);
        updates = mapping.replicates(Operation.UPDATE);
        deletes = mapping.replicates(Operation.DELETE);
        truncates = mapping.replicates(Operation.TRUNCATE);
        // What was left at the target by a change that is not replicated may be in an insert's way.
        // A lane decides itself which of its rows are to be marked.
        marksDeleted = lane == null && mapping.deletionColumn().isPresent();
        upserts = mapping.upserts() || marksDeleted || !(inserts && updates && deletes && truncates);
        identityHasKey = switch (relation.replicaIdentity()) {
            case FULL -> true;
            case NOTHING -> false;
            case DEFAULT, INDEX -> !table.keyless() && IntStream.of(key).allMatch(column -> identity[column]);
        };
        tableKeyGroup = table.keyless() || table.looseKey() || table.otherUnique() ? keyGroupOf(table.table()) : BY_KEY;
        listedIn = new int[channels];
        this.history = history == null
                ? null
                : new TableHistory(this, new HistoryWriter(schema.id(), table, history), channels);
    }

    /** The key group of all changes of a table that has one writer. */
    static int keyGroupOf(TableId table) {
        byte[] schema = table.schema().getBytes(StandardCharsets.UTF_8);
        byte[] name = table.name().getBytes(StandardCharsets.UTF_8);
        return new KeyHash()
                .reset()
                .add(schema, 0, schema.length)
                .add(name, 0, name.length)
                .keyGroup(KeyGroups.COUNT);
    }

    TableSchema schema() {
        return schema;
    }

    StreamTable table() {
        return table;
    }

    LoadOverlap overlap() {
        return overlap;
    }

    /** {@code null} for a table that arrives as it is. */
    LaneChanges lane() {
        return lane;
    }

    /** First channel of the lane in which the table travels. */
    int firstChannel() {
        return lane == null ? 0 : lane.firstChannel();
    }

    boolean inserts() {
        return inserts;
    }

    boolean updates() {
        return updates;
    }

    boolean deletes() {
        return deletes;
    }

    boolean truncates() {
        return truncates;
    }

    /** Whether an inserted row may be at the target already, whatever the load has seen. */
    boolean upserts() {
        return upserts;
    }

    boolean keyless() {
        return key.length == 0;
    }

    /** The key group of a row whose key is all there. */
    int keyGroup(Tuple row) {
        if (tableKeyGroup != BY_KEY) {
            return tableKeyGroup;
        }
        hash.reset();
        for (int column : key) {
            row.hash(column, hash);
        }
        return hashed();
    }

    /**
     * The key group of an update's new row; a TOASTed key value that it lacks is the old row's.
     *
     * @throws SyncException if the old row lacks it too
     */
    int keyGroup(Tuple row, OldTuple oldKind, Tuple old) {
        if (tableKeyGroup != BY_KEY || !row.hasUnchanged()) {
            return keyGroup(row);
        }
        hash.reset();
        for (int column : key) {
            if (!row.isUnchanged(column)) {
                row.hash(column, hash);
            } else if (has(oldKind, old, column)) {
                old.hash(column, hash);
            } else {
                throw new SyncException(
                        FailureKind.NEEDS_OPERATOR,
                        "source table " + schema.id(),
                        "the source did not log the stored-apart (TOAST) value of key column "
                                + schema.storedColumns().get(column).name(),
                        "Upgrade the source to its newest minor version, which logs it, or run ALTER TABLE … REPLICA IDENTITY"
                                + " FULL; then release the task and start it anew");
            }
        }
        return hashed();
    }

    /** The constant is a part of the key at the target, its last one. */
    private int hashed() {
        if (constant != null) {
            hash.add(constant, 0, constant.length);
        }
        return hash.keyGroup(KeyGroups.COUNT);
    }

    /** Whether an update with this old tuple leaves the row's key as it was; a missing new value is an unchanged one. */
    boolean sameKey(Tuple old, Tuple row) {
        for (int column : key) {
            if (!row.isUnchanged(column) && !row.columnEquals(column, old)) {
                return false;
            }
        }
        return true;
    }

    /** Whether every value of the new row is either in it or in the old one. */
    boolean isWhole(Tuple row, OldTuple oldKind, Tuple old) {
        if (row.hasUnchanged()) {
            for (int column = 0; column < identity.length; column++) {
                if (wanted[column] && row.isUnchanged(column) && !has(oldKind, old, column)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Copies a row as the target has it. */
    void copy(Tuple row, ChangeWriter to) {
        if (projection == null) {
            row.copy(to);
        } else {
            to.columns(projection.length);
            for (int column : projection) {
                if (column >= 0) {
                    row.copyColumn(column, to);
                } else {
                    added(column, to);
                }
            }
        }
    }

    /** Copies the new row, with unchanged values taken from the old one where that has them. */
    void copyWhole(Tuple row, OldTuple oldKind, Tuple old, ChangeWriter to) {
        if (row.hasUnchanged() && oldKind != OldTuple.ABSENT) {
            to.columns(table.columns().size());
            for (int i = 0; i < table.columns().size(); i++) {
                int column = projection == null ? i : projection[i];
                if (column < 0) {
                    added(column, to);
                } else {
                    (row.isUnchanged(column) && has(oldKind, old, column) ? old : row).copyColumn(column, to);
                }
            }
        } else {
            copy(row, to);
        }
    }

    /** As above; what the old one lacks too is in {@code missing}, by column, {@code null} for NULL. */
    void copyWhole(Tuple row, OldTuple oldKind, Tuple old, byte[][] missing, ChangeWriter to) {
        to.columns(table.columns().size());
        for (int i = 0; i < table.columns().size(); i++) {
            int column = projection == null ? i : projection[i];
            if (column < 0) {
                added(column, to);
            } else if (!row.isUnchanged(column)) {
                row.copyColumn(column, to);
            } else if (has(oldKind, old, column)) {
                old.copyColumn(column, to);
            } else if (missing[column] == null) {
                to.nullValue();
            } else {
                to.text(missing[column], 0, missing[column].length);
            }
        }
    }

    /** Copies of an old row what was logged of it. */
    void copyKnown(OldTuple oldKind, Tuple old, ChangeWriter to) {
        to.columns(table.columns().size());
        for (int i = 0; i < table.columns().size(); i++) {
            int column = projection == null ? i : projection[i];
            if (column < 0) {
                added(column, to);
            } else if (has(oldKind, old, column)) {
                old.copyColumn(column, to);
            } else {
                to.unchanged();
            }
        }
    }

    /** Copies of a deleted row what marks it at the target: its key and the time, in microseconds since 1970. */
    void copyMark(Tuple old, long commitTimeMicros, ChangeWriter to) {
        to.columns(projection.length);
        for (int i = 0; i < projection.length; i++) {
            int column = projection[i];
            if (table.key().contains(i)) {
                copyKey(old, column, to);
            } else if (column == StreamTables.DELETION) {
                byte[] time = TimestampText.of(commitTimeMicros);
                to.text(time, 0, time.length);
            } else {
                to.unchanged();
            }
        }
    }

    private void copyKey(Tuple old, int column, ChangeWriter to) {
        if (column >= 0) {
            old.copyColumn(column, to);
        } else {
            added(column, to);
        }
    }

    private void added(int column, ChangeWriter to) {
        if (column == StreamTables.CONSTANT) {
            to.text(constant, 0, constant.length);
        } else {
            to.nullValue();
        }
    }

    /** {@code null} if changes are not kept. */
    TableHistory history() {
        return history;
    }

    /** Whether deleted rows stay at the target, marked. */
    boolean marksDeleted() {
        return marksDeleted;
    }

    /** Whether the source's column arrives at the target. */
    boolean wants(int column) {
        return wanted[column];
    }

    /** Whether the column is of the replica identity. */
    boolean isIdentity(int column) {
        return identity[column];
    }

    /** Columns of the source's tuples that the key is made of, in the order of {@link TableSchema#key()}. */
    int[] key() {
        return key;
    }

    private static int indexOf(String name, List<Column> stored) {
        for (int i = 0; i < stored.size(); i++) {
            if (stored.get(i).name().equals(name)) {
                return i;
            }
        }
        throw new IllegalArgumentException("key column " + name + " is not a stored column");
    }

    /** Whether {@code old} has the column's value, rather than a NULL that stands for "not logged". */
    boolean has(OldTuple oldKind, Tuple old, int column) {
        return switch (oldKind) {
            case ABSENT -> false;
            case KEY -> identity[column] && !old.isUnchanged(column);
            case FULL -> !old.isUnchanged(column);
        };
    }

    /**
     * @throws SyncException if the tuple is not of this relation's width
     */
    void checkWidth(Tuple row) {
        if (row.columns() != identity.length) {
            throw new SyncException(
                    FailureKind.NEEDS_OPERATOR,
                    "source table " + schema.id(),
                    "a row of the changelog has " + row.columns() + " columns, and the table was announced with "
                            + identity.length,
                    "Report it with the version of the source server");
        }
    }

    /**
     * @throws SyncException if updates and deletes do not tell which row they mean
     */
    void checkOld(OldTuple oldKind, Tuple old) {
        if (!identityHasKey || keyless() && oldKind != OldTuple.FULL) {
            throw new SyncException(
                    FailureKind.NEEDS_OPERATOR,
                    "source table " + schema.id(),
                    "its replica identity was changed and no longer has "
                            + (keyless() ? "whole rows" : "the key columns " + String.join(", ", schema.key())),
                    "Run ALTER TABLE … REPLICA IDENTITY FULL; changes that were logged before cannot be applied, so release"
                            + " the task and start it anew");
        }
        if (oldKind != OldTuple.ABSENT) {
            checkWidth(old);
        }
    }

    /** Whether {@code block} is the first of the channel that has a row of this table, as far as asked before. */
    boolean listIn(int channel, int block) {
        if (listedIn[channel] == block) {
            return false;
        }
        listedIn[channel] = block;
        return true;
    }
}
