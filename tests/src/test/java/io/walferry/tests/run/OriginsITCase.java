package io.walferry.tests.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.job.dialect.TransactionMark;
import io.walferry.tests.postgres.PostgresServer;
import io.walferry.tests.support.TaskRun;
import io.walferry.tests.support.TestServers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Changes that a task leaves out by whose they are, and how it marks its own: two tasks both ways are in {@link TopologiesITCase}. */
class OriginsITCase {

    private static final String FOREIGN = "origins_foreign";
    private static final String OTHER = "origins_other";

    @Test
    void leavesOutWhomItNamesAndNobodyElse() throws Exception {
        try (TaskRun run = TaskRun.shared("origins")) {
            assertThat(arrived(run, FOREIGN, "neighbour")).containsExactly("application", OTHER, "task somebody");
        }
    }

    /** Its version sends no messages, so origins alone tell. */
    @Test
    void leavesOutAllOriginsOfAServerBefore14() throws Exception {
        try (TaskRun run = TaskRun.on(TestServers.version(11), TestServers.target(), "origins")) {
            assertThat(arrived(run, "*")).containsExactly("application", "task neighbour", "task somebody");
        }
    }

    /** What has come to the target, of a row each by an application, with two origins, and of two tasks that mark by messages. */
    private static List<String> arrived(TaskRun run, String... excluded) throws Exception {
        run.atSource("CREATE TABLE public.item (who text PRIMARY KEY)");
        run.file().excludeOrigins(excluded);
        run.start().awaitChanges();
        try {
            for (String origin : List.of(FOREIGN, OTHER)) {
                try (Connection session = run.pair().openSource()) {
                    execute(
                            session,
                            "SELECT pg_replication_origin_create('" + origin + "')",
                            "SELECT pg_replication_origin_session_setup('" + origin + "')",
                            "INSERT INTO public.item VALUES ('" + origin + "')");
                }
            }
            for (String task : List.of("neighbour", "somebody")) {
                run.inOneTransaction(
                        "SELECT pg_logical_emit_message(true, 'walferry', '" + task + "')",
                        "INSERT INTO public.item VALUES ('task " + task + "')");
            }
            run.atSource("INSERT INTO public.item VALUES ('application')");
            run.awaitInStep();
        } finally {
            run.atSource("SELECT pg_replication_origin_drop(roname) FROM pg_replication_origin WHERE roname IN ('"
                    + FOREIGN + "', '" + OTHER + "')");
        }
        List<String> rows = new ArrayList<>();
        try (Statement statement = run.target().createStatement();
                ResultSet row = statement.executeQuery("SELECT who FROM public.item ORDER BY who")) {
            while (row.next()) {
                rows.add(row.getString(1));
            }
        }
        return rows;
    }

    /** From 14 on a message takes the place of an origin for which there is no room; before, the precheck warns of it. */
    @Test
    void marksByMessagesWhereThereIsNoRoomForAnOrigin() throws Exception {
        for (int version : new int[] {14, 11}) {
            try (PostgresServer server = PostgresServer.version(version)
                            .withoutFsync()
                            .setting("max_replication_slots", "1")
                            .start();
                    Connection first = server.connect("postgres");
                    Connection second = server.connect("postgres")) {
                assertThat(TransactionMark.open(first, "full")).isSameAs(TransactionMark.NONE);
                assertThat(one(first, "SELECT string_agg(external_id, ' ') FROM pg_replication_origin_status"))
                        .isEqualTo("walferry_full:1");
                TransactionMark mark = TransactionMark.open(second, "full");
                assertThat(mark == TransactionMark.NONE).isEqualTo(version < 14);
                second.setAutoCommit(false);
                mark.begin(second);
                second.commit();
            }
        }
    }

    private static void execute(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static String one(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }
}
