package io.walferry.tests.rows;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.tests.support.InStep;
import io.walferry.tests.support.TaskRun;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Much of everything: tables, and rows in one transaction. */
class SizesITCase {

    private static final Duration START_LIMIT = Duration.ofSeconds(120);

    @Test
    void threeHundredTablesAreFollowedSoon() throws Exception {
        try (TaskRun run = TaskRun.shared("tables")) {
            try (Statement statement = run.source().createStatement()) {
                for (int i = 0; i < 300; i++) {
                    statement.addBatch(
                            "CREATE TABLE t" + i
                                    + " (id int PRIMARY KEY, a text NOT NULL DEFAULT 'x', b numeric(10,2), c timestamptz DEFAULT now())");
                    statement.addBatch("CREATE INDEX ON t" + i + " (b)");
                    statement.addBatch("INSERT INTO t" + i + " SELECT i, 'a' || i, i FROM generate_series(1, 20) i");
                }
                statement.executeBatch();
                statement.execute("ANALYZE");
            }
            long begin = System.nanoTime();
            run.start();
            new InStep(run.source(), run.target(), "tables").awaitChanges(START_LIMIT, run.job()::isAlive);
            System.out.println("300 tables followed after " + (System.nanoTime() - begin) / 1_000_000 + " ms");

            run.atSource("DO $$ BEGIN FOR i IN 0..299 LOOP"
                    + " EXECUTE format('UPDATE t%s SET a = a || ''+'' WHERE id < 5', i);"
                    + " EXECUTE format('INSERT INTO t%s VALUES (100)', i); END LOOP; END $$");
            assertThat(run.assertInStep().tables()).isEqualTo(300);
            run.terminate();
        }
    }

    /** The job's JVM has 1 GiB of heap, which does not hold such a transaction. */
    @Test
    void aTransactionOfAMillionRowsGoesThroughASmallHeap() throws Exception {
        try (TaskRun run = TaskRun.shared("million")) {
            run.atSource(
                    "CREATE TABLE t (id int PRIMARY KEY, n int, v text)",
                    "CREATE TABLE k (n int, v text)",
                    "ALTER TABLE k REPLICA IDENTITY FULL",
                    "INSERT INTO t SELECT i, i, repeat('x', 200) FROM generate_series(1, 1000) i");
            run.start().awaitChanges();
            run.inOneTransaction(
                    "INSERT INTO t SELECT i, i, md5(i::text) || repeat('y', 400) FROM generate_series(1001, 601000) i",
                    "INSERT INTO k SELECT i % 100, 'k' FROM generate_series(1, 100000) i",
                    "UPDATE t SET n = -n WHERE id % 3 = 0",
                    "DELETE FROM t WHERE id % 6 = 1",
                    "INSERT INTO k VALUES (-1, 'last')");
            run.awaitInStep();
            assertThat(run.assertEqual().rows()).isGreaterThan(500_000);
            run.terminate();
        }
    }
}
