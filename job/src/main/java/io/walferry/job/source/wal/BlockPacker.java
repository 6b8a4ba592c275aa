package io.walferry.job.source.wal;

import io.walferry.job.model.ChangeBlock;
import io.walferry.job.model.ChangeKind;
import io.walferry.job.model.ChangeWriter;
import io.walferry.job.model.StreamTable;
import io.walferry.job.source.ElementOutput;
import java.util.ArrayList;
import java.util.List;

/** Gathers each channel's changes into blocks. */
final class BlockPacker {

    /** A channel with so many bytes makes all channels' blocks go. */
    private static final int BLOCK_BYTES = 96 * 1024;

    /** Room kept from block to block; an exceptionally large row's is given back. */
    private static final int KEPT_BYTES = 4 * BLOCK_BYTES;

    private static final class Channel {
        private ChangeWriter writer = new ChangeWriter(BLOCK_BYTES + BLOCK_BYTES / 4);
        private List<StreamTable> tables = new ArrayList<>();
        private int block = 1;
        private long lastCommitTimeMicros;
        private boolean inTransaction;
    }

    private final Channel[] channels;
    private boolean empty = true;

    BlockPacker(int channels) {
        this.channels = new Channel[channels];
        for (int i = 0; i < channels; i++) {
            this.channels[i] = new Channel();
        }
    }

    /** The channel's writer, about to get one change of the plan's table. */
    ChangeWriter open(int channel, RelationPlan plan, long commitTimeMicros) {
        Channel to = channels[channel];
        if (plan.listIn(channel, to.block)) {
            to.tables.add(plan.table());
        }
        to.lastCommitTimeMicros = commitTimeMicros;
        to.inTransaction = true;
        empty = false;
        return to.writer;
    }

    /** The channel's writer, about to get the entry in a history for the change before. */
    ChangeWriter attach(int channel, TableHistory history) {
        Channel to = channels[channel];
        if (history.listIn(channel, to.block)) {
            to.tables.add(history.writer().history());
        }
        return to.writer;
    }

    /** The change that the channel's writer got is complete. */
    void close(int channel) {
        channels[channel].writer.end();
    }

    /** Adds the end of a transaction on every channel that had a change of it. */
    void endTransaction(long commitLsn, long commitTimeMicros) {
        for (Channel to : channels) {
            if (to.inTransaction) {
                to.inTransaction = false;
                to.lastCommitTimeMicros = commitTimeMicros;
                to.writer
                        .begin(ChangeKind.COMMIT, 0, 0, 0, commitLsn, Long.MAX_VALUE)
                        .end();
                empty = false;
            }
        }
    }

    boolean isEmpty() {
        return empty;
    }

    /** Of all channels together. */
    long changes() {
        long changes = 0;
        for (Channel channel : channels) {
            changes += channel.writer.changes();
        }
        return changes;
    }

    /** Of all channels together. */
    long bytes() {
        long bytes = 0;
        for (Channel channel : channels) {
            bytes += channel.writer.size();
        }
        return bytes;
    }

    boolean isFull(int channel) {
        return channels[channel].writer.size() >= BLOCK_BYTES;
    }

    /** Emits every channel's block that has changes. */
    void drain(ElementOutput output) throws InterruptedException {
        for (int i = 0; i < channels.length; i++) {
            ChangeBlock block = take(i);
            if (block != null) {
                output.emit(block);
            }
        }
        empty = true;
    }

    /** The channel's block; {@code null} if it has no change. */
    ChangeBlock take(int channel) {
        Channel from = channels[channel];
        int changes = from.writer.changes();
        if (changes == 0) {
            return null;
        }
        int length = from.writer.size();
        byte[] bytes = from.writer.take();
        List<StreamTable> tables = from.tables;
        from.tables = new ArrayList<>();
        from.block++;
        if (length > KEPT_BYTES) {
            from.writer = new ChangeWriter(BLOCK_BYTES + BLOCK_BYTES / 4);
        }
        return new ChangeBlock(channel, tables, bytes, length, changes, from.lastCommitTimeMicros);
    }
}
