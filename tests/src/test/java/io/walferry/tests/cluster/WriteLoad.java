package io.walferry.tests.cluster;

import io.walferry.tests.support.Await;
import io.walferry.tests.support.DatabasePair;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Somebody who goes on writing to both tables whatever happens. Each round leaves one row more in {@code public.event}. */
final class WriteLoad implements AutoCloseable {

    private final DatabasePair pair;
    private final AtomicInteger rounds = new AtomicInteger();
    private volatile boolean stopped;
    private CompletableFuture<Void> writer = CompletableFuture.completedFuture(null);

    WriteLoad(DatabasePair pair) {
        this.pair = pair;
    }

    void start() {
        writer = CompletableFuture.runAsync(this::write);
    }

    private void write() {
        try (Connection source = pair.openSource();
                Statement statement = source.createStatement()) {
            while (!stopped) {
                ClusterITCase.write(statement, rounds.get());
                rounds.incrementAndGet();
                TimeUnit.MILLISECONDS.sleep(5);
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits until something is written from now on. */
    void awaitMore() throws Exception {
        int before = rounds.get();
        Await.until("more is written", Duration.ofSeconds(30), this::alive, () -> rounds.get() > before + 20);
    }

    /** Waits until the target has what is written from now on. */
    void awaitArrival(Connection target, Duration limit) throws Exception {
        int next = rounds.get() + 1;
        Await.until(
                "round " + next + " has arrived",
                limit,
                this::alive,
                () -> ClusterITCase.one(target, "SELECT count(*) FROM public.item WHERE id = " + (100_000 + next))
                        == 1);
    }

    private String alive() {
        return writer.isDone() ? "the writer has ended: " + writer : "";
    }

    /** Returns how many rounds were written. */
    long stop() {
        stopped = true;
        writer.join();
        return rounds.get();
    }

    @Override
    public void close() {
        stopped = true;
        writer.exceptionally(failure -> null).join();
    }
}
