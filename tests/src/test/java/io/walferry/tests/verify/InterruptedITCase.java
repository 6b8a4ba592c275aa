package io.walferry.tests.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.walferry.tests.command.WalferryProcess;
import io.walferry.tests.postgres.PostgresServer;
import io.walferry.tests.support.Await;
import io.walferry.tests.support.DatabasePair;
import io.walferry.tests.support.TaskFile;
import io.walferry.tests.support.TestServers;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as its user meets it: killed and started again, with more differences than it could hold, and what it prints. */
class InterruptedITCase {

    private static final Path HOME = Path.of("..").toAbsolutePath().normalize();

    @TempDir
    Path directory;

    private DatabasePair pair;

    private record Ended(int status, String output) {}

    @BeforeEach
    void fill() throws SQLException {
        pair = DatabasePair.create(TestServers.source(), TestServers.target(), "verify_command");
        for (PostgresServer server : new PostgresServer[] {pair.source(), pair.target()}) {
            boolean isSource = server == pair.source();
            execute(
                    server,
                    isSource ? pair.sourceDatabase() : pair.targetDatabase(),
                    "CREATE TABLE wide (id int PRIMARY KEY, v text)",
                    "INSERT INTO wide SELECT i, 'zwq7value' || i" + (isSource ? "" : " || ' '")
                            + " FROM generate_series(1, 1000000) i",
                    "CREATE TABLE few (id int PRIMARY KEY, secret text, v text)",
                    "INSERT INTO few SELECT i, 'zwq7secret', '<b>' || i FROM generate_series(1, 100) i",
                    "ANALYZE");
        }
        execute(pair.target(), pair.targetDatabase(), "UPDATE few SET secret = 'zwq7secret2', v = '<i>&' WHERE id = 5");
    }

    @AfterEach
    void drop() throws SQLException {
        pair.drop();
    }

    @Test
    void goesOnWhereItWasKilledAndCountsAMillionDifferencesInLittleMemory() throws Exception {
        Path output = directory.resolve("killed.txt");
        try (WalferryProcess process = start(output, "verify");
                Connection target = pair.openTarget()) {
            Await.until("a chunk is done", Duration.ofSeconds(90), () -> {
                if (!process.isAlive()) {
                    throw new AssertionError(Files.readString(output));
                }
                return one(target, "SELECT to_regclass('walferry.verification_chunk')") != null
                        && Integer.parseInt(one(
                                        target,
                                        "SELECT count(*) FROM walferry.verification_chunk WHERE done_at IS NOT NULL"))
                                > 0;
            });
        }
        String done;
        try (Connection target = pair.openTarget()) {
            assertThat(one(target, "SELECT state FROM walferry.verification")).isNotEqualTo("done");
            done = one(
                    target,
                    "SELECT string_agg(number || '/' || chunk || ' ' || done_at, ',' ORDER BY number, chunk)"
                            + " FROM walferry.verification_chunk WHERE done_at IS NOT NULL");
        }
        Path html = Files.createDirectories(Path.of(System.getProperty("tests.directory")))
                .resolve("verification.html");
        Ended again = run("verify", "--html", html.toString());
        assertThat(again.status()).as(again.output()).isEqualTo(1);
        assertThat(again.output())
                .contains(
                        "run 1 goes on where it was interrupted", "public.wide", "1,000,001 rows and 0 objects differ")
                .contains("public.few {5} different", "v: '<b>5' -> '<i>&'", "secret: '***' -> '***'")
                .doesNotContain("zwq7secret");
        try (Connection target = pair.openTarget()) {
            for (String chunk : done.split(",")) {
                assertThat(one(
                                target,
                                "SELECT count(*) FROM walferry.verification_chunk WHERE number || '/' || chunk || ' ' || done_at"
                                        + " = '" + chunk + "'"))
                        .isEqualTo("1");
            }
            assertThat(one(target, "SELECT different FROM walferry.verification_table WHERE table_name = 'wide'"))
                    .isEqualTo("1000000");
            assertThat(one(target, "SELECT count(*) FROM walferry.verification_difference"))
                    .isEqualTo("1001");
        }
        String page = Files.readString(html);
        assertThat(page)
                .startsWith("<!DOCTYPE html>")
                .contains("1,000,001 rows and 0 objects are not as at the source", "<code>&lt;i&gt;&amp;</code>")
                .doesNotContain("<i>&", "zwq7secret", "http://", "https://", "<script");

        Browser.look(html);

        Ended json = run("verify", "--last", "--json");
        assertThat(json.status()).isEqualTo(1);
        assertThat(numberOf(json.output(), "differing-rows")).isEqualTo(1_000_001);
    }

    private Ended run(String... arguments) throws Exception {
        Path output = directory.resolve("output.txt");
        try (WalferryProcess process = start(output, arguments)) {
            int status = process.exitStatus();
            return new Ended(status, Files.readString(output));
        }
    }

    private WalferryProcess start(Path output, String... arguments) throws Exception {
        TaskFile file = new TaskFile("verify_command", pair, directory.resolve("checkpoints"))
                .more("verify:\n  masked-columns: [public.few.secret]\n");
        String[] all = Arrays.copyOf(arguments, arguments.length + 1);
        all[arguments.length] = file.write(directory.resolve("task.yaml")).toString();
        // Far less than a million rows of both sides would take.
        return WalferryProcess.start(
                HOME,
                Map.of("XDG_STATE_HOME", directory.toString(), "WALFERRY_OPTS", "-Xmx160m"),
                Redirect.to(output.toFile()),
                all);
    }

    private static long numberOf(String json, String name) throws Exception {
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            while (parser.nextToken() != null) {
                if (parser.currentToken() == JsonToken.FIELD_NAME
                        && parser.currentName().equals(name)) {
                    parser.nextToken();
                    return parser.getLongValue();
                }
            }
        }
        throw new AssertionError("no " + name + " in " + json);
    }

    private static String one(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            return row.next() ? row.getString(1) : null;
        }
    }

    private static void execute(PostgresServer server, String database, String... statements) throws SQLException {
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
