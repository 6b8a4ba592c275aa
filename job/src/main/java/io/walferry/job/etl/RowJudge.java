package io.walferry.job.etl;

import io.walferry.job.etl.BadRows.Downstream;
import io.walferry.job.model.ChangeBlock;
import io.walferry.job.model.ChangeCursor;
import io.walferry.job.model.ChangeKind;
import io.walferry.job.model.ChangeWriter;
import io.walferry.job.model.ChunkData;
import io.walferry.job.model.ChunkEnd;
import io.walferry.job.model.ChunkId;
import io.walferry.job.model.ChunkStart;
import io.walferry.job.model.DeadLetter;
import io.walferry.job.model.History;
import io.walferry.job.model.HistoryWriter;
import io.walferry.job.model.Marker;
import io.walferry.job.model.Operation;
import io.walferry.job.model.StreamElement;
import io.walferry.job.model.StreamTable;
import io.walferry.job.model.TimestampText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.types.Row;
import org.apache.flink.util.Collector;

/**
 * Makes the target's changes of what comes out of the statement. A row that arrives is written whole, one that does not is
 * deleted by its key, or marked, whether it was there or not; so an update needs its old row only in a table without key, where both rows
 * have been through the statement. A row that cannot be made leaves a letter in place of its change. An update that decides nothing new and does not arrive leaves nothing to do.
 */
final class RowJudge extends ProcessFunction<Row, StreamElement> {

    /** Of the row that comes out: the ride, whether it arrives, its number; what was computed follows. */
    static final int RIDE = 0;

    static final int ARRIVES = 1;
    static final int NUMBER = 2;
    static final int COMPUTED = 3;

    private static final int BLOCK_BYTES = 128 << 10;

    /** In the lane's stream; the others in it are the target's and the dead letters'. */
    private static final int HISTORY = Integer.MIN_VALUE + 1;

    private final LanePlan plan;
    private final int writers;
    private final boolean marksDeleted;
    private final DeadLetterRecords records;
    private transient ChangeCursor cursor;
    private transient ChangeWriter changes;
    private transient RowShape shape;
    private transient LineWriter lines;
    private transient Map<ChunkId, long[]> loaded;
    private transient DeadLetters letters;
    /** {@code null} if changes are not kept. */
    private transient HistoryWriter history;

    private transient Map<ChunkId, StringBuilder> letterLines;
    private transient CopyFields fields;
    private transient StringBuilder newLines;
    private transient byte[] oldRow;
    private transient long lastNumber;

    /**
     * @param writers of the lane
     * @param records not used, and may be {@code null}, where a bad row stops the task
     */
    RowJudge(LanePlan plan, int writers, DeadLetterRecords records) {
        this.records = records;
        this.plan = plan;
        this.writers = writers;
        this.marksDeleted = plan.marksDeleted();
    }

    @Override
    public void open(Configuration parameters) {
        cursor = new ChangeCursor();
        changes = new ChangeWriter(BLOCK_BYTES);
        shape = new RowShape(plan);
        lines = new LineWriter(plan);
        loaded = new HashMap<>();
        letters = plan.skips() ? new DeadLetters(plan, records) : null;
        letterLines = new HashMap<>();
        newLines = new StringBuilder();
        fields = new CopyFields(plan.travelling());
        history = plan.audit() == null
                ? null
                : new HistoryWriter(plan.source(), plan.target(), History.stream(plan.audit(), HISTORY));
    }

    @Override
    public void processElement(Row row, Context context, Collector<StreamElement> out) {
        long number = (Long) row.getField(NUMBER);
        if (number <= lastNumber) {
            throw StatementReader.refused(
                    "statement for source table " + plan.source(),
                    "a look-up finds several rows for one",
                    "Look up by a unique key");
        }
        lastNumber = number;
        Ride ride = (Ride) row.getField(RIDE);
        boolean arrives = Boolean.TRUE.equals(row.getField(ARRIVES));
        switch (ride.kind) {
            case CHANGE -> change(ride, row, arrives);
            case OLD_ROW -> oldRow = arrives ? shape.tuple(ride.bytes, oldTuple(ride), row) : null;
            case BLOCK_END -> flush((ChangeBlock) ride.element, out);
            case LINE -> {
                if (arrives) {
                    lines.add(ride.bytes, ride.start, ride.end, row);
                }
            }
            case DEAD_CHANGE -> deadChange(ride);
            case DEAD_LINE -> deadLine(ride);
            case LINES_END -> flush((ChunkData) ride.element, out);
            case ELEMENT -> pass(ride.element, out);
        }
    }

    private void deadChange(Ride ride) {
        changes.abandon();
        cursor.at(ride.bytes, ride.start);
        letters.write(cursor, ride.cause, changes);
    }

    private void deadLine(Ride ride) {
        lines.abandon();
        fields.split(ride.bytes, ride.start, ride.end);
        newLines.append(letters.line(fields, ride.cause));
    }

    private int oldTuple(Ride ride) {
        cursor.at(ride.bytes, ride.start);
        return cursor.firstTuple();
    }

    private void change(Ride ride, Row row, boolean arrives) {
        cursor.at(ride.bytes, ride.start);
        switch (cursor.kind()) {
            case COMMIT -> begin(ChangeKind.COMMIT).end();
            case INSERT -> {
                if (arrives) {
                    shape.write(ride.bytes, cursor.firstTuple(), row, begin(ChangeKind.INSERT));
                    changes.end();
                    enter(ride, Operation.INSERT, null, cursor.firstTuple(), row);
                }
            }
            case DELETE -> {
                if (!plan.keyless()) {
                    delete(ride, cursor.firstTuple());
                } else if (arrives) {
                    shape.write(ride.bytes, cursor.firstTuple(), row, begin(ChangeKind.DELETE));
                    changes.end();
                    if (history != null) {
                        enter(Operation.DELETE, shape.tuple(ride.bytes, cursor.firstTuple(), row), null);
                    }
                }
            }
            case UPDATE -> update(ride, row, arrives);
        }
        if (letters != null && cursor.kind() != ChangeKind.COMMIT) {
            letters.clear(cursor, changes);
        }
    }

    private void update(Ride ride, Row row, boolean arrives) {
        int first = cursor.firstTuple();
        if (plan.keyless()) {
            int second = ChangeCursor.skipTuple(ride.bytes, first);
            if (oldRow != null) {
                begin(arrives ? ChangeKind.UPDATE : ChangeKind.DELETE).bytes(oldRow, 0, oldRow.length);
            } else if (arrives) {
                begin(ChangeKind.INSERT);
            } else {
                return;
            }
            if (arrives) {
                shape.write(ride.bytes, second, row, changes);
            }
            changes.end();
            Operation operation = oldRow == null ? Operation.INSERT : arrives ? Operation.UPDATE : Operation.DELETE;
            if (arrives) {
                enter(ride, operation, oldRow, second, row);
            } else if (history != null) {
                enter(operation, oldRow, null);
            }
            oldRow = null;
        } else if (arrives) {
            shape.write(ride.bytes, first, row, begin(ChangeKind.UPDATE));
            changes.end();
            enter(ride, Operation.UPDATE, null, first, row);
        } else if (!cursor.sameVerdict()) {
            delete(ride, first);
        }
    }

    private void delete(Ride ride, int tuple) {
        if (marksDeleted) {
            shape.writeMark(
                    ride.bytes,
                    tuple,
                    TimestampText.of(cursor.commitTimeMicros()),
                    begin(ChangeKind.UPDATE, ChangeWriter.MARK));
        } else {
            shape.writeKey(ride.bytes, tuple, begin(ChangeKind.DELETE));
        }
        changes.end();
        if (history != null) {
            enter(Operation.DELETE, shape.keyTuple(ride.bytes, tuple), null);
        }
    }

    /** Enters a change that brings a row into the table's history, if it has one. */
    private void enter(Ride ride, Operation operation, byte[] old, int tuple, Row row) {
        if (history != null) {
            enter(operation, old, shape.tuple(ride.bytes, tuple, row));
        }
    }

    private void enter(Operation operation, byte[] old, byte[] row) {
        history.write(
                operation,
                cursor.keyGroup(),
                cursor.commitLsn(),
                cursor.ordinal(),
                cursor.commitTimeMicros(),
                cursor.transaction(),
                old,
                row,
                changes);
    }

    /** The tables that a block has changes of. */
    private List<StreamTable> tables() {
        List<StreamTable> tables = new ArrayList<>(List.of(plan.target()));
        if (letters != null) {
            tables.add(DeadLetter.STREAM);
        }
        if (history != null) {
            tables.add(history.history());
        }
        return tables;
    }

    private ChangeWriter begin(ChangeKind kind) {
        // Where deleted rows stay, an inserted one may find its own.
        return begin(kind, marksDeleted ? ChangeWriter.OVERLAP : 0);
    }

    private ChangeWriter begin(ChangeKind kind, int more) {
        return changes.begin(
                kind,
                more | cursor.flags() & ~(ChangeWriter.SAME_VERDICT | ChangeWriter.STAMPED),
                cursor.keyGroup(),
                plan.target().id(),
                cursor.commitLsn(),
                cursor.ordinal());
    }

    private void flush(ChangeBlock block, Collector<StreamElement> out) {
        int count = changes.changes();
        if (count > 0) {
            int length = changes.size();
            emit(
                    new ChangeBlock(
                            channel(block), tables(), changes.take(), length, count, block.lastCommitTimeMicros()),
                    out);
        }
    }

    private void flush(ChunkData data, Collector<StreamElement> out) {
        if (newLines.length() > 0) {
            letterLines
                    .computeIfAbsent(data.chunk(), chunk -> new StringBuilder())
                    .append(newLines);
            newLines.setLength(0);
        }
        int length = lines.size();
        if (length > 0) {
            long[] sums = loaded.get(data.chunk());
            sums[0] += lines.lines();
            sums[1] += length;
            emit(new ChunkData(channel(data), data.chunk(), lines.take(), length), out);
        }
    }

    private void pass(StreamElement element, Collector<StreamElement> out) {
        int channel = channel(element);
        if (element instanceof Marker marker) {
            emit(new Marker(channel, marker.position()), out);
        } else if (element instanceof ChunkStart start) {
            loaded.put(start.chunk(), new long[2]);
            StreamTable to = plan.target();
            StreamTable table = new StreamTable(
                    start.table().id(), to.table(), to.columns(), to.key(), to.looseKey(), to.otherUnique());
            emit(
                    new ChunkStart(
                            channel,
                            start.chunk(),
                            table,
                            start.format(),
                            start.snapshot(),
                            start.lsn(),
                            start.keepsRows()),
                    out);
        } else if (element instanceof ChunkEnd end) {
            long[] sums = loaded.remove(end.chunk());
            StringBuilder dead = letterLines.remove(end.chunk());
            emit(new ChunkEnd(channel, end.chunk(), sums[0], sums[1], dead == null ? "" : dead.toString()), out);
        } else {
            throw new IllegalStateException("not an element that passes: " + element.getClass());
        }
    }

    /** The lane's writers count from 0. */
    private int channel(StreamElement element) {
        return element.channel() % writers;
    }

    private static void emit(StreamElement element, Collector<StreamElement> out) {
        try {
            out.collect(element);
        } catch (RuntimeException e) {
            throw new Downstream(e);
        }
    }
}
