package io.walferry.job.apply;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that writes batches, one at a time, while its owner fills the next. A failure stays: every later call of the
 * owner throws it.
 */
final class BatchThread implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BatchThread.class);
    private static final long CLOSE_MS = 30_000;

    private final String where;
    private final Connection connection;
    private final TargetTransaction transaction;
    private final AppliedCounts counts;
    private final Runnable whenIdle;
    private final Thread thread;

    private volatile long lastMs;
    private ChangeBatch current;
    private Throwable failure;
    private boolean closed;

    /**
     * @param where the target, for people
     * @param whenIdle called in this thread after each batch and after a failure; must not block
     */
    BatchThread(
            String name,
            String where,
            Connection connection,
            TargetTransaction transaction,
            AppliedCounts counts,
            Runnable whenIdle) {
        this.where = where;
        this.connection = connection;
        this.transaction = transaction;
        this.counts = counts;
        this.whenIdle = whenIdle;
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Hands a batch over; waits while another one is being written. */
    synchronized void submit(ChangeBatch batch) throws IOException, InterruptedException {
        awaitIdle();
        current = batch;
        notifyAll();
    }

    /** Returns when all batches are written. */
    synchronized void awaitIdle() throws IOException, InterruptedException {
        check();
        while (current != null) {
            wait();
            check();
        }
    }

    /** How long the last batch took. */
    long lastMs() {
        return lastMs;
    }

    synchronized boolean idle() {
        return current == null;
    }

    /** @throws IOException if a batch has failed */
    synchronized void check() throws IOException {
        if (failure != null) {
            throw new IOException("writing to the target failed: " + failure.getMessage(), failure);
        }
        if (closed) {
            throw new IOException("the writer is closed");
        }
    }

    private void run() {
        for (ChangeBatch batch = next(); batch != null; batch = next()) {
            Throwable thrown = null;
            long begin = System.nanoTime();
            try {
                transaction.write(batch);
                lastMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
                counts.add(batch.size(), batch.bytes());
            } catch (SQLException e) {
                thrown = ApplyFailure.of(where, e);
            } catch (Throwable e) {
                thrown = e;
            }
            synchronized (this) {
                current = null;
                failure = thrown;
                notifyAll();
            }
            whenIdle.run();
            if (thrown != null) {
                return;
            }
        }
    }

    /** {@code null} when closed. */
    private synchronized ChangeBatch next() {
        while (current == null && !closed) {
            try {
                wait();
            } catch (InterruptedException e) {
                return null;
            }
        }
        return closed ? null : current;
    }

    /** Ends the thread, whatever it does; nothing is committed once this has returned. */
    @Override
    public void close() {
        boolean busy;
        synchronized (this) {
            closed = true;
            busy = current != null;
            notifyAll();
        }
        if (busy) {
            // Without its connection a statement ends at once here; a COMMIT that is on its way is a whole one.
            Connections.cancelAndAbort(connection);
        } else {
            Connections.close(connection);
        }
        boolean interrupted = false;
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSE_MS);
        while (thread.isAlive() && System.nanoTime() < deadline) {
            try {
                thread.join(100);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (thread.isAlive()) {
            LOG.warn("{} did not end within {} ms after its connection was closed", thread.getName(), CLOSE_MS);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
