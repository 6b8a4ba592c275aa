package io.walferry.tests.mapping;

import static io.walferry.tests.mapping.SameRows.assertSame;
import static io.walferry.tests.mapping.SameRows.rows;
import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.tests.support.Await;
import io.walferry.tests.support.TaskRun;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Several source tables with one target. */
class MergesITCase {

    private static final String MAPPING =
            """
            mapping:
              - from: branch_(.*).orders
                to: all_branches.orders
                constant: {column: branch, type: text, value: $1}
              - from: branch_(.*).log
                to: all_branches.log
                constant: {column: branch, type: text, value: $1}
              - from: branch_(.*).moves
                to: all_branches.moves
                disjoint-keys: true
            """;

    private static final String ORDERS =
            "SELECT id, amount, note, 'a' AS branch FROM branch_a.orders UNION ALL SELECT id, amount, note, 'b' FROM branch_b.orders";
    private static final String LOG =
            "SELECT line, 'a' AS branch FROM branch_a.log UNION ALL SELECT line, 'b' FROM branch_b.log";
    private static final String MOVES = "SELECT id, v FROM branch_a.moves UNION ALL SELECT id, v FROM branch_b.moves";

    @Test
    void areToldApartByAConstant() throws Exception {
        try (TaskRun run = TaskRun.shared("merges")) {
            create(run, 400);
            run.file().schemas("branch_*").chunkRows(50).batchRows(50).more(MAPPING);
            run.start().awaitChanges().awaitInStep();
            compare(run);
            assertThat(rows(run.target(), "SELECT pg_get_indexdef('all_branches.orders_pkey'::regclass)")
                            .get(0))
                    .contains("(id, branch)");
            change(run);
            run.awaitInStep();
            compare(run);
            run.inOneTransaction(
                    "INSERT INTO branch_a.orders VALUES (5001, 1, 'in a'), (5002, 2, 'in a too')",
                    "TRUNCATE branch_b.orders, branch_b.log",
                    "INSERT INTO branch_b.orders (id, amount, note) VALUES (1, 1, 'after')",
                    "INSERT INTO branch_b.log VALUES ('after')");
            run.awaitInStep();
            compare(run);
            run.terminate();
        }
    }

    @Test
    void surviveAKillInTheMiddleOfTheLoad() throws Exception {
        try (TaskRun run = TaskRun.shared("merges_killed")) {
            create(run, 60_000);
            run.file().schemas("branch_*").chunkRows(1_000).more(MAPPING);
            run.start();
            Await.until(
                    "some chunks are loaded",
                    Duration.ofSeconds(60),
                    () -> rows(run.target(), "SELECT to_regclass('walferry.snapshot_chunk')")
                                    .contains("(walferry.snapshot_chunk)")
                            && Integer.parseInt(rows(
                                                    run.target(),
                                                    "SELECT count(*) FROM walferry.snapshot_chunk WHERE loaded_at IS NOT NULL")
                                            .get(0)
                                            .replaceAll("\\D", ""))
                                    > 5);
            run.kill();
            assertThat(rows(run.target(), "SELECT count(*) FROM walferry.snapshot_chunk WHERE loaded_at IS NULL"))
                    .doesNotContain("(0)");
            change(run);
            run.start().awaitChanges().awaitInStep();
            compare(run);
        }
    }

    private static void create(TaskRun run, int rows) throws Exception {
        for (String branch : new String[] {"a", "b"}) {
            String schema = "branch_" + branch;
            run.atSource(
                    "CREATE SCHEMA " + schema,
                    branch.equals("a")
                            ? "CREATE TABLE branch_a.orders (id bigint PRIMARY KEY, amount int, note text UNIQUE)"
                            // The same columns in another order.
                            : "CREATE TABLE branch_b.orders (note text UNIQUE, amount int, id bigint PRIMARY KEY)",
                    "CREATE TABLE " + schema + ".log (line text)",
                    "ALTER TABLE " + schema + ".log REPLICA IDENTITY FULL",
                    "CREATE TABLE " + schema + ".moves (id int PRIMARY KEY, v text)",
                    "INSERT INTO " + schema + ".orders (id, amount, note) SELECT i, i % 10, 'zwq7value' || i"
                            + " FROM generate_series(1, " + rows + ") i",
                    "INSERT INTO " + schema + ".log SELECT 'line' || i % 5 FROM generate_series(1, " + rows / 4
                            + ") i");
        }
        run.atSource("INSERT INTO branch_a.moves SELECT i, 'x' FROM generate_series(1, 100) i", "ANALYZE");
    }

    private static void change(TaskRun run) throws Exception {
        run.atSource(
                "UPDATE branch_a.orders SET amount = amount + 1 WHERE id % 2 = 0",
                "UPDATE branch_b.orders SET amount = amount + 100 WHERE id % 3 = 0",
                "DELETE FROM branch_a.orders WHERE id % 5 = 0",
                "UPDATE branch_b.orders SET id = id + 1000000 WHERE id % 7 = 0",
                "INSERT INTO branch_a.orders SELECT 2000000 + i, i, 'new' || i FROM generate_series(1, 100) i",
                "INSERT INTO branch_b.orders SELECT 'new' || i, i, 2000000 + i FROM generate_series(1, 100) i",
                "DELETE FROM branch_a.log WHERE line = 'line1'",
                "UPDATE branch_b.log SET line = 'changed' WHERE line = 'line2'",
                "INSERT INTO branch_a.log VALUES ('x'), ('x')");
        for (int i = 0; i < 20; i++) {
            // Rows go to and fro between the two tables.
            boolean there = i % 2 == 0;
            run.inOneTransaction("WITH gone AS (DELETE FROM branch_" + (there ? "a" : "b")
                    + ".moves WHERE id <= 50 RETURNING *)" + " INSERT INTO branch_" + (there ? "b" : "a")
                    + ".moves SELECT id, v || '" + i + "' FROM gone");
        }
    }

    private static void compare(TaskRun run) throws Exception {
        assertSame(run, ORDERS, "SELECT id, amount, note, branch FROM all_branches.orders");
        assertSame(run, LOG, "SELECT line, branch FROM all_branches.log");
        assertSame(run, MOVES, "SELECT id, v FROM all_branches.moves");
    }
}
