package io.walferry.job.source.wal;

import io.walferry.job.model.ChangePosition;
import io.walferry.job.model.Lsn;
import io.walferry.job.model.Marker;
import io.walferry.job.source.ElementOutput;
import io.walferry.job.source.Pace;

/**
 * Decides when blocks and positions leave. A position leaves only after all blocks with changes before it, because the blocks
 * of all channels leave together. Belongs to the reader's thread.
 */
final class Outflow {

    /** How long a packed change may wait for company while the stream does not pause. */
    private static final long LINGER_NANOS = 5_000_000L;

    /** Between two positions that no block goes with: each costs a trip through the job. */
    private static final long BARE_POSITION_NANOS = 200_000_000L;

    /** Between two positions that all writers note, be there changes for them or not. */
    private static final long BEAT_NANOS = 1_000_000_000L;

    private final BlockPacker packer;
    private final ElementOutput output;
    private final int channels;
    private final Pace pace;
    private int packed;
    private int mostPacked;
    private long noted = Lsn.NONE;
    private long notedNanos = System.nanoTime();
    private long complete = Lsn.NONE;
    private long emitted = Lsn.NONE;
    private long lastLeftNanos = System.nanoTime();

    Outflow(BlockPacker packer, ElementOutput output, int channels, Pace pace) {
        this.pace = pace;
        this.mostPacked = pace.changesBlockRows();
        this.packer = packer;
        this.output = output;
        this.channels = channels;
    }

    /** Everything that the server had to send before this LSN has been packed or emitted. */
    long complete() {
        return complete;
    }

    /** A change was packed for the channel. */
    void packed(int channel) throws InterruptedException {
        if (packer.isFull(channel) || ++packed >= mostPacked) {
            flush();
        }
    }

    /** A transaction has ended; its changes are all packed. */
    void committed(long endLsn) throws InterruptedException {
        advance(endLsn);
        long waitedNanos = System.nanoTime() - lastLeftNanos;
        if (waitedNanos > (packer.isEmpty() ? BARE_POSITION_NANOS : LINGER_NANOS)) {
            flush();
        }
        beat();
    }

    /**
     * Now and then lets every writer note how far the stream is, to be called between transactions: the lowest position at the
     * target then tells how far the task is, also while a writer has nothing to do.
     */
    void beat() throws InterruptedException {
        if (Long.compareUnsigned(complete, noted) > 0 && System.nanoTime() - notedNanos > BEAT_NANOS) {
            noted = complete;
            notedNanos = System.nanoTime();
            mark(ChangePosition.justBeforeEndOf(complete - 1), false);
        }
    }

    /** The stream has nothing pending. */
    void idle() throws InterruptedException {
        if (!packer.isEmpty() || System.nanoTime() - lastLeftNanos > BARE_POSITION_NANOS) {
            flush();
        }
    }

    /** The server has nothing more to send before this LSN, and no transaction is open. */
    void advance(long lsn) {
        if (Long.compareUnsigned(lsn, complete) > 0) {
            complete = lsn;
        }
    }

    /** Emits what is packed, then the position that is complete with it. */
    void flush() throws InterruptedException {
        if (!packer.isEmpty()) {
            pace.sent(packer.changes(), packer.bytes());
        }
        packer.drain(output);
        packed = 0;
        mostPacked = pace.changesBlockRows();
        if (Long.compareUnsigned(complete, emitted) > 0) {
            output.position(complete);
            emitted = complete;
        }
        lastLeftNanos = System.nanoTime();
    }

    /**
     * Emits what is packed, then a marker to every channel.
     *
     * @param structure see {@link Marker#structure()}
     */
    void mark(ChangePosition position, boolean structure) throws InterruptedException {
        flush();
        for (int channel = 0; channel < channels; channel++) {
            output.emit(new Marker(channel, position, structure));
        }
    }
}
