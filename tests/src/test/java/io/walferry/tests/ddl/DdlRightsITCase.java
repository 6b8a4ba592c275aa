package io.walferry.tests.ddl;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.job.config.TaskFile;
import io.walferry.job.pipeline.StructureDecisions;
import io.walferry.tests.run.Sql;
import io.walferry.tests.support.TaskRun;
import io.walferry.tests.support.TestServers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A source user who may not create event triggers: what the rows show is followed, and all of it once a superuser has helped. */
class DdlRightsITCase {

    private static final String ROLE = "owner_of_tables";

    @TempDir
    Path directory;

    @BeforeEach
    void createRole() throws SQLException {
        String login = " LOGIN PASSWORD '" + TestServers.source().password() + "'";
        as(TestServers.source().connect("postgres"), "CREATE ROLE " + ROLE + " REPLICATION" + login);
        as(TestServers.target().connect("postgres"), "CREATE ROLE " + ROLE + " SUPERUSER" + login);
    }

    @AfterEach
    void dropRole() throws SQLException {
        as(TestServers.source().connect("postgres"), "DROP ROLE " + ROLE);
        as(TestServers.target().connect("postgres"), "DROP ROLE " + ROLE);
    }

    @Test
    void columnsAreFollowedByWhatTheirRowsShow() throws Exception {
        try (TaskRun run = TaskRun.shared("ddl_no_rights")) {
            begin(run);
            run.start().awaitChanges().awaitInStep();
            assertThat(run.job().output()).contains("may not create event triggers");
            assertThat(Sql.is(run.target(), "SELECT NOT EXISTS (SELECT FROM walferry.reload)"))
                    .as("all is loaded at once")
                    .isTrue();
            change(
                    run,
                    "UPDATE item SET size = size + 1 WHERE id % 2 = 0",
                    "ALTER TABLE item ADD COLUMN more int DEFAULT 5");
            change(
                    run,
                    "INSERT INTO item (id, name, more) VALUES (1001, 'x', 6)",
                    "ALTER TABLE item ALTER size TYPE text");
            run.assertInStep();
            run.kill();
            change(run, "UPDATE item SET size = 'big' WHERE id < 10", "ALTER TABLE item DROP COLUMN name");
            change(run, "DELETE FROM item WHERE id % 5 = 0", "ALTER TABLE item RENAME size TO extent");
            change(run, "UPDATE item SET extent = 'bigger' WHERE id < 5", "CREATE INDEX seen ON item (extent)");
            run.start();
            run.assertInStep();
            DdlITCase.assertSameStructure(run);
            change(run, "CREATE INDEX unseen ON item (id, extent)", "INSERT INTO item VALUES (2001, 'x', 7)");
            run.assertInStep();
            assertThat(Sql.text(run.target(), "SELECT to_regclass('public.unseen')::text"))
                    .isEmpty();
            run.terminate();
        }
    }

    @Test
    void allIsFollowedOnceASuperuserHasRunWhatIsPrinted() throws Exception {
        try (TaskRun run = TaskRun.shared("ddl_helped")) {
            begin(run);
            Path file = run.file().write(directory.resolve("task.yaml"));
            run.atSource(String.join(";\n", StructureDecisions.captureScript(TaskFile.load(file, System::getenv))));
            run.start().awaitChanges().awaitInStep();
            assertThat(run.job().output()).doesNotContain("may not create event triggers");
            change(
                    run,
                    "ALTER TABLE item ADD COLUMN more int DEFAULT 5",
                    "CREATE INDEX seen ON item (more)",
                    "CREATE TABLE another AS SELECT i AS id FROM generate_series(1, 100) i",
                    "ALTER TABLE another ADD PRIMARY KEY (id)",
                    "CREATE VIEW items AS SELECT name FROM item",
                    "INSERT INTO another VALUES (101)");
            run.assertInStep();
            DdlITCase.assertSameStructure(run);
            assertThat(Sql.text(run.target(), "SELECT to_regclass('public.seen')::text"))
                    .isEqualTo("seen");
            run.terminate();
        }
    }

    private static void begin(TaskRun run) throws SQLException {
        run.file().username(ROLE);
        run.atSource(
                "ALTER DATABASE \"" + run.pair().sourceDatabase() + "\" OWNER TO " + ROLE,
                "ALTER SCHEMA public OWNER TO " + ROLE);
        change(
                run,
                "CREATE TYPE mood AS ENUM ('a', 'b')",
                "CREATE TABLE felt (id int PRIMARY KEY, mood mood)",
                "INSERT INTO felt VALUES (1, 'a')",
                "CREATE TABLE item (id int PRIMARY KEY, name text, size int)",
                "INSERT INTO item SELECT i, 'item ' || i, i FROM generate_series(1, 1000) i");
    }

    /** By the user who owns the tables. */
    private static void change(TaskRun run, String... statements) throws SQLException {
        run.atSource("SET ROLE " + ROLE);
        run.atSource(statements);
        run.atSource("RESET ROLE");
    }

    private static void as(Connection connection, String sql) throws SQLException {
        try (connection;
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
