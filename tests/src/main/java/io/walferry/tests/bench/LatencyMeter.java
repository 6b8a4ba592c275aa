package io.walferry.tests.bench;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/**
 * One measurement. Sessions commit small transactions at a fixed pace; each carries its number into a row of beat, in turns
 * over all rows, so that all writers of a contender are seen. One more thread looks at the target's beat every 2 ms.
 */
final class LatencyMeter {

    /**
     * The latency of all transactions after the warm-up, in ms: from the moment before COMMIT was sent until the answer that
     * showed the transaction at the target had arrived.
     */
    record Percentiles(double p50Ms, double p99Ms, double maxMs, int transactions, double changesPerSecond) {}

    private static final int SESSIONS = 4;
    private static final int ROWS_PER_SESSION = 16;
    private static final int TRANSACTIONS_PER_SECOND = 100;
    private static final int CHANGES_PER_TRANSACTION = 5;
    private static final int SECONDS = 20;
    private static final int WARM_UP_TRANSACTIONS = 5 * TRANSACTIONS_PER_SECOND;
    private static final int TRANSACTIONS = SECONDS * TRANSACTIONS_PER_SECOND;
    private static final int ALL_VISIBLE_LIMIT_SECONDS = 120;
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final Field field;
    private final Follower follower;
    /** Per session and number: when COMMIT was sent, and when it was first seen at the target (0: not yet). */
    private final AtomicLongArray sent = new AtomicLongArray(SESSIONS * TRANSACTIONS);

    private final long[] seen = new long[SESSIONS * TRANSACTIONS];
    private final CountDownLatch writing = new CountDownLatch(SESSIONS);
    private volatile boolean failed;

    LatencyMeter(Field field, Follower follower) {
        this.field = field;
        this.follower = follower;
    }

    Percentiles measure() throws SQLException, IOException, InterruptedException {
        try (Connection source = field.servers().source().connect(field.sourceDatabase())) {
            source.createStatement().execute("UPDATE bench.beat SET seq = -1");
        }
        Clock clock = new Clock();
        double[] writingSeconds = new double[1];
        Parallel.run(SESSIONS + 1, thread -> {
            try {
                if (thread == SESSIONS) {
                    watch();
                } else {
                    write(thread);
                    writing.countDown();
                    if (writing.getCount() == 0) {
                        writingSeconds[0] = clock.seconds();
                    }
                }
            } catch (SQLException | RuntimeException e) {
                failed = true;
                throw e;
            }
        });
        return percentiles(writingSeconds[0]);
    }

    private void write(int session) throws SQLException {
        try (Connection source = field.servers().source().connect(field.sourceDatabase());
                PreparedStatement change = source.prepareStatement(
                        """
                        UPDATE bench.orders SET status = 'late', amount = amount + 1, placed_at = clock_timestamp()
                         WHERE order_id = ANY (?)""");
                PreparedStatement beat = source.prepareStatement("UPDATE bench.beat SET seq = ? WHERE id = ?")) {
            source.setAutoCommit(false);
            long low = lowestOrder(source) + 250;
            long start = System.nanoTime();
            for (int number = 0; number < TRANSACTIONS && !failed; number++) {
                // Each session has its own orders: they never wait for each other.
                Long[] orders = ThreadLocalRandom.current()
                        .longs(CHANGES_PER_TRANSACTION - 1, 0, field.tables().orders() / 2 / SESSIONS)
                        .mapToObj(order -> low + order * SESSIONS + session)
                        .toArray(Long[]::new);
                change.setArray(1, source.createArrayOf("bigint", orders));
                change.executeUpdate();
                beat.setLong(1, number);
                beat.setInt(2, session * ROWS_PER_SESSION + number % ROWS_PER_SESSION);
                beat.executeUpdate();
                sent.set(session * TRANSACTIONS + number, System.nanoTime());
                source.commit();
                long due = start + (number + 1) * TimeUnit.SECONDS.toNanos(1) / TRANSACTIONS_PER_SECOND;
                LockSupport.parkNanos(due - System.nanoTime());
            }
        }
    }

    private static long lowestOrder(Connection source) throws SQLException {
        try (Statement statement = source.createStatement();
                ResultSet row = statement.executeQuery("SELECT min(order_id) FROM bench.orders")) {
            row.next();
            return row.getLong(1);
        }
    }

    private void watch() throws SQLException, IOException, InterruptedException {
        int[] last = new int[SESSIONS * ROWS_PER_SESSION];
        Arrays.fill(last, -1);
        int missing = SESSIONS * TRANSACTIONS;
        long deadline = 0;
        try (Connection target = field.servers().target().connect(follower.database());
                PreparedStatement query = target.prepareStatement(
                        "SELECT id, seq FROM bench.beat WHERE seq BETWEEN 0 AND " + TRANSACTIONS)) {
            while (missing > 0 && !failed) {
                long start = System.nanoTime();
                try (ResultSet rows = query.executeQuery()) {
                    long now = System.nanoTime();
                    while (rows.next()) {
                        missing -= see(rows.getInt(1), rows.getInt(2), last, now);
                    }
                }
                follower.check();
                if (writing.getCount() == 0 && deadline == 0) {
                    deadline = start + TimeUnit.SECONDS.toNanos(ALL_VISIBLE_LIMIT_SECONDS);
                }
                if (deadline != 0 && start > deadline) {
                    throw new IOException(follower.name() + ": " + missing + " transactions never came");
                }
                LockSupport.parkNanos(start + POLL_NANOS - System.nanoTime());
            }
        }
    }

    /** @return number of transactions that the row shows for the first time */
    private int see(int row, int number, int[] last, long now) {
        int session = row / ROWS_PER_SESSION;
        int first = last[row] < 0 ? row % ROWS_PER_SESSION : last[row] + ROWS_PER_SESSION;
        int count = 0;
        for (int n = first; n <= number; n += ROWS_PER_SESSION) {
            seen[session * TRANSACTIONS + n] = now;
            count++;
        }
        last[row] = Math.max(last[row], number);
        return count;
    }

    private Percentiles percentiles(double seconds) {
        double[] latencies = new double[SESSIONS * (TRANSACTIONS - WARM_UP_TRANSACTIONS)];
        int count = 0;
        for (int session = 0; session < SESSIONS; session++) {
            for (int number = WARM_UP_TRANSACTIONS; number < TRANSACTIONS; number++) {
                int index = session * TRANSACTIONS + number;
                latencies[count++] = (seen[index] - sent.get(index)) / 1e6;
            }
        }
        Arrays.sort(latencies);
        return new Percentiles(
                latencies[count / 2],
                latencies[count * 99 / 100],
                latencies[count - 1],
                count,
                SESSIONS * TRANSACTIONS * CHANGES_PER_TRANSACTION / seconds);
    }
}
