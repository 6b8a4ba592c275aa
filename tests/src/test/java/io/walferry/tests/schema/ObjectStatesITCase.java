package io.walferry.tests.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.tests.postgres.PostgresServer;
import io.walferry.tests.support.Await;
import io.walferry.tests.support.TaskRun;
import io.walferry.tests.support.TestServers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a running task says in its control schema of each object. */
class ObjectStatesITCase {

    private static final String SCRIPT =
            """
            CREATE SCHEMA app;
            CREATE TABLE app.parent (id int PRIMARY KEY, t text);
            CREATE TABLE app.child (id int PRIMARY KEY, parent int REFERENCES app.parent, stamped boolean DEFAULT false);
            CREATE FUNCTION app.stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.stamped := NOT NEW.stamped; RETURN NEW; END';
            CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON app.child FOR EACH ROW EXECUTE PROCEDURE app.stamp();
            CREATE TRIGGER doubling BEFORE INSERT OR UPDATE ON app.child FOR EACH ROW EXECUTE PROCEDURE app.stamp();
            ALTER TABLE app.child ENABLE ALWAYS TRIGGER stamp;
            CREATE RULE no_update AS ON UPDATE TO app.parent WHERE NEW.id < 0 DO INSTEAD NOTHING;
            CREATE VIEW app.children AS SELECT p.t, c.id FROM app.parent p JOIN app.child c ON c.parent = p.id;
            CREATE VIEW app.broken AS SELECT 1 AS a;
            CREATE MATERIALIZED VIEW app.counted AS SELECT parent, count(*) AS n FROM app.child GROUP BY parent;
            INSERT INTO app.parent SELECT i, 'p' || i FROM generate_series(1, 10) i;
            INSERT INTO app.child SELECT i, 1 + i % 10 FROM generate_series(1, 100) i""";

    @Test
    void tellsWhatHasBecomeOfEachAndGoesOn() throws Exception {
        try (TaskRun run = TaskRun.shared("object_states")) {
            run.atSource(SCRIPT);
            // A view of the same name that is none, and functions: one is another, one is the same.
            run.atTarget(
                    "CREATE SCHEMA app",
                    "CREATE SEQUENCE app.broken",
                    "CREATE FUNCTION app.former() RETURNS int LANGUAGE sql AS 'SELECT 2'",
                    "CREATE FUNCTION app.alike() RETURNS int LANGUAGE sql AS 'SELECT 1'");
            run.atSource(
                    "CREATE FUNCTION app.former() RETURNS int LANGUAGE sql AS 'SELECT 1'",
                    "CREATE FUNCTION app.alike() RETURNS int LANGUAGE sql AS 'SELECT 1'",
                    "GRANT SELECT ON app.parent, app.child TO PUBLIC");
            run.file().schemas("app").grants();
            run.start().awaitChanges();
            run.atSource("INSERT INTO app.child VALUES (101, 1)", "UPDATE app.parent SET t = 'q' WHERE id = 1");
            run.assertInStep();
            assertThat(objects(run.target()))
                    .contains(
                            "table app.child done null",
                            "index app.child_pkey done null",
                            "constraint child_pkey of table app.child done null",
                            "foreign key child_parent_fkey of table app.child done null",
                            "function app.stamp() done null",
                            "view app.children done null",
                            "materialized view app.counted done null",
                            "trigger stamp of app.child done null",
                            "function app.alike() done null",
                            "function app.former() kept the target has one of that name, and its definition reads differently",
                            "grant SELECT on table app.child to PUBLIC done null",
                            "view app.broken failed relation \"broken\" already exists (SQLSTATE 42P07)")
                    .anyMatch(line -> line.startsWith("rule no_update of app.parent left_out PostgreSQL refuses"))
                    .noneMatch(line -> line.contains(" waiting "));
            assertThat(one(run.target(), "SELECT sum(n) FROM app.counted")).isIn("100", "101");
            assertThat(one(
                            run.target(),
                            "SELECT string_agg(tgname || tgenabled, ',' ORDER BY tgname) FROM pg_trigger"
                                    + " WHERE tgrelid = 'app.child'::regclass AND NOT tgisinternal"))
                    .isEqualTo("doublingO,stampO");
            assertThat(run.job().output())
                    .contains("target function app.former(): the target has one of that name")
                    .doesNotContain("app.alike(): the target has");
            run.terminate();

            // A later start finishes what failed; what was kept or taken away stays as it is.
            run.atTarget("REVOKE SELECT ON app.child FROM PUBLIC", "DROP SEQUENCE app.broken");
            run.start().awaitInStep();
            Await.until("the view is there", Duration.ofSeconds(60), () -> objects(run.target())
                    .contains("view app.broken done null"));
            assertThat(objects(run.target()))
                    .contains(
                            "function app.former() kept the target has one of that name, and its definition reads differently");
            assertThat(one(run.target(), "SELECT app.former()")).isEqualTo("2");
            assertThat(one(
                            run.target(),
                            "SELECT relacl::text ~ '[{,]\"?=r/' FROM pg_class WHERE oid = 'app.parent'::regclass"))
                    .isEqualTo("t");
            assertThat(one(
                            run.target(),
                            "SELECT relacl::text ~ '[{,]\"?=r/' FROM pg_class WHERE oid = 'app.child'::regclass"))
                    .isEqualTo("f");
            run.terminate();
        }
    }

    @Test
    void ofAnOwnerWithoutMoreRightsTellsWhatItCannotDo() throws Exception {
        String role = "owner_" + Long.toHexString(System.nanoTime());
        try {
            createRole(TestServers.source(), role, "SUPERUSER");
            createRole(TestServers.target(), role, "NOSUPERUSER");
            try (TaskRun run = TaskRun.shared("object_owner")) {
                run.atSource(SCRIPT);
                run.atSource(
                        """
                        CREATE TYPE app.pair AS (a int, b int);
                        CREATE FUNCTION app.cmp(x app.pair, y app.pair) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT x.a - y.a';
                        CREATE OPERATOR CLASS app.pair_ops FOR TYPE app.pair USING btree AS FUNCTION 1 app.cmp(app.pair, app.pair)""");
                run.atTarget("ALTER DATABASE \"" + run.pair().targetDatabase() + "\" OWNER TO " + role);
                run.file().schemas("app").username(role);
                run.start().awaitChanges();
                run.atSource(
                        "INSERT INTO app.child VALUES (101, 1)",
                        "UPDATE app.child SET parent = 2 WHERE id = 5",
                        "DELETE FROM app.child WHERE id = 6");
                run.assertInStep();
                assertThat(objects(run.target()))
                        .contains(
                                "view app.children done null",
                                "materialized view app.counted done null",
                                "operator class app.pair_ops for btree failed must be superuser to create an operator class"
                                        + " (SQLSTATE 42501)")
                        .anyMatch(line ->
                                line.startsWith("foreign key child_parent_fkey of table app.child left_out the task's"
                                        + " user may not set session_replication_role"))
                        .anyMatch(
                                line -> line.startsWith("trigger doubling of app.child left_out the task's user may"));
                run.terminate();
            }
        } finally {
            StructurePair.dropRole(TestServers.source(), role);
            StructurePair.dropRole(TestServers.target(), role);
        }
    }

    private static void createRole(PostgresServer server, String role, String attribute) throws SQLException {
        try (Connection connection = server.connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE ROLE " + role + " LOGIN REPLICATION " + attribute + " PASSWORD '"
                    + server.password() + "'");
        }
    }

    private static List<String> objects(Connection target) throws SQLException {
        List<String> lines = new ArrayList<>();
        try (Statement statement = target.createStatement();
                ResultSet rows = statement.executeQuery("SELECT kind, identity, state, detail FROM walferry.object")) {
            while (rows.next()) {
                lines.add(rows.getString(1) + " " + rows.getString(2) + " " + rows.getString(3) + " "
                        + rows.getString(4));
            }
        }
        return lines;
    }

    private static String one(Connection target, String query) throws SQLException {
        try (Statement statement = target.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }
}
