package io.walferry.job.etl;

import io.walferry.job.model.ChangeCursor;
import io.walferry.job.model.ChangeWriter;
import org.apache.flink.types.Row;

/** Makes the target's tuple of the source's and of what was computed; values that pass keep their bytes. */
final class RowShape {

    private final LanePlan plan;
    private final int[] at;
    private final ChangeWriter apart = new ChangeWriter(256);

    RowShape(LanePlan plan) {
        this.plan = plan;
        this.at = new int[plan.travelling() + 1];
    }

    void write(byte[] bytes, int tuple, Row row, ChangeWriter to) {
        scan(bytes, tuple);
        if (plan.unchanged()) {
            to.bytes(bytes, tuple, at[plan.travelling()] - tuple);
            return;
        }
        to.columns(plan.outputs().length);
        for (int output : plan.outputs()) {
            if (output >= 0) {
                to.bytes(bytes, at[output], at[output + 1] - at[output]);
            } else if (output == LanePlan.DELETION) {
                to.nullValue();
            } else {
                computed(row.getField(RowJudge.COMPUTED - 1 - output), -1 - output, to);
            }
        }
    }

    /** The tuple alone. */
    byte[] tuple(byte[] bytes, int tuple, Row row) {
        write(bytes, tuple, row, apart);
        return apart.take();
    }

    /** The key's columns, which all pass; the others as NULL. */
    void writeKey(byte[] bytes, int tuple, ChangeWriter to) {
        scan(bytes, tuple);
        to.columns(plan.outputs().length);
        for (int i = 0; i < plan.outputs().length; i++) {
            int output = plan.outputs()[i];
            if (plan.key()[i]) {
                to.bytes(bytes, at[output], at[output + 1] - at[output]);
            } else {
                to.nullValue();
            }
        }
    }

    /** What is known of a row that does not arrive any more. */
    byte[] keyTuple(byte[] bytes, int tuple) {
        writeMark(bytes, tuple, null, apart);
        return apart.take();
    }

    /** What marks a row that does not arrive any more: its key and the time, if it is given. */
    void writeMark(byte[] bytes, int tuple, byte[] time, ChangeWriter to) {
        scan(bytes, tuple);
        to.columns(plan.outputs().length);
        for (int i = 0; i < plan.outputs().length; i++) {
            int output = plan.outputs()[i];
            if (plan.key()[i]) {
                to.bytes(bytes, at[output], at[output + 1] - at[output]);
            } else if (output == LanePlan.DELETION && time != null) {
                to.text(time, 0, time.length);
            } else {
                to.unchanged();
            }
        }
    }

    private void scan(byte[] bytes, int tuple) {
        int position = tuple + 2;
        for (int i = 0; i < at.length; i++) {
            at[i] = position;
            if (i < plan.travelling()) {
                position = ChangeCursor.skipColumn(bytes, position);
            }
        }
    }

    private void computed(Object value, int index, ChangeWriter to) {
        if (value == null) {
            to.nullValue();
        } else {
            byte[] text = plan.results().get(index).write(value);
            to.text(text, 0, text.length);
        }
    }
}
