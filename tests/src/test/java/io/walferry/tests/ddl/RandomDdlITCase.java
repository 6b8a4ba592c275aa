package io.walferry.tests.ddl;

import io.walferry.job.failure.SyncException;
import io.walferry.tests.run.Sql;
import io.walferry.tests.support.Await;
import io.walferry.tests.support.TaskRun;
import java.sql.Connection;
import java.sql.SQLException;
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
import org.junit.jupiter.api.Test;

/**
 * Sessions that write to a few tables, with and without keys, and change their structure, in transactions with both, some of which
 * are rolled back; partitions come and go; the job is killed meanwhile, and some tables are to be loaded anew when it starts again. Runs for a moment; {@code -Dtests.ddl.random.seconds=600} makes it long.
 */
class RandomDdlITCase {

    private static final int SECONDS = Integer.getInteger("tests.ddl.random.seconds", 25);
    private static final long SEED = Long.getLong("tests.seed", 4_711);
    private static final int SESSIONS = 4;
    private static final int PARTITIONS = 4;
    private static final int PARTITION_ROWS = 100;

    @Test
    void changesOfStructureAndOfRowsInAnyMixLeaveBothSidesEqual() throws Exception {
        System.out.println("RandomDdlITCase: seed " + SEED + ", " + SECONDS + " s");
        try (TaskRun run = TaskRun.shared("ddl_random")) {
            run.file().checkpointInterval("500ms");
            run.atSource("CREATE SEQUENCE ids START 1000");
            for (int table = 0; table < 4; table++) {
                run.atSource(
                        "CREATE TABLE r" + table + " (id int" + (table < 2 ? " PRIMARY KEY" : "") + ", v text, n int)",
                        "INSERT INTO r" + table + " SELECT i, 'v', i FROM generate_series(1, 300) i");
                if (table >= 2) {
                    run.atSource("ALTER TABLE r" + table + " REPLICA IDENTITY FULL");
                }
            }
            run.atSource("CREATE TABLE p (id int PRIMARY KEY, v text, n int) PARTITION BY RANGE (id)");
            for (int part = 0; part < PARTITIONS; part++) {
                run.atSource(
                        "CREATE TABLE q" + part + " (LIKE p INCLUDING ALL)",
                        "INSERT INTO q" + part + " SELECT i, 'q' FROM generate_series(" + part * PARTITION_ROWS + ", "
                                + (part * PARTITION_ROWS + 50) + ") i",
                        part % 2 == 0 ? attach(part) : "SELECT");
            }
            run.start().awaitChanges();
            AtomicBoolean stop = new AtomicBoolean();
            ExecutorService sessions = Executors.newCachedThreadPool();
            List<Future<?>> running = new ArrayList<>();
            for (int session = 0; session < SESSIONS; session++) {
                Random random = new Random(SEED * 31 + session);
                running.add(sessions.submit(() -> {
                    write(run, random, stop);
                    return null;
                }));
            }
            int kills = kill(run, new Random(SEED));
            stop.set(true);
            for (Future<?> session : running) {
                session.get(60, TimeUnit.SECONDS);
            }
            sessions.shutdown();
            finishDetaching(run);
            run.awaitInStep();
            run.assertEqual();
            System.out.println("RandomDdlITCase: " + kills + " kills, "
                    + Sql.text(run.target(), "SELECT count(*)::text FROM walferry.ddl")
                    + " changes of structure");
            run.terminate();
        }
    }

    /** Rows of a partition that is about to go are no rows of its table any more, and it is no table of its own yet. */
    private static void finishDetaching(TaskRun run) throws Exception {
        for (int part = 0; part < PARTITIONS; part++) {
            if (Sql.is(
                    run.source(),
                    "SELECT EXISTS (SELECT FROM pg_inherits WHERE inhdetachpending AND inhrelid = to_regclass('q" + part
                            + "'))")) {
                run.atSource("ALTER TABLE p DETACH PARTITION q" + part + " FINALIZE");
            }
        }
    }

    /** @return how often */
    private static int kill(TaskRun run, Random random) throws Exception {
        int kills = 0;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(2_000 + random.nextInt(6_000));
            run.kill();
            kills++;
            if (random.nextBoolean()) {
                loadAnew(run, List.of("p", "q*", "r0", "r2").get(random.nextInt(4)));
            }
            run.start();
            Await.until("the job reads", Duration.ofSeconds(90), () -> {
                run.job().requireAlive();
                return Sql.is(
                        run.source(),
                        "SELECT active FROM pg_replication_slots WHERE slot_name = 'walferry_ddl_random'");
            });
        }
        return kills;
    }

    private static void loadAnew(TaskRun run, String tables) throws Exception {
        try {
            Reloads.ask(run, "public." + tables).close();
        } catch (SyncException e) {
            System.out.println("RandomDdlITCase: " + e.getMessage()); // none of that name
        }
    }

    private static void write(TaskRun run, Random random, AtomicBoolean stop)
            throws SQLException, InterruptedException {
        try (Connection connection = run.pair().openSource();
                Statement statement = connection.createStatement()) {
            statement.execute("SET lock_timeout = '500ms'");
            while (!stop.get()) {
                boolean explicit = random.nextInt(3) == 0;
                try {
                    if (explicit) {
                        statement.execute("BEGIN");
                    }
                    int count = 1 + random.nextInt(explicit ? 4 : 1);
                    for (int i = 0; i < count; i++) {
                        statement.execute(statement(random));
                    }
                    if (explicit) {
                        statement.execute(random.nextInt(4) == 0 ? "ROLLBACK" : "COMMIT");
                    }
                } catch (SQLException e) {
                    // Whatever one session's change makes of another's statement.
                    statement.execute("ROLLBACK");
                }
                TimeUnit.MILLISECONDS.sleep(random.nextInt(5));
            }
        }
    }

    private static String statement(Random random) {
        boolean parts = random.nextInt(3) == 0;
        if (parts) {
            return random.nextInt(60) == 0 ? move(random) : dmlOfParts(random);
        }
        return random.nextInt(12) == 0 ? ddl(random) : dml(random);
    }

    private static String attach(int part) {
        return "ALTER TABLE p ATTACH PARTITION q" + part + " FOR VALUES FROM (" + part * PARTITION_ROWS + ") TO ("
                + (part + 1) * PARTITION_ROWS + ")";
    }

    private static String move(Random random) {
        int part = random.nextInt(PARTITIONS);
        return switch (random.nextInt(12)) {
            case 0, 1, 2, 3 -> attach(part);
            case 4, 5 -> "ALTER TABLE p DETACH PARTITION q" + part;
            case 6 -> "ALTER TABLE p DETACH PARTITION q" + part + " CONCURRENTLY";
            case 7 -> "ALTER TABLE p DETACH PARTITION q" + part + " FINALIZE";
            case 8 -> "DROP TABLE q" + part;
            case 9 -> "ALTER TABLE p ADD COLUMN " + column(random) + " int DEFAULT 1";
            default -> "CREATE TABLE q" + part + " (LIKE p INCLUDING ALL)";
        };
    }

    private static String dmlOfParts(Random random) {
        int id = random.nextInt(PARTITIONS * PARTITION_ROWS);
        String table = random.nextInt(3) == 0 ? "q" + id / PARTITION_ROWS : "p";
        return switch (random.nextInt(7)) {
            case 0, 1, 2 -> "INSERT INTO " + table + " (id, v) VALUES (" + id + ", 'n') ON CONFLICT DO NOTHING";
            case 3, 4 -> "UPDATE " + table + " SET v = '" + random.nextInt(1000) + "' WHERE id = " + id;
            case 5 -> "UPDATE p SET id = " + random.nextInt(PARTITIONS * PARTITION_ROWS) + " WHERE id = " + id;
            default -> "DELETE FROM " + table + " WHERE id = " + id;
        };
    }

    private static String table(Random random) {
        return "r" + random.nextInt(5);
    }

    private static String column(Random random) {
        return List.of("v", "n", "a", "b", "c").get(random.nextInt(5));
    }

    private static String dml(Random random) {
        String table = table(random);
        int id = random.nextInt(400);
        return switch (random.nextInt(7)) {
            case 0, 1 -> "INSERT INTO " + table + " (id) SELECT nextval('ids') FROM generate_series(1, " + (1 + id % 5)
                    + ")";
            case 2 -> "INSERT INTO " + table + " (id, " + column(random) + ") VALUES (nextval('ids'), '" + id + "')";
            case 3, 4 -> "UPDATE " + table + " SET " + column(random) + " = '" + id + "' WHERE id = " + id;
            case 5 -> "UPDATE " + table + " SET id = nextval('ids') WHERE id = " + id;
            default -> "DELETE FROM " + table + " WHERE id = " + id;
        };
    }

    private static String ddl(Random random) {
        String table = table(random);
        String column = column(random);
        return switch (random.nextInt(14)) {
            case 0 -> "ALTER TABLE " + table + " ADD COLUMN " + column + " text";
            case 1 -> "ALTER TABLE " + table + " ADD COLUMN " + column + " int DEFAULT " + random.nextInt(100);
            case 2 -> "ALTER TABLE " + table + " ADD COLUMN " + column + " float8 DEFAULT random()";
            case 3 -> "ALTER TABLE " + table + " ADD COLUMN " + column + " timestamptz DEFAULT now()";
            case 4, 5 -> "ALTER TABLE " + table + " DROP COLUMN " + column;
            case 6 -> "ALTER TABLE " + table + " RENAME " + column + " TO " + column(random);
            case 7 -> "ALTER TABLE " + table + " ALTER " + column + " TYPE text";
            case 8 -> "ALTER TABLE " + table + " ALTER " + column + " TYPE text USING upper(" + column
                    + "::text) || 'x'";
            case 9 -> "ALTER TABLE " + table + " RENAME TO " + table(random);
            case 10 -> "CREATE INDEX ON " + table + " (" + column + ")";
            case 11 -> "TRUNCATE " + table;
            case 12 -> "ALTER TABLE " + table + " ALTER " + column + " SET DEFAULT '" + random.nextInt(9) + "'";
            default -> "CREATE TABLE " + table + " (id int PRIMARY KEY, v text, n int)";
        };
    }
}
