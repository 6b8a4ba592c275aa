package io.walferry.tests.ddl;

import static io.walferry.tests.mapping.SameRows.assertSame;
import static io.walferry.tests.mapping.SameRows.rows;
import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.tests.run.Sql;
import io.walferry.tests.support.Await;
import io.walferry.tests.support.TaskRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What changes of structure do to tables with a filter or a statement, and to plain ones beside them. */
class StatementDdlITCase {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static final String RULES =
            """
            mapping:
              - {table: public.chosen, filter: n > 10}
              - {table: public.log, filter: level >= 3}
            etl: {file: %s}
            """;

    /** Each names what it writes, so that it goes on being right. */
    private static final List<String> WRITES = List.of(
            "INSERT INTO plain (id, n) VALUES ({r} + 10000, {r}) ON CONFLICT DO NOTHING",
            "UPDATE plain SET n = n + 1 WHERE id % 97 = {r} % 97",
            "DELETE FROM plain WHERE id = {r} + 10000",
            "INSERT INTO chosen (id, n, s) VALUES ({r} + 10000, {r} % 30, 'new') ON CONFLICT DO NOTHING",
            "UPDATE chosen SET n = (n + {r}) % 30 WHERE id % 97 = {r} % 97",
            "UPDATE chosen SET id = id + 20000 WHERE id = {r}",
            "DELETE FROM chosen WHERE id = {r} + 10000",
            "INSERT INTO made (id, n, s) VALUES ({r} + 10000, {r} % 30 - 15, 'new') ON CONFLICT DO NOTHING",
            "UPDATE made SET n = -n, s = 'turned' WHERE id % 97 = {r} % 97",
            "DELETE FROM made WHERE id = {r} + 10000",
            "INSERT INTO log (level, line) VALUES ({r} % 6, 'line {r}')",
            "UPDATE log SET level = ({r} + 1) % 6 WHERE line = 'line {r}'",
            "DELETE FROM log WHERE line = 'line {r}'");

    @TempDir
    private Path directory;

    @Test
    void tablesGoOnWithTheirStatementsWhileTheirStructureChanges() throws Exception {
        Path statements = Files.writeString(
                directory.resolve("etl.sql"),
                "INSERT INTO public.made SELECT id, n * 2 AS twice, s FROM public.made WHERE n > 0");
        try (TaskRun run = TaskRun.shared("ddl_statements")) {
            run.atSource(
                    "CREATE TABLE plain (id int PRIMARY KEY, n int)",
                    "CREATE TABLE chosen (id int PRIMARY KEY, n int, s text, big text)",
                    "ALTER TABLE chosen ALTER COLUMN big SET STORAGE EXTERNAL",
                    "CREATE TABLE made (id int PRIMARY KEY, n int, s text, other text)",
                    "CREATE TABLE log (level int, line text)",
                    "ALTER TABLE log REPLICA IDENTITY FULL",
                    "INSERT INTO plain SELECT i, i FROM generate_series(1, 500) i",
                    "INSERT INTO chosen SELECT i, i % 30, 's' || i, CASE WHEN i % 5 = 0 THEN repeat('zwq7value', 400) END"
                            + " FROM generate_series(1, 1000) i",
                    "INSERT INTO made SELECT i, i % 30 - 15, 's' || i, 'o' FROM generate_series(1, 1000) i",
                    "INSERT INTO log SELECT i % 6, 'line ' || i % 50 FROM generate_series(1, 300) i");
            run.file().more(RULES.formatted(statements));
            run.start().awaitChanges().awaitInStep();
            CaseWriters writers = new CaseWriters(run.pair(), WRITES, 4, 17);
            try {
                run.atSource(
                        "ALTER TABLE plain ADD COLUMN c int DEFAULT 7",
                        "CREATE INDEX plain_n ON plain (n)",
                        // None of these concerns what the statements make.
                        "ALTER TABLE made ADD COLUMN more text DEFAULT 'd', DROP COLUMN other",
                        "CREATE INDEX made_s ON made (s)",
                        "COMMENT ON COLUMN made.s IS 'told'",
                        "ALTER TABLE chosen ALTER COLUMN s SET DEFAULT 'none'",
                        "CREATE INDEX chosen_n ON chosen (n)");
                run.awaitInStep();
                assertThat(loadedAnew(run)).isEqualTo("0");
                assertThat(run.job().output()).doesNotContain("new job");
                // All columns arrive, so this one has to.
                run.atSource("ALTER TABLE chosen ADD COLUMN extra int DEFAULT 5");
                awaitColumn(run, "chosen", "extra");
                run.kill();
                run.start();
                run.awaitInStep();
                assertThat(loadedAnew(run)).isEqualTo("0");
                // The changelog has no value of these, and rows of another type may pass the filter.
                run.atSource(
                        "ALTER TABLE log ADD COLUMN at timestamptz DEFAULT clock_timestamp()",
                        "ALTER TABLE chosen ALTER COLUMN n TYPE bigint USING n * 2",
                        "ALTER TABLE plain DROP COLUMN c");
                Await.until("a table is loaded anew", LIMIT, run.inStep()::state, () -> {
                    run.job().requireAlive();
                    return !loadedAnew(run).equals("0");
                });
                run.kill();
                run.start();
                run.awaitInStep();
                assertThat(loadedAnew(run)).isEqualTo("2");
            } finally {
                writers.close();
            }
            run.awaitInStep();
            same(run);
            run.atSource(
                    "INSERT INTO chosen (id, n, s) VALUES (-1, 11, 'last'), (-2, 9, 'last')",
                    "ALTER TABLE chosen RENAME COLUMN s TO t",
                    "UPDATE chosen SET t = 'later' WHERE id = -1");
            run.awaitInStep();
            same(run);
            assertThat(
                            rows(
                                    run.target(),
                                    "SELECT indexname FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT LIKE '%pkey'"))
                    .containsExactly("(chosen_n)", "(made_s)", "(plain_n)");
            assertThat(
                            rows(
                                    run.target(),
                                    "SELECT attname, col_description(attrelid, attnum) FROM pg_attribute"
                                            + " WHERE attrelid = 'made'::regclass AND col_description(attrelid, attnum) IS NOT NULL"))
                    .containsExactly("(s,told)");
            // Another column under the name that the filter has: rows pass that did not.
            run.atSource("ALTER TABLE chosen DROP COLUMN n, ADD COLUMN n bigint DEFAULT 20");
            run.awaitInStep();
            same(run);
            run.terminate();
        }
    }

    private static String loadedAnew(TaskRun run) throws Exception {
        return Sql.text(run.target(), "SELECT count(*)::text FROM walferry.reload WHERE state = 'done'");
    }

    private static void awaitColumn(TaskRun run, String table, String column) throws Exception {
        Await.until("the target has " + column, LIMIT, run.inStep()::state, () -> {
            run.job().requireAlive();
            return Sql.is(
                    run.target(),
                    "SELECT EXISTS (SELECT FROM information_schema.columns WHERE table_name = '" + table
                            + "' AND column_name = '" + column + "')");
        });
    }

    private static void same(TaskRun run) throws Exception {
        assertSame(run, "SELECT * FROM plain", "SELECT * FROM plain");
        assertSame(run, "SELECT * FROM chosen WHERE n > 10", "SELECT * FROM chosen");
        assertSame(run, "SELECT id, n * 2, s FROM made WHERE n > 0", "SELECT id, twice, s FROM made");
        assertSame(run, "SELECT * FROM log WHERE level >= 3", "SELECT * FROM log");
    }

    @Test
    void aStatementThatDoesNotFitStopsTheTaskWhichGoesOnWhenItIsAdapted() throws Exception {
        Path statements = directory.resolve("etl.sql");
        Files.writeString(
                statements, "INSERT INTO public.item SELECT id, n * 2 AS twice, s FROM public.item WHERE n > 0");
        try (TaskRun run = TaskRun.shared("ddl_adapted")) {
            run.atSource(
                    "CREATE TABLE item (id int PRIMARY KEY, n int, s text)",
                    "CREATE TABLE plain (id int PRIMARY KEY, n int)",
                    "INSERT INTO item SELECT i, i % 10 - 5, 's' FROM generate_series(1, 1000) i");
            run.file().more("etl: {file: " + statements + "}\n");
            run.start().awaitChanges().awaitInStep();
            run.inOneTransaction(
                    "UPDATE item SET n = n + 1 WHERE id % 3 = 0",
                    "INSERT INTO plain VALUES (1, 1)",
                    "ALTER TABLE item RENAME COLUMN n TO m",
                    "ALTER TABLE plain ADD COLUMN c text DEFAULT 'c'",
                    "UPDATE item SET m = m + 1 WHERE id % 5 = 0",
                    "INSERT INTO plain VALUES (2, 2)");
            refused(run, 1, "statement for source table public.item", "names n, which is no column of the table");
            run.atSource(
                    "DELETE FROM item WHERE id % 11 = 0",
                    "ALTER TABLE item ADD COLUMN p text",
                    "INSERT INTO item SELECT i, i, 'later', 'p' FROM generate_series(2001, 2100) i",
                    "INSERT INTO plain VALUES (3, 3)");
            run.start();
            refused(run, 3, "statement for source table public.item", "names n, which is no column of the table");
            Files.writeString(
                    statements,
                    "INSERT INTO public.item SELECT id, m * 3 AS thrice, s, p FROM public.item WHERE m > 1");
            run.start();
            Await.until("it is loaded anew", LIMIT, run.inStep()::state, () -> {
                run.job().requireAlive();
                return loadedAnew(run).equals("1");
            });
            run.kill();
            run.atSource("UPDATE item SET s = 'updated' WHERE id % 7 = 0", "DELETE FROM plain WHERE id = 1");
            run.start().awaitInStep();
            assertSame(run, "SELECT id, m * 3, s, p FROM item WHERE m > 1", "SELECT id, thrice, s, p FROM item");
            assertSame(run, "SELECT * FROM plain", "SELECT * FROM plain");
            assertThat(rows(
                            run.target(),
                            "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public'"
                                    + " AND table_name = 'item'"))
                    .containsExactly("(id)", "(p)", "(s)", "(thrice)");
            run.terminate();

            Files.writeString(statements, "INSERT INTO public.item SELECT id, m * 4 AS thrice, s, p FROM public.item");
            run.start();
            refused(run, 3, "not those it was started with, for public.item", "walferry reload --no-wait");
            run.atTarget(
                    "INSERT INTO walferry.reload (task, oid, table_schema, table_name, reason) SELECT task, source_oid,"
                            + " table_schema, table_name, 'asked for' FROM walferry.table_state WHERE table_name = 'item'"
                            + " ON CONFLICT (task, oid) DO UPDATE SET state = 'waiting', asked = reload.asked + 1");
            run.start().awaitInStep();
            assertSame(run, "SELECT id, m * 4, s, p FROM item", "SELECT id, thrice, s, p FROM item");
            run.terminate();
        }
    }

    private static void refused(TaskRun run, int status, String... words) throws Exception {
        assertThat(run.job().awaitExit(LIMIT)).as(run.job().output()).isEqualTo(status);
        assertThat(run.job().output()).contains(words);
    }
}
