package io.walferry.tests.ddl;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.job.pipeline.ReloadRequest;
import io.walferry.tests.run.Sql;
import io.walferry.tests.support.Await;
import io.walferry.tests.support.TaskRun;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * While a large table is loaded anew, the stream goes on, and the table has each change once in the end. {@code
 * -Dtests.reload.rows=1000000} and {@code -Dtests.reload.rounds=30} make it long.
 */
class ReloadBesideITCase {

    private static final long MOST_MS = 1_000;
    private static final int ROWS = Integer.getInteger("tests.reload.rows", 300_000);
    private static final int ROUNDS = Integer.getInteger("tests.reload.rounds", 2);
    private static final long SEED = Long.getLong("tests.seed", 4_711);

    @Test
    void rowsOfOtherTablesDoNotWaitForTheLoad() throws Exception {
        try (TaskRun run = TaskRun.shared("reload_beside")) {
            run.file().checkpointInterval("500ms").more("mapping:\n  - {table: public.large, audit: audit.changes}\n");
            run.atSource(
                    "CREATE TABLE large (id int PRIMARY KEY, v text, n int)",
                    "INSERT INTO large SELECT i, repeat('v', 50), i FROM generate_series(1, " + ROWS + ") i",
                    "CREATE TABLE beside (id int PRIMARY KEY)");
            run.start().awaitChanges().awaitInStep();
            run.atTarget("DELETE FROM large WHERE id % 7 = 0", "UPDATE large SET v = 'spoilt' WHERE id % 7 = 1");
            long longestMs = 0;
            int arrived = 0;
            long begin = System.nanoTime();
            try (ReloadRequest asked = Reloads.ask(run, "public.large")) {
                while (!isDone(run)) {
                    arrived++;
                    longestMs = Math.max(longestMs, passes(run, arrived));
                }
                assertThat(asked.await(Duration.ofSeconds(60)))
                        .allSatisfy(state ->
                                assertThat(state.isDone()).as(state.words()).isTrue());
            }
            long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
            System.out.println("ReloadBesideITCase: a load of " + ROWS + " rows took " + tookMs + " ms, " + arrived
                    + " rows of another table arrived meanwhile, the slowest after " + longestMs + " ms");
            // Who waits for the load waits for most of it. A busy machine takes its time for all, the load too.
            assertThat(longestMs).isLessThan(Math.max(MOST_MS, tookMs / 2));
            run.awaitInStep();
            run.assertEqual();
            // The load may have seen the change that was on its way when it began.
            assertThat(Integer.parseInt(Sql.text(
                            run.target(),
                            "SELECT count(*)::text FROM audit.changes WHERE operation = 'insert'"
                                    + " AND new_row ->> 'v' = 'new'")))
                    .isBetween(arrived - 1, arrived);
            run.terminate();
        }
    }

    /** Changes of the loaded table, and one of the other; returns when that is at the target. */
    private static long passes(TaskRun run, int id) throws Exception {
        long begin = System.nanoTime();
        run.inOneTransaction(
                "UPDATE large SET n = -" + id + " WHERE id = " + id,
                "UPDATE large SET n = n + 1 WHERE id BETWEEN " + id * 2_000 + " AND " + (id * 2_000 + 1_999),
                "DELETE FROM large WHERE id = " + (1_000 + id),
                "INSERT INTO large VALUES (-" + id + ", 'new', 0)",
                "INSERT INTO beside VALUES (" + id + ")");
        Await.until("the other table's row arrives", Duration.ofSeconds(60), () -> {
            run.job().requireAlive();
            return Sql.is(run.target(), "SELECT EXISTS (SELECT FROM beside WHERE id = " + id + ")");
        });
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
    }

    private static boolean isDone(TaskRun run) throws Exception {
        return Sql.is(run.target(), "SELECT EXISTS (SELECT FROM walferry.reload WHERE state = 'done')");
    }

    /** Writers are held up, so that the stream begins again before the changes that have come with the load. */
    @Test
    void changesThatCameWithTheLoadDoNotComeAgain() throws Exception {
        try (TaskRun run = TaskRun.shared("reload_held")) {
            run.file().checkpointInterval("500ms");
            run.atSource(
                    "CREATE TABLE line (id int, v text)",
                    "ALTER TABLE line REPLICA IDENTITY FULL",
                    "INSERT INTO line SELECT i, 'a' FROM generate_series(1, 1000) i",
                    "CREATE TABLE late (id int PRIMARY KEY)");
            run.start().awaitChanges().awaitInStep();
            run.atTarget(
                    "CREATE SCHEMA gate",
                    "CREATE FUNCTION gate.wait() RETURNS trigger LANGUAGE plpgsql AS"
                            + " 'BEGIN PERFORM pg_advisory_xact_lock_shared(4711); RETURN NEW; END'",
                    "CREATE TRIGGER wait BEFORE INSERT ON line FOR EACH ROW EXECUTE FUNCTION gate.wait()",
                    "ALTER TABLE line ENABLE ALWAYS TRIGGER wait");
            try (Connection load = run.pair().openTarget();
                    Connection writer = run.pair().openTarget();
                    ReloadRequest asked = askHeldUp(run, load, "public.line")) {
                writer.setAutoCommit(false);
                TaskRun.execute(writer, "LOCK TABLE late IN ACCESS EXCLUSIVE MODE");
                run.inOneTransaction(
                        "INSERT INTO late SELECT generate_series(1, 20)",
                        "INSERT INTO line VALUES (1001, 'b')",
                        "UPDATE line SET v = 'c' WHERE id = 7",
                        "DELETE FROM line WHERE id = 8",
                        "INSERT INTO line VALUES (1002, 'd')");
                Await.until(
                        "both writers wait, behind the changes that are held",
                        Duration.ofSeconds(60),
                        () -> Sql.is(
                                run.target(),
                                "SELECT count(*) = 2 FROM pg_locks WHERE relation = 'late'::regclass AND NOT granted"));
                TaskRun.execute(load, "SELECT pg_advisory_unlock_all()");
                assertThat(asked.await(Duration.ofSeconds(60)))
                        .allSatisfy(state ->
                                assertThat(state.isDone()).as(state.words()).isTrue());
                assertThat(Sql.is(run.target(), "SELECT count(*) = 1001 FROM line"))
                        .isTrue();
                run.kill();
            }
            run.start().assertInStep();
            run.terminate();
        }
    }

    /** Returns when the load waits with its first row. */
    private ReloadRequest askHeldUp(TaskRun run, Connection gate, String table) throws Exception {
        TaskRun.execute(gate, "SELECT pg_advisory_lock(4711)");
        ReloadRequest asked = Reloads.ask(run, table);
        Await.until("the load waits", Duration.ofSeconds(60), () -> {
            run.job().requireAlive();
            return Sql.is(
                    run.target(), "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted)");
        });
        return asked;
    }

    /** Changes of structure and TRUNCATE on the very table, writes to it, and kills, all while it is loaded. */
    @Test
    void whateverHappensToTheTableMeanwhile() throws Exception {
        System.out.println("ReloadBesideITCase: seed " + SEED + ", " + ROUNDS + " rounds");
        Random random = new Random(SEED);
        try (TaskRun run = TaskRun.shared("reload_busy")) {
            run.file().checkpointInterval("500ms");
            run.atSource("CREATE SEQUENCE ids START 1000000");
            for (String table : List.of("keyed", "keyless")) {
                run.atSource(
                        "CREATE TABLE " + table + " (id int, v text, n int DEFAULT 7)",
                        "INSERT INTO " + table + " SELECT i, 'v' || i, i FROM generate_series(1, 60000) i");
            }
            run.atSource("ALTER TABLE keyed ADD PRIMARY KEY (id)", "ALTER TABLE keyless REPLICA IDENTITY FULL");
            run.start().awaitChanges().awaitInStep();
            for (int round = 0; round < ROUNDS; round++) {
                spoilAndReload(run, random, round);
                run.assertInStep();
            }
            DdlITCase.assertSameStructure(run);
            run.terminate();
        }
    }

    private void spoilAndReload(TaskRun run, Random random, int round) throws Exception {
        run.atTarget(
                "SET session_replication_role = replica",
                "UPDATE keyed SET v = 'spoilt' WHERE id % 3 = 0",
                // Rows that no change of the source meets before the load.
                "INSERT INTO keyless VALUES (-1, 'spoilt')");
        CaseWriters writers = new CaseWriters(run.pair(), WRITES, 4, random.nextLong());
        try (ReloadRequest asked = Reloads.ask(run, "public.key*")) {
            TimeUnit.MILLISECONDS.sleep(random.nextInt(700));
            if (random.nextBoolean()) {
                run.atSource(
                        "ALTER TABLE keyed ADD COLUMN c" + round + " int DEFAULT " + round,
                        round % 2 == 0
                                ? "TRUNCATE keyless"
                                : "ALTER TABLE keyless ADD COLUMN r" + round + " float8 DEFAULT random()",
                        "INSERT INTO keyless SELECT i, 'again' FROM generate_series(1, 50000) i");
            }
            TimeUnit.MILLISECONDS.sleep(random.nextInt(900));
            run.kill();
            run.start();
            assertThat(asked.await(Duration.ofSeconds(120)))
                    .allSatisfy(state ->
                            assertThat(state.isDone()).as(state.words()).isTrue());
        } finally {
            writers.close();
        }
    }

    private static final List<String> WRITES = List.of(
            "INSERT INTO keyed (id, v) VALUES (nextval('ids'), 'a')",
            "UPDATE keyed SET n = {r} WHERE id = {r}",
            "UPDATE keyed SET id = nextval('ids') WHERE id = {r}",
            "DELETE FROM keyed WHERE id = {r}",
            "INSERT INTO keyless (id, v) VALUES ({r}, 'b')",
            "UPDATE keyless SET n = {r} WHERE ctid = (SELECT ctid FROM keyless WHERE id = {r} LIMIT 1)",
            "DELETE FROM keyless WHERE ctid = (SELECT ctid FROM keyless WHERE id = {r} LIMIT 1)",
            "BEGIN; INSERT INTO keyless (id) VALUES ({r}), ({r}); UPDATE keyed SET v = 'w' WHERE id = {r}; COMMIT");
}
