package io.walferry.tests.precheck;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.tests.postgres.PostgresServer;
import io.walferry.tests.support.TaskRun;
import io.walferry.tests.support.TestServers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

/** A target user who owns the database and is nothing else is enough; what it cannot do is told. */
class OwnerITCase {

    private static final String ROLE = "owner_of_a_database";

    @Test
    void keepsTheTargetInStepAndTellsWhatItCannotDo() throws Exception {
        as(TestServers.source(), "CREATE ROLE " + ROLE + " SUPERUSER LOGIN PASSWORD '%s'");
        as(TestServers.target(), "CREATE ROLE " + ROLE + " LOGIN PASSWORD '%s'");
        try (TaskRun run = TaskRun.shared("owner")) {
            run.file().username(ROLE);
            run.atTarget("ALTER DATABASE \"" + run.pair().targetDatabase() + "\" OWNER TO " + ROLE);
            run.atTarget("ALTER SCHEMA public OWNER TO " + ROLE);
            run.atSource(
                    "CREATE TABLE public.item (id serial PRIMARY KEY, name text UNIQUE, size numeric)",
                    "CREATE TABLE public.log (what text)",
                    "ALTER TABLE public.log REPLICA IDENTITY FULL",
                    "INSERT INTO public.item (name, size) SELECT 'item ' || i, i FROM generate_series(1, 500) i",
                    "INSERT INTO public.log SELECT 'line' FROM generate_series(1, 50)");
            run.start().awaitChanges();
            run.atSource(
                    "UPDATE public.item SET size = -size WHERE id % 3 = 0",
                    "DELETE FROM public.item WHERE id % 7 = 0",
                    "INSERT INTO public.log VALUES ('more')",
                    "TRUNCATE public.log",
                    "INSERT INTO public.log VALUES ('last')");
            run.assertInStep();
            run.kill();
            run.start().awaitChanges();
            run.atSource("INSERT INTO public.item (name) VALUES ('after a restart')");
            run.assertInStep();
            assertThat(run.job().output())
                    .contains("warning target-triggers: ", "may not set session_replication_role");
        } finally {
            as(TestServers.source(), "DROP ROLE " + ROLE);
            as(TestServers.target(), "DROP ROLE " + ROLE);
        }
    }

    private static void as(PostgresServer server, String sql) throws SQLException {
        try (Connection connection = server.connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute(sql.formatted(server.password()));
        }
    }
}
