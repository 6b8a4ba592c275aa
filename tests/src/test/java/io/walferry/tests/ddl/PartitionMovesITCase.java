package io.walferry.tests.ddl;

import io.walferry.tests.run.Sql;
import io.walferry.tests.support.Await;
import io.walferry.tests.support.TaskRun;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rows of a partition that is attached or detached while it, or its root, is about to be loaded anew, and of one that is detached concurrently. */
class PartitionMovesITCase {

    private static final String DETACH = "ALTER TABLE p DETACH PARTITION p_2";
    private static final String ATTACH = "ALTER TABLE p ATTACH PARTITION q FOR VALUES FROM (2000) TO (3000)";

    /** The load reads the table as it is after the move, and the stream comes to the move only then. */
    @ParameterizedTest
    @CsvSource({
        "p, detach",
        "p_2, detach",
        "p, attach",
        "q, attach",
        "p_2, back",
        "p, back",
        "p, gone",
        "p, renewed",
        "p, through",
        "q, through"
    })
    void aLoadThatIsAheadOfTheMove(String table, String move) throws Exception {
        try (TaskRun run = prepared("moves_" + table + "_" + move)) {
            if (table.equals("p_2")) {
                run.atSource(DETACH);
            }
            run.awaitInStep();
            run.kill();
            Reloads.ask(run, "public." + table).close();
            write(run, "before");
            switch (move) {
                case "attach" -> run.atSource(ATTACH);
                case "back" -> run.atSource(
                        table.equals("p") ? DETACH : "INSERT INTO p_2 VALUES (1999, 'x') ON CONFLICT DO NOTHING",
                        "UPDATE p_2 SET v = 'alone' WHERE id % 4 = 0",
                        "DELETE FROM p_2 WHERE id % 11 = 0",
                        "ALTER TABLE p ATTACH PARTITION p_2 FOR VALUES FROM (1000) TO (2000)");
                case "renewed" -> run.atSource(
                        DETACH,
                        "UPDATE p_2 SET v = 'alone' WHERE id % 4 = 0",
                        "DROP TABLE p_2",
                        "CREATE TABLE p_2 (id int PRIMARY KEY, v text)",
                        "INSERT INTO p_2 SELECT i, 'again' FROM generate_series(1000, 1500) i",
                        "ALTER TABLE p ATTACH PARTITION p_2 FOR VALUES FROM (1000) TO (2000)");
                case "through" -> run.atSource(
                        ATTACH,
                        "UPDATE p SET v = 'inside' WHERE id % 4 = 0",
                        "DELETE FROM p WHERE id % 11 = 0",
                        "INSERT INTO p VALUES (2999, 'inside')",
                        "ALTER TABLE p DETACH PARTITION q",
                        "UPDATE q SET v = 'outside' WHERE id % 5 = 0");
                case "gone" -> run.atSource(
                        DETACH,
                        "UPDATE p_2 SET v = 'alone' WHERE id % 4 = 0",
                        "DELETE FROM p_2 WHERE id % 11 = 0",
                        "DROP TABLE p_2");
                default -> {
                    if (!table.equals("p_2")) {
                        run.atSource(DETACH);
                    }
                }
            }
            write(run, "after");
            run.start();
            run.assertInStep();
            DdlITCase.assertSameStructure(run);
            write(run, "then");
            run.assertInStep();
            run.terminate();
        }
    }

    /**
     * While PostgreSQL waits for those who still see the partition, what they write to it is published neither as the root's nor as the
     * partition's own.
     */
    @ParameterizedTest
    @CsvSource({"true, false", "false, false", "false, true"})
    void writesBetweenTheTwoTransactionsOfAConcurrentDetach(boolean live, boolean back) throws Exception {
        try (TaskRun run = prepared("moves_between_" + live + "_" + back)) {
            run.awaitInStep();
            if (!live) {
                run.kill();
            }
            try (Connection seeing = run.pair().openSource();
                    Statement old = seeing.createStatement()) {
                old.execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1 FROM p");
                CompletableFuture<Void> detached = CompletableFuture.runAsync(() -> {
                    try (Connection another = run.pair().openSource()) {
                        TaskRun.execute(another, DETACH + " CONCURRENTLY");
                    } catch (SQLException e) {
                        throw new CompletionException(e);
                    }
                });
                Await.until(
                        "the partition is about to go",
                        Duration.ofSeconds(30),
                        () -> Sql.is(run.source(), "SELECT EXISTS (SELECT FROM pg_inherits WHERE inhdetachpending)"));
                old.execute("INSERT INTO p VALUES (1999, 'old'); UPDATE p SET v = 'old' WHERE id % 7 = 0;"
                        + " DELETE FROM p WHERE id % 6 = 0; COMMIT");
                detached.get(60, TimeUnit.SECONDS);
            }
            if (back) {
                run.atSource(
                        "UPDATE p_2 SET v = 'alone' WHERE id % 4 = 0",
                        "ALTER TABLE p ATTACH PARTITION p_2 FOR VALUES FROM (1000) TO (2000)");
            }
            write(run, "after");
            if (!live) {
                run.start();
            }
            run.assertInStep();
            DdlITCase.assertSameStructure(run);
            run.terminate();
        }
    }

    /** The server looks for partitions when a query begins, whatever the snapshot. */
    @Test
    void oneThatIsAttachedAfterTheSnapshot() throws Exception {
        try (TaskRun run = prepared("moves_reading")) {
            run.awaitInStep();
            try (Connection blocker = run.pair().openTarget();
                    Statement lock = blocker.createStatement()) {
                lock.execute("BEGIN; LOCK TABLE p IN SHARE MODE");
                Reloads.ask(run, "public.p").close();
                // It has its snapshot by then, and tries again with another one if it has to wait for long.
                Await.until(
                        "the load waits for the target",
                        Duration.ofSeconds(30),
                        () -> Sql.is(
                                run.target(),
                                "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = 'p'::regclass)"));
                run.atSource(ATTACH);
                lock.execute("COMMIT");
            }
            write(run, "after");
            run.assertInStep();
            DdlITCase.assertSameStructure(run);
            run.terminate();
        }
    }

    private static TaskRun prepared(String task) throws Exception {
        TaskRun run = TaskRun.shared(task);
        run.file().checkpointInterval("500ms");
        run.atSource(
                "CREATE TABLE p (id int PRIMARY KEY, v text) PARTITION BY RANGE (id)",
                "CREATE TABLE p_1 PARTITION OF p FOR VALUES FROM (0) TO (1000)",
                "CREATE TABLE p_2 PARTITION OF p FOR VALUES FROM (1000) TO (2000)",
                "CREATE TABLE q (id int PRIMARY KEY, v text)",
                "INSERT INTO p SELECT i, 'p' || i FROM generate_series(1, 1800) i",
                "INSERT INTO q SELECT i, 'q' || i FROM generate_series(2001, 2800) i");
        return run.start().awaitChanges();
    }

    /** Changes each of the tables, some in one transaction. */
    private static void write(TaskRun run, String when) throws Exception {
        int step = when.length();
        for (String table : List.of("p", "p_2", "q")) {
            if (!Sql.is(run.source(), "SELECT to_regclass('" + table + "') IS NOT NULL")) {
                continue;
            }
            run.atSource(
                    "UPDATE " + table + " SET v = '" + when + table + "' WHERE id % " + step + " = 0",
                    "DELETE FROM " + table + " WHERE id % 97 = " + step,
                    "UPDATE " + table + " SET v = v || '!' WHERE id % 10 = 3");
        }
        run.atSource("INSERT INTO p SELECT i, '" + when + "' FROM generate_series(" + step + "00, " + step
                + "50) i ON CONFLICT DO NOTHING");
    }
}
