package io.walferry.job.source.wal;

import io.walferry.job.model.ChangeWriter;
import io.walferry.job.model.HistoryWriter;
import io.walferry.job.model.Operation;
import io.walferry.job.source.wal.PgOutputHandler.OldTuple;

/** Enters the changes of one relation that arrives as it is into its history. */
final class TableHistory {

    private final RelationPlan plan;
    private final HistoryWriter writer;
    private final ChangeWriter tuple = new ChangeWriter(1024);
    /** Per channel: the number of the last block that lists the history's table. */
    private final int[] listedIn;

    TableHistory(RelationPlan plan, HistoryWriter writer, int channels) {
        this.plan = plan;
        this.writer = writer;
        this.listedIn = new int[channels];
    }

    HistoryWriter writer() {
        return writer;
    }

    /** See {@link RelationPlan#listIn}. */
    boolean listIn(int channel, int block) {
        if (listedIn[channel] == block) {
            return false;
        }
        listedIn[channel] = block;
        return true;
    }

    /**
     * @param old as far as {@code oldKind} says
     * @param row {@code null} for a delete
     */
    void write(
            Operation operation,
            int group,
            long commitLsn,
            long ordinal,
            long commitTimeMicros,
            int xid,
            OldTuple oldKind,
            Tuple old,
            Tuple row,
            ChangeWriter to) {
        writer.write(
                operation,
                group,
                commitLsn,
                ordinal,
                commitTimeMicros,
                Integer.toUnsignedLong(xid),
                oldKind == OldTuple.ABSENT ? null : known(oldKind, old),
                row == null ? null : whole(row, oldKind, old),
                to);
    }

    private byte[] known(OldTuple oldKind, Tuple old) {
        plan.copyKnown(oldKind, old, tuple);
        return tuple.take();
    }

    private byte[] whole(Tuple row, OldTuple oldKind, Tuple old) {
        plan.copyWhole(row, oldKind, old, tuple);
        return tuple.take();
    }
}
