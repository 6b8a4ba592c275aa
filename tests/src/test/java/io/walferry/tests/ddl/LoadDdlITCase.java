package io.walferry.tests.ddl;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.tests.run.Sql;
import io.walferry.tests.support.Await;
import io.walferry.tests.support.TaskRun;
import java.time.Duration;
import java.util.List;
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

    private static void awaitSomeChunks(TaskRun run) throws Exception {
        Await.until("some chunks are loaded", Duration.ofSeconds(90), () -> {
            run.job().requireAlive();
            return Sql.is(run.target(), "SELECT to_regclass('walferry.snapshot_chunk') IS NOT NULL")
                    && Sql.is(run.target(), "SELECT count(loaded_at) > 5 FROM walferry.snapshot_chunk");
        });
    }
}
