package io.walferry.tests.ddl;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.tests.run.Sql;
import io.walferry.tests.support.Await;
import io.walferry.tests.support.TaskRun;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Structure changes while tables are loaded: the task goes on by itself, and both sides are equal in the end. */
class LoadDdlITCase {

    private static final List<String> WRITES = List.of(
            "INSERT INTO {t} (id) VALUES (nextval('ids'))",
            "UPDATE {t} SET v = 'u{r}' WHERE id = {r}",
            "DELETE FROM {t} WHERE id = {r}");

    @Test
    void aTableThatIsChangedWhileItIsLoadedIsLoadedWhenTheStreamBegins() throws Exception {
        try (TaskRun run = TaskRun.shared("ddl_load")) {
            run.file().chunkRows(1_000).loadParallelism(1).checkpointInterval("500ms");
            run.atSource("CREATE SEQUENCE ids START 1000000");
            for (String table : List.of("a", "b", "c", "d")) {
                run.atSource(
                        "CREATE TABLE " + table + " (id int PRIMARY KEY, v text, n int, UNIQUE (n, id))",
                        "INSERT INTO " + table + " SELECT i, repeat('v', 100), i FROM generate_series(1, 60000) i");
            }
            run.atSource(
                    "CREATE TABLE k (id int, v text)",
                    "ALTER TABLE k REPLICA IDENTITY FULL",
                    "INSERT INTO k SELECT i, 'k' FROM generate_series(1, 5000) i",
                    "ANALYZE");
            List<String> writes = List.of("a", "b", "c", "d", "k", "renamed").stream()
                    .flatMap(table -> WRITES.stream().map(sql -> sql.replace("{t}", table)))
                    .toList();
            run.start();
            CaseWriters writers = new CaseWriters(run.pair(), writes, 4, 5);
            try {
                awaitSomeChunks(run);
                run.atSource(
                        "ALTER TABLE a ALTER n TYPE text",
                        "ALTER TABLE b DROP COLUMN v",
                        "ALTER TABLE b ADD COLUMN v text DEFAULT 'w'",
                        "ALTER TABLE c RENAME TO renamed",
                        "ALTER TABLE k ADD COLUMN x float8 DEFAULT random()",
                        "DROP TABLE d");
                run.kill();
                run.start();
                run.awaitChanges();
            } finally {
                writers.close();
            }
            run.assertInStep();
            assertThat(Sql.text(run.target(), "SELECT count(*)::text FROM walferry.reload"))
                    .as("tables that were loaded when the stream began")
                    .isNotEqualTo("0");
            assertThat(Sql.text(run.target(), "SELECT to_regclass('public.d')::text"))
                    .isEmpty();
            DdlITCase.assertSameStructure(run);
            run.terminate();
        }
    }

    @Test
    void labelsThatAreNewWhileTheirTableIsLoadedArrive() throws Exception {
        try (TaskRun run = TaskRun.shared("ddl_load_labels")) {
            run.file().chunkRows(1_000).loadParallelism(1).checkpointInterval("500ms");
            run.atSource(
                    "CREATE SEQUENCE ids START 1000000",
                    "CREATE TYPE mood AS ENUM ('a', 'b')",
                    "CREATE TABLE m (id int PRIMARY KEY, v text, mood mood DEFAULT 'a', all_of mood[] DEFAULT '{a,b}')",
                    "INSERT INTO m SELECT i, repeat('v', 100) FROM generate_series(1, 60000) i",
                    "ANALYZE");
            run.start();
            awaitSomeChunks(run);
            run.atSource(
                    "ALTER TYPE mood RENAME VALUE 'a' TO 'z'",
                    "ALTER TYPE mood ADD VALUE 'c'",
                    "UPDATE m SET mood = 'c', all_of = '{z,c}' WHERE id > 59990",
                    "INSERT INTO m SELECT i, 'w', 'c' FROM generate_series(60001, 60100) i");
            run.awaitChanges();
            run.assertInStep();
            assertThat(Sql.text(run.target(), "SELECT state FROM walferry.reload"))
                    .as("what became of the load")
                    .isEqualTo("done");
            DdlITCase.assertSameStructure(run);
            run.terminate();
        }
    }

    /** Some go before their rows are loaded and some after, and the same is so of the tables that they come to or leave. */
    @Test
    void partitionsThatMoveWhileTheyAreLoaded() throws Exception {
        try (TaskRun run = TaskRun.shared("ddl_load_parts")) {
            run.file().chunkRows(1_000).loadParallelism(1).checkpointInterval("500ms");
            run.atSource("CREATE SEQUENCE ids START 1000000");
            for (String table : List.of("a", "k", "z")) {
                run.atSource(
                        "CREATE TABLE " + table + " (id int PRIMARY KEY, v text) PARTITION BY RANGE (id)",
                        "CREATE TABLE " + table + "_1 PARTITION OF " + table + " FOR VALUES FROM (0) TO (10000)",
                        "CREATE TABLE " + table + "_2 PARTITION OF " + table + " FOR VALUES FROM (10000) TO (20000)",
                        "CREATE TABLE " + table + "_3 PARTITION OF " + table
                                + " FOR VALUES FROM (1000000) TO (2000000)",
                        "CREATE TABLE " + table + "x (id int PRIMARY KEY, v text)",
                        "INSERT INTO " + table + " SELECT i, repeat('v', 100) FROM generate_series(1, 19000) i",
                        "INSERT INTO " + table + "x SELECT i, repeat('x', 100) FROM generate_series(20001, 29000) i");
            }
            run.atSource("ANALYZE");
            List<String> writes = new ArrayList<>();
            for (String table : List.of("a", "k", "z")) {
                Map.of(table, "nextval('ids')", table + "x", "29999 - {r}", table + "_2", "19999 - {r}")
                        .forEach((one, id) -> writes.addAll(List.of(
                                "INSERT INTO " + one + " VALUES (" + id + ", 'w') ON CONFLICT DO NOTHING",
                                "UPDATE " + one + " SET v = 'u{r}' WHERE id % 10000 = {r}",
                                "DELETE FROM " + one + " WHERE id % 10000 = {r} + 1000")));
            }
            run.start();
            CaseWriters writers = new CaseWriters(run.pair(), writes, 4, 5);
            try {
                awaitSomeChunks(run);
                for (String table : List.of("a", "k", "z")) {
                    run.atSource(
                            "ALTER TABLE " + table + " ATTACH PARTITION " + table
                                    + "x FOR VALUES FROM (20000) TO (30000)",
                            "ALTER TABLE " + table + " DETACH PARTITION " + table + "_2",
                            "CREATE TABLE " + table + "_4 PARTITION OF " + table
                                    + " FOR VALUES FROM (30000) TO (40000)",
                            "INSERT INTO " + table + " SELECT i, 'new' FROM generate_series(30001, 30100) i");
                }
                run.kill();
                run.start();
                run.awaitChanges();
            } finally {
                writers.close();
            }
            run.assertInStep();
            assertThat(
                            Sql.text(
                                    run.target(),
                                    "SELECT string_agg(DISTINCT state, ',') FROM walferry.reload WHERE table_name IN ('a', 'k', 'z')"))
                    .as("what became of the roots that were not loaded by then")
                    .isEqualTo("done");
            DdlITCase.assertSameStructure(run);
            run.terminate();
        }
    }

    private static void awaitSomeChunks(TaskRun run) throws Exception {
        Await.until("some chunks are loaded", Duration.ofSeconds(90), () -> {
            run.job().requireAlive();
            return Sql.is(run.target(), "SELECT to_regclass('walferry.snapshot_chunk') IS NOT NULL")
                    && Sql.is(run.target(), "SELECT count(loaded_at) > 5 FROM walferry.snapshot_chunk");
        });
    }
}
