package io.walferry.tests.ddl;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.tests.run.Sql;
import io.walferry.tests.support.Await;
import io.walferry.tests.support.TaskRun;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tables that are loaded anew in a form that the rows at the target, or the objects around them, are not made for yet. */
class StricterFormITCase {

    private static final String VALUES = " ADD COLUMN u uuid DEFAULT gen_random_uuid()";

    /** The load sees the table as it is at the end of the transaction that asks for it. */
    @Test
    void formerRowsThatTheNewFormExcludes() throws Exception {
        try (TaskRun run = TaskRun.shared("stricter_rows")) {
            run.file().checkpointInterval("500ms");
            for (String table : List.of("added", "parent", "wider", "filled", "doubles")) {
                run.atSource(
                        "CREATE TABLE " + table + " (id int PRIMARY KEY, b int, v text)",
                        "INSERT INTO " + table
                                + " SELECT i, nullif(i % 7, 0), repeat('v', i % 9) FROM generate_series(1, 100) i");
            }
            run.atSource(
                    "CREATE TABLE keyless (b int, v text)",
                    "ALTER TABLE keyless REPLICA IDENTITY FULL",
                    "INSERT INTO keyless SELECT i % 7, 'v' FROM generate_series(1, 100) i",
                    "CREATE TABLE part (id int PRIMARY KEY, v text) PARTITION BY RANGE (id)",
                    "CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (0) TO (50)",
                    "CREATE TABLE part_2 PARTITION OF part FOR VALUES FROM (50) TO (200)",
                    "INSERT INTO part SELECT i, 'v' FROM generate_series(1, 100) i",
                    "CREATE TABLE child (id int PRIMARY KEY, a int REFERENCES parent, w int REFERENCES wider)",
                    "INSERT INTO child SELECT i, i, i FROM generate_series(1, 100) i");
            run.start().awaitChanges().awaitInStep();
            notNull(run, "added");
            notNull(run, "parent");
            run.inOneTransaction(
                    "ALTER TABLE part" + VALUES,
                    "ALTER TABLE part ALTER u SET NOT NULL",
                    "ALTER TABLE part ALTER u DROP DEFAULT");
            run.inOneTransaction("ALTER TABLE wider" + VALUES, "ALTER TABLE wider ALTER id TYPE bigint");
            run.inOneTransaction(
                    "ALTER TABLE filled" + VALUES,
                    "UPDATE filled SET b = 0 WHERE b IS NULL",
                    "ALTER TABLE filled ALTER b SET NOT NULL",
                    "ALTER TABLE filled ADD CHECK (u IS NOT NULL)",
                    "UPDATE filled SET v = left(v, 3)",
                    "ALTER TABLE filled ALTER v TYPE varchar(3)");
            run.inOneTransaction(
                    "ALTER TABLE doubles" + VALUES,
                    "DELETE FROM doubles WHERE id > 7",
                    "ALTER TABLE doubles ADD UNIQUE (b)");
            run.inOneTransaction("ALTER TABLE keyless" + VALUES, "ALTER TABLE keyless ADD PRIMARY KEY (u)");
            run.atSource(
                    "UPDATE added SET v = 'after' WHERE id % 3 = 0",
                    "DELETE FROM keyless WHERE b = 3",
                    "INSERT INTO parent VALUES (101)",
                    "INSERT INTO child VALUES (101, 101, 1)");
            finish(run);
        }
    }

    private static void notNull(TaskRun run, String table) throws Exception {
        run.inOneTransaction("ALTER TABLE " + table + VALUES, "ALTER TABLE " + table + " ALTER u SET NOT NULL");
    }

    /** What the form needs comes later in the transaction. */
    @Test
    void objectsThatTheStreamHasYetToComeTo() throws Exception {
        try (TaskRun run = TaskRun.shared("stricter_ahead")) {
            run.file().checkpointInterval("500ms");
            for (String table : List.of("viewed", "typed", "referring", "a", "b")) {
                run.atSource(
                        "CREATE TABLE " + table + " (id int PRIMARY KEY, a int, b int)",
                        "INSERT INTO " + table + " SELECT i, i, i FROM generate_series(1, 100) i");
            }
            run.atSource(
                    "CREATE VIEW view AS SELECT id, a FROM viewed",
                    "CREATE TYPE mood AS ENUM ('good', 'bad')",
                    "CREATE TABLE referred (id int PRIMARY KEY)",
                    "INSERT INTO referred SELECT generate_series(1, 100)");
            run.start().awaitChanges().awaitInStep();
            run.atSource("CREATE FUNCTION rows() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM viewed'");
            run.inOneTransaction(
                    "ALTER TABLE viewed" + VALUES,
                    "DROP VIEW view",
                    "ALTER TABLE viewed DROP COLUMN a",
                    "UPDATE viewed SET b = -b",
                    "CREATE VIEW view AS SELECT id, u FROM viewed");
            run.inOneTransaction(
                    "ALTER TABLE typed" + VALUES,
                    "ALTER TABLE typed ADD COLUMN m mood DEFAULT 'bad'",
                    "ALTER TYPE mood RENAME TO temper",
                    "UPDATE typed SET m = 'good' WHERE id % 2 = 0");
            run.inOneTransaction(
                    "ALTER TABLE referring" + VALUES,
                    "ALTER TABLE referred RENAME TO renamed",
                    "ALTER TABLE referring ADD FOREIGN KEY (b) REFERENCES renamed",
                    "DELETE FROM referring WHERE id % 5 = 0");
            // It waits for the other's name when its rows are in the way.
            run.inOneTransaction(
                    "ALTER TABLE a" + VALUES,
                    "ALTER TABLE a RENAME TO c",
                    "ALTER TABLE b RENAME TO a",
                    "ALTER TABLE c RENAME TO b",
                    "ALTER TABLE b ADD CHECK (u IS NOT NULL)",
                    "ALTER TABLE b ALTER u SET NOT NULL",
                    "DELETE FROM b WHERE id % 5 = 0",
                    "INSERT INTO b VALUES (101)");
            run.atSource("UPDATE viewed SET b = 1 WHERE id % 3 = 0", "UPDATE b SET a = 1 WHERE id % 3 = 0");
            finish(run);
        }
    }

    /** It holds the publication until its end, so that no other table can be published meanwhile. */
    @Test
    void anOpenTransactionThatHasCreatedATable() throws Exception {
        try (TaskRun run = TaskRun.shared("stricter_open")) {
            run.file().checkpointInterval("500ms");
            run.atSource("CREATE TABLE third (id int PRIMARY KEY)");
            run.start().awaitChanges().awaitInStep();
            try (Connection other = run.pair().openSource();
                    Statement open = other.createStatement()) {
                open.execute("BEGIN; CREATE TABLE first (id int PRIMARY KEY); INSERT INTO first VALUES (1)");
                run.atSource(
                        "CREATE TABLE second (id int PRIMARY KEY, v text)",
                        "INSERT INTO second SELECT i, 'v' FROM generate_series(1, 100) i",
                        "INSERT INTO third VALUES (1)",
                        "UPDATE second SET v = 'changed' WHERE id % 3 = 0");
                Await.until("the third table's row arrives", Duration.ofSeconds(30), run.inStep()::state, () -> {
                    run.job().requireAlive();
                    return Sql.is(run.target(), "SELECT EXISTS (SELECT FROM third)");
                });
                open.execute("COMMIT");
            }
            run.atSource("DELETE FROM second WHERE id % 5 = 0");
            finish(run);
        }
    }

    /** The stream brings nothing that would help: the task says so instead of waiting. */
    @Test
    void whatTheTargetDoesNotTakeAtAll() throws Exception {
        try (TaskRun run = TaskRun.shared("stricter_never")) {
            run.file().checkpointInterval("500ms");
            run.atSource("CREATE TABLE silent (id int PRIMARY KEY, a int)", "INSERT INTO silent VALUES (1, 1)");
            run.start().awaitChanges().awaitInStep();
            run.atTarget("CREATE VIEW theirs AS SELECT a FROM silent");
            run.atSource("SET event_triggers = off", "ALTER TABLE silent DROP COLUMN a", "RESET event_triggers");
            Reloads.ask(run, "public.silent").close();
            assertThat(run.job().awaitExit(Duration.ofSeconds(60))).isEqualTo(1);
            assertThat(run.job().output()).contains("loading it anew is refused with SQLSTATE 2BP01");
            run.atTarget("DROP VIEW theirs");
            run.start();
            finish(run);
        }
    }

    private static void finish(TaskRun run) throws Exception {
        run.assertInStep();
        DdlITCase.assertSameStructure(run);
        run.terminate();
    }
}
