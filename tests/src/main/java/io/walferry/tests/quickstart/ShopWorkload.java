package io.walferry.tests.quickstart;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * Several sessions that change the shop at a steady pace: for as long as the load takes, and for a fixed number of
 * transactions after it.
 */
final class ShopWorkload implements AutoCloseable {

    private static final int TRANSACTIONS_PER_SECOND = 120;
    private static final int TRANSACTIONS_AFTER_LOAD = 1_500;
    /** Stops a load that never ends from growing the shop without bound. */
    private static final int TRANSACTIONS_DURING_LOAD = 15_000;

    private final List<Thread> threads = new ArrayList<>();
    private final List<ShopSession> sessions = new ArrayList<>();
    private final CountDownLatch finished;
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private volatile boolean loaded;
    private volatile boolean cancelled;

    ShopWorkload(List<ShopSession> sessions) {
        this.sessions.addAll(sessions);
        this.finished = new CountDownLatch(sessions.size());
        for (ShopSession session : sessions) {
            Thread thread = new Thread(() -> work(session), "shop-" + threads.size());
            thread.setDaemon(true);
            threads.add(thread);
        }
    }

    void start() {
        threads.forEach(Thread::start);
    }

    /** The load is over: so many more transactions and then the end. */
    void loaded() {
        loaded = true;
    }

    /** Whether the sessions have done all they should, within the time. */
    boolean awaitEnd(long timeout, TimeUnit unit) throws SQLException, InterruptedException {
        boolean ended = finished.await(timeout, unit);
        Exception cause = failure.get();
        if (cause != null) {
            throw new SQLException("The shop's own sessions failed: " + cause.getMessage(), cause);
        }
        return ended;
    }

    /** Rows changed by committed transactions; call it after the end. */
    long changes() {
        return sessions.stream().mapToLong(ShopSession::changes).sum();
    }

    private void work(ShopSession session) {
        long due = System.nanoTime();
        int during = 0;
        int after = 0;
        try (session) {
            while (!cancelled && after < TRANSACTIONS_AFTER_LOAD) {
                if (loaded || during < TRANSACTIONS_DURING_LOAD) {
                    session.transaction();
                }
                if (loaded) {
                    after++;
                } else {
                    during++;
                }
                due = Math.max(
                        due + TimeUnit.SECONDS.toNanos(1) / TRANSACTIONS_PER_SECOND,
                        System.nanoTime() - 1_000_000_000L);
                LockSupport.parkNanos(due - System.nanoTime());
            }
        } catch (SQLException | RuntimeException e) {
            failure.compareAndSet(null, e);
        } finally {
            finished.countDown();
        }
    }

    @Override
    public void close() {
        cancelled = true;
        threads.forEach(LockSupport::unpark);
    }
}
