package io.walferry.job.etl;

import io.walferry.job.etl.BadRows.BadRow;
import io.walferry.job.etl.BadRows.Downstream;
import io.walferry.job.model.ChangeBlock;
import io.walferry.job.model.ChangeCursor;
import io.walferry.job.model.ChangeKind;
import io.walferry.job.model.ChangePosition;
import io.walferry.job.model.ChunkData;
import io.walferry.job.model.ChunkEnd;
import io.walferry.job.model.ChunkId;
import io.walferry.job.model.StreamElement;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.types.Row;
import org.apache.flink.util.Collector;

/**
 * Takes the lane's elements apart into rows for the statement: the values that it uses, parsed, with the original riding along.
 * What is no row goes the same way with a mark, so that everything keeps its order.
 */
final class RowFeeder extends ProcessFunction<StreamElement, Row> {

    /** Of the row that goes in: the ride, whether it is a row, its number; the values follow. */
    static final int RIDE = 0;

    static final int LIVE = 1;
    static final int NUMBER = 2;
    static final int VALUES = 3;

    private final LanePlan plan;
    private transient Row row;
    private transient Ride ride;
    private transient ChangeCursor cursor;
    private transient int[] at;
    private transient CopyFields fields;
    private transient Map<ChunkId, byte[]> halfLines;
    private transient long number;
    private transient ChunkId chunk;

    RowFeeder(LanePlan plan) {
        this.plan = plan;
    }

    @Override
    public void open(Configuration parameters) {
        row = Row.withPositions(VALUES + plan.fed().length + plan.metadata().size());
        ride = new Ride();
        cursor = new ChangeCursor();
        at = new int[plan.travelling() + 1];
        fields = new CopyFields(plan.travelling());
        halfLines = new HashMap<>();
    }

    @Override
    public void processElement(StreamElement element, Context context, Collector<Row> out) {
        if (element instanceof ChangeBlock block) {
            changes(block, out);
            pass(ride.end(Ride.Kind.BLOCK_END, block, block.lastCommitTimeMicros()), out);
        } else if (element instanceof ChunkData data) {
            lines(data, out);
            pass(ride.end(Ride.Kind.LINES_END, data, 0), out);
        } else {
            if (element instanceof ChunkEnd end && halfLines.remove(end.chunk()) != null) {
                throw new IllegalStateException("chunk " + end.chunk() + " ends within a line");
            }
            pass(ride.element(element), out);
        }
    }

    private void changes(ChangeBlock block, Collector<Row> out) {
        chunk = null;
        cursor.reset(block);
        while (cursor.next()) {
            int start = cursor.start();
            int end = cursor.limit();
            int tuple = cursor.firstTuple();
            ChangeKind kind = cursor.kind();
            if (plan.keyless() && (kind == ChangeKind.UPDATE || kind == ChangeKind.DELETE)) {
                try {
                    bothRows(block, kind == ChangeKind.UPDATE, out);
                } catch (BadRow e) {
                    throw BadRows.stop(plan, place(), e.getMessage());
                }
            } else if (kind == ChangeKind.INSERT || kind == ChangeKind.UPDATE) {
                try {
                    feed(block.bytes(), tuple);
                    emit(ride.part(Ride.Kind.CHANGE, block.bytes(), start, end), out);
                } catch (BadRow e) {
                    bad(Ride.Kind.DEAD_CHANGE, block.bytes(), start, end, e, out);
                }
            } else {
                pass(ride.part(Ride.Kind.CHANGE, block.bytes(), start, end), out);
            }
        }
    }

    private void bothRows(ChangeBlock block, boolean update, Collector<Row> out) {
        int start = cursor.start();
        int end = cursor.limit();
        int after = feed(block.bytes(), cursor.firstTuple());
        emit(ride.part(update ? Ride.Kind.OLD_ROW : Ride.Kind.CHANGE, block.bytes(), start, end), out);
        if (update) {
            feed(block.bytes(), after);
            emit(ride.part(Ride.Kind.CHANGE, block.bytes(), start, end), out);
        }
    }

    /** Sets the row's values from a tuple; returns where that ends. */
    private int feed(byte[] bytes, int tuple) {
        int position = tuple + 2;
        for (int i = 0; i < plan.travelling(); i++) {
            at[i] = position;
            position = ChangeCursor.skipColumn(bytes, position);
        }
        at[plan.travelling()] = position;
        for (int i = 0; i < plan.fed().length; i++) {
            int from = at[plan.fed()[i]];
            Object value = null;
            if (bytes[from] == 't') {
                value = read(i, bytes, from + 5, at[plan.fed()[i] + 1]);
            } else if (bytes[from] == 'u') {
                throw new IllegalStateException(
                        "column " + plan.names().get(i) + " of " + plan.source() + " came without its value");
            }
            row.setField(VALUES + i, value);
        }
        for (int i = 0; i < plan.metadata().size(); i++) {
            row.setField(VALUES + plan.fed().length + i, plan.metadata().get(i).of(cursor, plan));
        }
        return position;
    }

    private void lines(ChunkData data, Collector<Row> out) {
        chunk = data.chunk();
        byte[] half = halfLines.remove(data.chunk());
        byte[] bytes = half == null ? data.bytes() : joined(half, data);
        int length = half == null ? data.length() : bytes.length;
        int start = 0;
        for (int i = 0; i < length; i++) {
            // A newline within a value is escaped.
            if (bytes[i] == '\n') {
                try {
                    feedLine(bytes, start, i);
                    emit(ride.part(Ride.Kind.LINE, bytes, start, i), out);
                } catch (BadRow e) {
                    bad(Ride.Kind.DEAD_LINE, bytes, start, i, e, out);
                }
                start = i + 1;
            }
        }
        if (start < length) {
            halfLines.put(data.chunk(), java.util.Arrays.copyOfRange(bytes, start, length));
        }
    }

    private void feedLine(byte[] bytes, int from, int to) {
        fields.split(bytes, from, to);
        for (int f = 0; f < plan.fed().length; f++) {
            int column = plan.fed()[f];
            Object value = null;
            if (!fields.isNull(column)) {
                int size = fields.unescape(column);
                value = read(f, fields.value(), fields.valueStart(), fields.valueStart() + size);
            }
            row.setField(VALUES + f, value);
        }
        for (int i = 0; i < plan.metadata().size(); i++) {
            row.setField(VALUES + plan.fed().length + i, plan.metadata().get(i).ofLoad(plan));
        }
    }

    private void bad(Ride.Kind kind, byte[] bytes, int from, int to, BadRow bad, Collector<Row> out) {
        if (!plan.skips()) {
            throw BadRows.stop(plan, place(), bad.getMessage());
        }
        pass(ride.dead(kind, bytes, from, to, bad.getMessage()), out);
    }

    private static byte[] joined(byte[] half, ChunkData data) {
        byte[] bytes = java.util.Arrays.copyOf(half, half.length + data.length());
        System.arraycopy(data.bytes(), 0, bytes, half.length, data.length());
        return bytes;
    }

    private Object read(int fed, byte[] bytes, int from, int to) {
        try {
            return ValueReader.read(plan.types().get(fed), bytes, from, to);
        } catch (ValueException e) {
            throw BadRows.value(plan.names().get(fed), e);
        }
    }

    private void emit(Ride of, Collector<Row> out) {
        row.setField(RIDE, of);
        row.setField(LIVE, true);
        row.setField(NUMBER, ++number);
        try {
            out.collect(row);
        } catch (RuntimeException e) {
            throw BadRows.failure(plan, e);
        }
    }

    private void pass(Ride of, Collector<Row> out) {
        for (int i = VALUES; i < row.getArity(); i++) {
            row.setField(i, null);
        }
        row.setField(RIDE, of);
        row.setField(LIVE, false);
        row.setField(NUMBER, ++number);
        try {
            out.collect(row);
        } catch (RuntimeException e) {
            throw new Downstream(e);
        }
    }

    private String place() {
        return chunk != null
                ? "chunk " + chunk.index() + " of its load"
                : new ChangePosition(cursor.commitLsn(), cursor.ordinal()).toString();
    }
}
