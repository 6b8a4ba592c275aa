package io.walferry.tests.ddl;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.tests.run.Sql;
import io.walferry.tests.support.Await;
import io.walferry.tests.support.TaskRun;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the source's triggers see and do where sessions overlap, and that nobody's statement is refused for it. */
class CaptureDdlITCase {

    private TaskRun run;

    @BeforeEach
    void begin() throws Exception {
        run = TaskRun.shared("ddl_capture");
        run.file().schemas("public", "q_*").checkpointInterval("500ms");
        run.atSource(
                "CREATE SCHEMA q_there",
                "CREATE TABLE q_there.x (id int PRIMARY KEY)",
                "CREATE TABLE t (id int PRIMARY KEY, a int)",
                "INSERT INTO t SELECT i, i FROM generate_series(1, 50) i");
    }

    @AfterEach
    void end() throws SQLException {
        run.close();
    }

    /** Whose privileges a GRANT has changed the server does not tell: what looks new may be another session's. */
    @Test
    void aGrantBesideOthersChanges() throws Exception {
        run.start().awaitChanges();
        try (Connection session = run.pair().openSource()) {
            TaskRun.execute(session, "BEGIN", "CREATE TABLE w (id int PRIMARY KEY)");
            run.atSource("ALTER TABLE t ADD COLUMN c int DEFAULT 1");
            TaskRun.execute(session, "GRANT SELECT ON w TO PUBLIC");
            run.atSource("ALTER TABLE t ADD COLUMN d int DEFAULT 7", "CREATE INDEX t_d ON t (d)");
            TaskRun.execute(session, "COMMIT");
        }
        inStep();
    }

    /** A transaction that is open meanwhile goes on writing; a table without a key can be updated. */
    @Test
    void aSchemaThatGetsASelectedName() throws Exception {
        run.start().awaitChanges();
        run.atSource(
                "CREATE SCHEMA stage",
                "CREATE TABLE stage.x (id int PRIMARY KEY)",
                "CREATE TABLE stage.log (a int, b text)",
                "INSERT INTO stage.log VALUES (1, 'x'), (1, 'x')",
                "CREATE EXTENSION hstore SCHEMA stage",
                "CREATE COLLATION stage.c (locale = 'C')",
                "CREATE FUNCTION stage.f(int, int) RETURNS bool LANGUAGE sql AS 'SELECT true'",
                "CREATE OPERATOR stage.~~~ (FUNCTION = stage.f, LEFTARG = int, RIGHTARG = int)");
        try (Connection session = run.pair().openSource()) {
            TaskRun.execute(session, "BEGIN", "INSERT INTO stage.x VALUES (1)");
            run.atSource("ALTER SCHEMA stage RENAME TO q_1");
            Await.until(
                    "the task has to wait for the writer, or has not",
                    Duration.ofSeconds(60),
                    run.inStep()::state,
                    () -> Sql.is(
                            run.source(),
                            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE query LIKE 'LOCK TABLE%q_1%x%' AND wait_event = 'relation')"
                                    + " OR EXISTS (SELECT FROM pg_publication_tables WHERE schemaname = 'q_1' AND tablename = 'x')"));
            TaskRun.execute(session, "INSERT INTO q_1.x VALUES (2)", "COMMIT");
        }
        Await.until(
                "the task publishes the table",
                Duration.ofSeconds(60),
                run.inStep()::state,
                () -> Sql.is(
                        run.source(),
                        "SELECT count(*) = 2 FROM pg_publication_tables WHERE schemaname = 'q_1' AND tablename IN ('x', 'log')"));
        run.atSource("UPDATE q_1.log SET b = 'y'", "ALTER SCHEMA q_1 RENAME TO q_2", "INSERT INTO q_2.x VALUES (3)");
        inStep();
    }

    /** PostgreSQL takes neither for what rows are told apart by. */
    @Test
    void keysThatAreNoReplicaIdentity() throws Exception {
        run.atSource(
                "CREATE TABLE i (id int PRIMARY KEY, u int NOT NULL)",
                "CREATE UNIQUE INDEX i_u ON i (u)",
                "ALTER TABLE i REPLICA IDENTITY USING INDEX i_u",
                "INSERT INTO i VALUES (1, 1)");
        run.start().awaitChanges();
        run.atSource(
                "CREATE TABLE d (id int PRIMARY KEY DEFERRABLE, v text)",
                "INSERT INTO d VALUES (1, 'a'), (2, 'b')",
                "UPDATE d SET v = 'c' WHERE id = 1",
                "DELETE FROM d WHERE id = 2",
                "DROP INDEX i_u",
                "UPDATE i SET u = 2",
                "DELETE FROM t WHERE id = 1");
        inStep();
    }

    /** The table is loaded in a form that is later than what creates its sequences. */
    @Test
    void sequencesOfATableThatIsAheadOfTheStream() throws Exception {
        run.atSource(
                "CREATE TABLE k (v text)", "ALTER TABLE k REPLICA IDENTITY FULL", "INSERT INTO k VALUES ('a'), ('b')");
        run.start().awaitChanges();
        run.inOneTransaction(
                "ALTER TABLE t ADD COLUMN s serial",
                "ALTER TABLE t ADD COLUMN r serial",
                "ALTER TABLE t DROP COLUMN s",
                "ALTER TABLE t RENAME r TO q",
                "ALTER TABLE k ADD COLUMN pk bigserial PRIMARY KEY",
                "ALTER TABLE k REPLICA IDENTITY DEFAULT",
                "ALTER TABLE k RENAME pk TO \"the.Key\"");
        inStep();
        assertThat(Sql.text(run.target(), "SELECT count(q)::text FROM t")).isEqualTo("50");
    }

    /** It would be a table that the task never has, and nobody knows. */
    @Test
    void aNewTableThatCannotBeCapturedStopsTheTask() throws Exception {
        run.start().awaitChanges();
        run.atSource(
                "ALTER FUNCTION walferry.ddl_image(text, oid) RENAME TO ddl_image_kept",
                "CREATE TABLE lost (id int PRIMARY KEY)",
                "ALTER FUNCTION walferry.ddl_image_kept(text, oid) RENAME TO ddl_image",
                "INSERT INTO lost VALUES (1)");
        Await.until(
                "the step has failed",
                Duration.ofSeconds(60),
                run.inStep()::state,
                () -> Sql.is(
                        run.target(),
                        "SELECT EXISTS (SELECT FROM walferry.ddl WHERE state = 'failed' AND tag = 'CREATE TABLE')"));
    }

    private void inStep() throws Exception {
        run.assertInStep();
        DdlITCase.assertSameStructure(run);
        run.terminate();
    }
}
