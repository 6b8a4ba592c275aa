package io.walferry.job.source;

import java.io.Serializable;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How fast a subtask may read from the source. A thread asks for the limits twice a second, from the first reading on; they are one
 * subtask's share, and the same for whatever it reads. While nobody answers, the last answer holds.
 */
public final class Pace implements AutoCloseable {

    /** Where the limits come from. */
    public interface Origin extends AutoCloseable {

        /**
         * The limits of now.
         *
         * @param state loading, if this subtask reads chunks, so that it takes part in the load's limits; reading, if it reads the
         *     changelog; either with " (waits)" behind; or idle
         */
        Limits ask(String state) throws SQLException;

        @Override
        void close() throws SQLException;
    }

    /** Ships with the job. */
    @FunctionalInterface
    public interface Factory extends Serializable {
        Origin open(int subtask);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Pace.class);

    private static final long ASK_MS = 500;
    private static final long FIRST_ANSWER_MS = 5_000;
    private static final long SLICE_MS = 20;
    private static final long LOADING_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** So many blocks a second at least, where rows or bytes are limited: else few large ones would come in bursts. */
    private static final int BLOCKS_PER_SECOND = 10;

    private final Origin origin;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final CountDownLatch answered = new CountDownLatch(1);
    private final Thread asking = new Thread(this::ask, "walferry-pace");
    private final Allowance chunks = new Allowance(System.nanoTime());
    private final Allowance rows = new Allowance(System.nanoTime());
    private final Allowance bytes = new Allowance(System.nanoTime());
    private boolean started;
    private boolean heldChanges;
    private volatile Limits limits = Limits.NONE;
    private volatile boolean inChunk;
    private volatile long chunkEndedNanos = System.nanoTime() - LOADING_NANOS;
    private volatile boolean waiting;
    private volatile boolean readsChanges;

    public Pace(Origin origin) {
        this.origin = origin;
        asking.setDaemon(true);
    }

    /** Of a job without limits. */
    public static Factory unlimited() {
        return Unlimited.INSTANCE;
    }

    /** Waits until a chunk may be begun. */
    void beginChunk() throws InterruptedException {
        start();
        while (true) {
            Limits now = limits;
            chunks.rate(now.chunks(), System.nanoTime());
            if (!now.paused() && !chunks.owes(System.nanoTime()) && !owesLoad(now)) {
                break;
            }
            waiting = true;
            Thread.sleep(SLICE_MS);
        }
        waiting = false;
        inChunk = true;
        chunks.spend(1);
    }

    void endChunk() {
        chunkEndedNanos = System.nanoTime();
        inChunk = false;
    }

    /** Rows of a chunk have been read; waits until more may be. */
    public void loaded(long moreRows, long moreBytes) throws InterruptedException {
        rows.spend(moreRows);
        bytes.spend(moreBytes);
        // A pause comes between two chunks: within one, the source would have to keep what its snapshot sees.
        while (owesLoad(limits)) {
            Thread.sleep(SLICE_MS);
        }
    }

    private boolean owesLoad(Limits now) {
        return owes(now.loadRows(), now.loadBytes());
    }

    private boolean owes(double rowsPerSecond, double bytesPerSecond) {
        long nanos = System.nanoTime();
        rows.rate(rowsPerSecond, nanos);
        bytes.rate(bytesPerSecond, nanos);
        // Both are counted, whatever the first says.
        return rows.owes(nanos) | bytes.owes(nanos);
    }

    /** Changes have been sent on. */
    public void sent(long moreRows, long moreBytes) {
        rows.spend(moreRows);
        bytes.spend(moreBytes);
    }

    /** Whether the changelog may not be read now: ask again soon. */
    public boolean holds() {
        start();
        if (!readsChanges) {
            readsChanges = true;
        }
        Limits now = limits;
        if (!now.holdsChanges()) {
            if (heldChanges) {
                heldChanges = false;
                waiting = false;
                owes(0, 0);
            }
            return false;
        }
        heldChanges = true;
        boolean hold = owes(now.changesRows(), now.changesBytes()) || now.paused();
        waiting = hold;
        return hold;
    }

    /** Whether it is a pause that {@link #holds()}. */
    public boolean paused() {
        return limits.paused();
    }

    /** Rows in a block, at most. */
    public int loadBlockRows() {
        return perBlock(limits.loadRows());
    }

    /** Bytes in a block of the load, at most. */
    public int loadBlockBytes() {
        return perBlock(limits.loadBytes());
    }

    /** Changes that may be packed before they are sent on, at most. */
    public int changesBlockRows() {
        return perBlock(limits.changesRows());
    }

    private static int perBlock(double perSecond) {
        return perSecond == 0 ? Integer.MAX_VALUE : (int) Math.max(1, Math.min(1 << 30, perSecond / BLOCKS_PER_SECOND));
    }

    /** The first reading waits for the first answer, or a restart would run ahead of a pause. */
    private void start() {
        if (started || origin == Unlimited.INSTANCE) {
            return;
        }
        started = true;
        asking.start();
        try {
            if (!answered.await(FIRST_ANSWER_MS, TimeUnit.MILLISECONDS)) {
                LOG.warn("The task's limits are not known yet; reading begins without");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String state() {
        boolean loading = inChunk || System.nanoTime() - chunkEndedNanos < LOADING_NANOS;
        if (waiting) {
            return readsChanges ? "reading (waits)" : "loading (waits)";
        }
        return loading ? "loading" : readsChanges ? "reading" : "idle";
    }

    private void ask() {
        try {
            do {
                try {
                    limits = origin.ask(state());
                    answered.countDown();
                } catch (SQLException | RuntimeException e) {
                    LOG.debug("The limits cannot be asked for", e);
                }
            } while (!closed.await(ASK_MS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            try {
                origin.close();
            } catch (SQLException e) {
                LOG.debug("The connection for the limits did not close", e);
            }
        }
    }

    /** Ends the asking; does not wait for it. */
    @Override
    public void close() {
        closed.countDown();
    }

    /** A class, not a lambda: see the source's own factories. */
    private enum Unlimited implements Factory, Origin {
        INSTANCE;

        @Override
        public Origin open(int subtask) {
            return this;
        }

        @Override
        public Limits ask(String state) {
            return Limits.NONE;
        }

        @Override
        public void close() {}
    }
}
