package io.walferry.job.apply;

import io.walferry.job.failure.SyncException;
import io.walferry.job.model.ChunkData;
import io.walferry.job.model.ChunkEnd;
import io.walferry.job.model.ChunkId;
import io.walferry.job.model.ChunkStart;
import io.walferry.job.model.StreamElement;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The chunks that one writer is loading, each with a thread and a connection of its own, so that receiving rows and handing
 * them to the server overlap. Used by one thread.
 */
final class ChunkLoader implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ChunkLoader.class);
    private static final long CLOSE_SECONDS = 30;

    private final ApplySettings settings;
    private final int writer;
    private final WriterProgress progress;
    private final AppliedCounts counts;
    private final Runnable whenDone;
    private final ExecutorService threads;
    private final Map<ChunkId, ChunkLoad> receiving = new HashMap<>();

    // Shared with the loading threads, under the monitor of this object.
    private final List<WriterConnection> idle = new ArrayList<>();
    private final Set<WriterConnection> busy = new HashSet<>();
    private int running;
    private Throwable failure;
    private boolean closed;

    /** @param whenDone called in another thread after each chunk and after a failure; must not block */
    ChunkLoader(
            String name,
            ApplySettings settings,
            int writer,
            WriterProgress progress,
            AppliedCounts counts,
            Runnable whenDone) {
        this.settings = settings;
        this.writer = writer;
        this.progress = progress;
        this.counts = counts;
        this.whenDone = whenDone;
        this.threads = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    void start(ChunkStart start) throws IOException {
        check();
        ChunkLoad load = new ChunkLoad(settings, progress, start, counts);
        receiving.put(start.chunk(), load);
        synchronized (this) {
            running++;
        }
        threads.execute(() -> load(load, start));
    }

    void data(ChunkData data) throws IOException, InterruptedException {
        give(receiving.get(data.chunk()), data);
    }

    void end(ChunkEnd end) throws IOException, InterruptedException {
        give(receiving.remove(end.chunk()), end);
    }

    /** Returns when every chunk that has ended is committed. */
    synchronized void awaitEnded() throws IOException, InterruptedException {
        check();
        while (running > receiving.size()) {
            wait();
            check();
        }
    }

    /** @throws IOException if a chunk has failed */
    synchronized void check() throws IOException {
        if (failure != null) {
            throw new IOException("loading a chunk failed: " + failure.getMessage(), failure);
        }
    }

    private void give(ChunkLoad load, StreamElement element) throws IOException, InterruptedException {
        if (load == null) {
            throw new IllegalStateException("a chunk's element came before its start");
        }
        do {
            check();
        } while (!load.offer(element));
    }

    private void load(ChunkLoad load, ChunkStart start) {
        Throwable thrown = null;
        try {
            WriterConnection connection = borrow();
            load.run(connection);
            giveBack(connection);
        } catch (SQLException e) {
            thrown = ApplyFailure.ofChunk(start.table().table(), start.chunk().index(), e);
        } catch (SyncException e) {
            thrown = e;
        } catch (Throwable e) {
            thrown = e;
        }
        synchronized (this) {
            running--;
            if (failure == null) {
                failure = thrown;
            }
            notifyAll();
        }
        whenDone.run();
    }

    private WriterConnection borrow() throws SQLException {
        synchronized (this) {
            if (!idle.isEmpty()) {
                WriterConnection connection = idle.remove(idle.size() - 1);
                busy.add(connection);
                return connection;
            }
        }
        WriterConnection connection = Connections.open(settings, writer);
        synchronized (this) {
            if (!closed) {
                busy.add(connection);
                return connection;
            }
        }
        Connections.close(connection.connection());
        throw new SQLException("the writer is closed", "57P01");
    }

    private synchronized void giveBack(WriterConnection connection) {
        busy.remove(connection);
        idle.add(connection);
    }

    /** Ends all threads, whatever they do; nothing is committed once this has returned. */
    @Override
    public void close() {
        List<WriterConnection> working;
        synchronized (this) {
            closed = true;
            working = new ArrayList<>(busy);
        }
        threads.shutdownNow();
        working.forEach(connection -> Connections.cancelAndAbort(connection.connection()));
        boolean interrupted = Thread.interrupted();
        try {
            if (!threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("Chunk loads did not end within {} s after their connections were closed", CLOSE_SECONDS);
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        synchronized (this) {
            idle.forEach(connection -> Connections.close(connection.connection()));
            idle.clear();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
