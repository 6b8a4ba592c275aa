package io.walferry.tests.support;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * Several sessions that write to tables of every kind at once, each a bounded number of random transactions from one seed:
 * inserts, updates, deletes, key changes, keys swapped, duplicates without a key, large values left as they were, savepoints
 * and whole transactions rolled back. The seed is printed; sessions interleave freely, so it repeats the load, not the timing.
 */
public final class RandomWrites implements AutoCloseable {

    private static final List<String> TABLES = List.of(
            "CREATE TABLE rw_keyed (id bigint PRIMARY KEY, name text, amount numeric(20,4), at timestamptz, big text)",
            // Uncompressed and out of line: an update that leaves it alone does not log it.
            "ALTER TABLE rw_keyed ALTER big SET STORAGE EXTERNAL",
            "CREATE TABLE rw_composite (a text, b int, v text, PRIMARY KEY (a, b))",
            "CREATE TABLE rw_keyless (a int, b text)",
            "ALTER TABLE rw_keyless REPLICA IDENTITY FULL",
            "CREATE TABLE rw_full (id int PRIMARY KEY, v text, big text)",
            "ALTER TABLE rw_full REPLICA IDENTITY FULL",
            "ALTER TABLE rw_full ALTER big SET STORAGE EXTERNAL",
            "CREATE TABLE rw_unique (id int PRIMARY KEY, code int, UNIQUE (code) DEFERRABLE INITIALLY DEFERRED)");

    /** Two sessions met: a deadlock, or a key that the other one took. */
    private static final List<String> MET = List.of("40P01", "23505");

    private final DatabasePair pair;
    private final long seed;
    private final int keys;
    private final ExecutorService sessions = Executors.newCachedThreadPool();
    private final List<Future<?>> running = new ArrayList<>();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final AtomicLong transactions = new AtomicLong();
    private int rangeRows;

    /** @param keys how many keys the writes spread over: few keys, many meetings */
    public RandomWrites(DatabasePair pair, long seed, int keys) {
        this.pair = pair;
        this.seed = seed;
        this.keys = keys;
        System.out.println("RandomWrites: seed " + seed + ", " + keys + " keys, database " + pair.sourceDatabase());
    }

    /** Creates the tables, with this many rows in each. */
    public RandomWrites createTables(int rows) throws SQLException {
        try (Connection connection = pair.openSource();
                Statement statement = connection.createStatement()) {
            for (String table : TABLES) {
                statement.execute(table);
            }
            String m = "'" + TaskRun.MARKER + "' || ";
            String series = " FROM generate_series(1, " + rows + ") i";
            statement.execute("INSERT INTO rw_keyed SELECT i, " + m + "i, i / 7.0, now() - i * interval '1 s',"
                    + " CASE WHEN i % 50 = 0 THEN repeat(md5(i::text), 100) END" + series);
            statement.execute("INSERT INTO rw_composite SELECT 'k' || i % 10, i, " + m + "i" + series);
            statement.execute("INSERT INTO rw_keyless SELECT i % 20, " + m + "(i % 3)" + series);
            statement.execute("INSERT INTO rw_full SELECT i, " + m + "i,"
                    + " CASE WHEN i % 50 = 0 THEN repeat(md5(i::text), 100) END" + series);
            statement.execute("INSERT INTO rw_unique SELECT i, i" + series);
        }
        return this;
    }

    /**
     * Every fourth transaction also changes a range of keys by one statement.
     *
     * @param rows of a range at most; fewer keys may be there
     */
    public RandomWrites withRanges(int rows) {
        rangeRows = rows;
        return this;
    }

    /**
     * Starts the sessions; returns at once.
     *
     * @param transactionsPerSession after which each ends by itself
     * @param pause between two transactions of a session; zero for full speed
     */
    public RandomWrites start(int numberOfSessions, int transactionsPerSession, Duration pause) {
        for (int session = 0; session < numberOfSessions; session++) {
            Random random = new Random(seed * 31 + session);
            int number = session;
            running.add(sessions.submit(() -> {
                write(number, random, transactionsPerSession, pause);
                return null;
            }));
        }
        return this;
    }

    /** Waits until all sessions have ended. */
    public void await(Duration limit) throws Exception {
        for (Future<?> session : running) {
            session.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        }
        System.out.println("RandomWrites: " + transactions + " transactions committed");
    }

    public boolean isRunning() {
        return running.stream().anyMatch(session -> !session.isDone());
    }

    /** Transactions committed so far. */
    public long transactions() {
        return transactions.get();
    }

    /** Ends all sessions after their current transaction. */
    public void stop() throws Exception {
        stopped.set(true);
        await(Duration.ofSeconds(60));
    }

    @Override
    public void close() {
        stopped.set(true);
        sessions.shutdownNow();
    }

    private void write(int session, Random random, int number, Duration pause) throws Exception {
        Connection connection = open();
        try {
            for (int i = 0; i < number && !stopped.get(); i++) {
                try {
                    attempt(connection, session, random);
                } catch (SQLException e) {
                    if (!isLost(e)) {
                        throw e;
                    }
                    connection.close();
                    connection = open();
                }
                LockSupport.parkNanos(pause.toNanos());
            }
        } finally {
            connection.close();
        }
    }

    /** A transaction that meets another one is left out. */
    private void attempt(Connection connection, int session, Random random) throws SQLException {
        try {
            transaction(connection, session, random);
        } catch (SQLException e) {
            if (!MET.contains(String.valueOf(e.getSQLState()))) {
                throw e;
            }
            connection.rollback(); // which finds the server gone, perhaps
        }
    }

    /** Waits for a server that is being restarted. */
    private Connection open() throws Exception {
        AtomicReference<Connection> opened = new AtomicReference<>();
        Await.until("the source takes connections", Duration.ofSeconds(60), () -> {
            try {
                opened.set(pair.openSource());
                return true;
            } catch (SQLException e) {
                return stopped.get();
            }
        });
        Connection connection = opened.get();
        if (connection == null) {
            throw new IllegalStateException("Stopped while the source takes no connections");
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET deadlock_timeout = '20ms'");
        }
        connection.setAutoCommit(false);
        return connection;
    }

    private static boolean isLost(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return state.startsWith("08") || state.startsWith("57P");
    }

    private void transaction(Connection connection, int session, Random random) throws SQLException {
        int changes = 1 + random.nextInt(random.nextInt(10) == 0 ? 200 : 8);
        for (int i = 0; i < changes; i++) {
            change(connection, session, random);
        }
        if (rangeRows > 0 && random.nextInt(4) == 0) {
            long first = random.nextInt(keys);
            run(
                    connection,
                    "UPDATE rw_keyed SET amount = amount + 1 WHERE id BETWEEN ? AND ?",
                    first,
                    first + rangeRows - 1);
        }
        if (random.nextInt(5) == 0) {
            Savepoint savepoint = connection.setSavepoint();
            change(connection, session, random);
            change(connection, session, random);
            if (random.nextBoolean()) {
                connection.rollback(savepoint);
            } else {
                connection.releaseSavepoint(savepoint);
            }
        }
        if (random.nextInt(10) == 0) {
            connection.rollback();
        } else {
            connection.commit();
            transactions.incrementAndGet();
        }
    }

    private void change(Connection connection, int session, Random random) throws SQLException {
        int id = 1 + random.nextInt(keys);
        int other = 1 + random.nextInt(keys);
        String text = TaskRun.MARKER + random.nextInt(1_000_000);
        switch (random.nextInt(20)) {
            case 0, 1, 2 -> run(
                    connection,
                    "INSERT INTO rw_keyed VALUES (?, ?, ?, now(), ?) ON CONFLICT DO NOTHING",
                    (long) id,
                    text,
                    new java.math.BigDecimal(random.nextInt()).movePointLeft(4),
                    random.nextInt(4) == 0 ? big(random) : null);
            case 3, 4, 5 -> run(connection, "UPDATE rw_keyed SET name = ? WHERE id = ?", text, (long) id);
            case 6 -> run(connection, "UPDATE rw_keyed SET big = ? WHERE id = ?", big(random), (long) id);
            case 7 -> run(connection, "DELETE FROM rw_keyed WHERE id = ?", (long) id);
                // The key changes, and the large value travels along untouched.
            case 8 -> run(
                    connection,
                    "UPDATE rw_keyed SET id = ? WHERE id = ? AND NOT EXISTS (SELECT FROM rw_keyed WHERE id = ?)",
                    (long) other,
                    (long) id,
                    (long) other);
            case 9 -> swapKeys(connection, session, id, other);
            case 10 -> run(connection, "INSERT INTO rw_keyless VALUES (?, ?)", id % 20, TaskRun.MARKER + id % 3);
            case 11 -> run(
                    connection,
                    "UPDATE rw_keyless SET a = ? WHERE ctid = (SELECT min(ctid) FROM rw_keyless WHERE a = ?)",
                    other % 20,
                    id % 20);
            case 12 -> run(
                    connection,
                    "DELETE FROM rw_keyless WHERE ctid = (SELECT max(ctid) FROM rw_keyless WHERE a = ?)",
                    id % 20);
            case 13 -> run(
                    connection,
                    "INSERT INTO rw_composite VALUES (?, ?, ?) ON CONFLICT (a, b) DO UPDATE SET v = excluded.v",
                    "k" + id % 10,
                    other,
                    text);
            case 14 -> run(connection, "DELETE FROM rw_composite WHERE b = ?", id);
            case 15 -> run(
                    connection,
                    "UPDATE rw_composite SET a = ? WHERE a = ? AND b = ?"
                            + " AND NOT EXISTS (SELECT FROM rw_composite WHERE a = ? AND b = ?)",
                    "k" + other % 10,
                    "k" + id % 10,
                    id,
                    "k" + other % 10,
                    id);
            case 16 -> run(
                    connection,
                    "INSERT INTO rw_full VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET v = excluded.v",
                    id,
                    text,
                    big(random));
            case 17 -> run(
                    connection,
                    "UPDATE rw_full SET v = ?, id = ? WHERE id = ? AND NOT EXISTS (SELECT FROM rw_full WHERE id = ?)",
                    text,
                    other,
                    id,
                    other);
            case 18 -> {
                run(connection, "DELETE FROM rw_full WHERE id = ?", id);
                run(connection, "INSERT INTO rw_full VALUES (?, ?, NULL)", id, text);
            }
            default -> moveUniqueValue(connection, id, other);
        }
    }

    private static void swapKeys(Connection connection, int session, long id, long other) throws SQLException {
        long aside = -1 - session;
        run(connection, "UPDATE rw_keyed SET id = ? WHERE id = ?", aside, id);
        run(connection, "UPDATE rw_keyed SET id = ? WHERE id = ?", id, other);
        run(connection, "UPDATE rw_keyed SET id = ? WHERE id = ?", other, aside);
    }

    private static void moveUniqueValue(Connection connection, int id, int other) throws SQLException {
        run(
                connection,
                "UPDATE rw_unique u SET code = o.code FROM rw_unique o"
                        + " WHERE (u.id = ? AND o.id = ?) OR (u.id = ? AND o.id = ?)",
                id,
                other,
                other,
                id);
    }

    private static String big(Random random) {
        StringBuilder text = new StringBuilder(TaskRun.MARKER);
        int length = 2_500 + random.nextInt(4_000);
        while (text.length() < length) {
            text.append(Long.toString(random.nextLong(), 36));
        }
        return text.toString();
    }

    private static void run(Connection connection, String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                if (values[i] == null) {
                    statement.setNull(i + 1, java.sql.Types.VARCHAR);
                } else {
                    statement.setObject(i + 1, values[i]);
                }
            }
            statement.executeUpdate();
        }
    }
}
