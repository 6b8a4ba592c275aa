package io.walferry.job.etl;

import java.util.Arrays;
import org.apache.flink.types.Row;

/** Makes the target's COPY lines of the source's and of what was computed; fields that pass keep their bytes. */
final class LineWriter {

    private static final int FIRST_BYTES = 128 << 10;

    private final LanePlan plan;
    private final CopyFields fields;
    private byte[] buffer = new byte[FIRST_BYTES];
    private int size;
    private long lines;
    private int ended;

    LineWriter(LanePlan plan) {
        this.plan = plan;
        this.fields = new CopyFields(plan.travelling());
    }

    void add(byte[] bytes, int start, int end, Row row) {
        if (plan.unchanged()) {
            append(bytes, start, end);
        } else {
            fields.split(bytes, start, end);
            for (int i = 0; i < plan.outputs().length; i++) {
                int output = plan.outputs()[i];
                if (i > 0) {
                    append((byte) '\t');
                }
                if (output >= 0) {
                    append(bytes, fields.start(output), fields.end(output));
                } else if (output == LanePlan.DELETION) {
                    computed(null, 0);
                } else {
                    computed(row.getField(RowJudge.COMPUTED - 1 - output), -1 - output);
                }
            }
        }
        append((byte) '\n');
        lines++;
        ended = size;
    }

    /** Takes back what there is of a line that did not get to its end. */
    void abandon() {
        size = ended;
    }

    int size() {
        return size;
    }

    long lines() {
        return lines;
    }

    byte[] take() {
        byte[] taken = Arrays.copyOf(buffer, size);
        size = 0;
        ended = 0;
        lines = 0;
        return taken;
    }

    private void computed(Object value, int index) {
        if (value == null) {
            append((byte) '\\');
            append((byte) 'N');
            return;
        }
        for (byte b : plan.results().get(index).write(value)) {
            switch (b) {
                case '\\' -> escaped((byte) '\\');
                case '\t' -> escaped((byte) 't');
                case '\n' -> escaped((byte) 'n');
                case '\r' -> escaped((byte) 'r');
                default -> append(b);
            }
        }
    }

    private void escaped(byte code) {
        append((byte) '\\');
        append(code);
    }

    private void append(byte b) {
        if (size == buffer.length) {
            buffer = Arrays.copyOf(buffer, 2 * size);
        }
        buffer[size++] = b;
    }

    private void append(byte[] bytes, int from, int to) {
        int length = to - from;
        if (buffer.length - size < length) {
            buffer = Arrays.copyOf(buffer, Math.max(2 * buffer.length, size + length));
        }
        System.arraycopy(bytes, from, buffer, size, length);
        size += length;
    }
}
