package io.walferry.tests.precheck;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.walferry.tests.command.WalferryProcess;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verbs as their user meets them: exit codes, text, JSON, and nothing left behind. */
class PrecheckCommandITCase {

    private static final Path HOME = Path.of("..").toAbsolutePath().normalize();
    private static final String ESCAPE = "\u001b";

    @TempDir
    Path directory;

    private PrecheckTask task;

    private record Ended(int status, String output) {}

    @BeforeEach
    void makeATask() throws SQLException {
        task = PrecheckTask.shared(directory);
    }

    @AfterEach
    void drop() throws SQLException {
        task.close();
    }

    @Test
    void aSoundTaskEndsWithStatus0() throws Exception {
        Ended connections = run("test-connection");
        assertThat(connections.status()).as(connections.output()).isZero();
        assertThat(connections.output()).contains("3 items: 3 ok");
        Ended precheck = run("precheck");
        assertThat(precheck.status()).as(precheck.output()).isZero();
        assertThat(precheck.output())
                .contains("task precheck: ", "ok         wal-level")
                .doesNotContain(ESCAPE, task.pair().source().password(), "Exception");
        assertThat(task.traces()).isEmpty();
        assertThat(directory.resolve("state")).doesNotExist();
    }

    @Test
    void warningsEndWithStatus1UnlessTheyAreAccepted() throws Exception {
        task.atSource("CREATE PUBLICATION walferry_precheck FOR TABLE public.item");
        Ended warned = run("precheck");
        assertThat(warned.status()).as(warned.output()).isEqualTo(1);
        assertThat(warned.output())
                .contains(
                        "warning    leftovers", "source=> DROP PUBLICATION \"walferry_precheck\";", "1 with warnings");
        task.accept("leftovers");
        Ended accepted = run("precheck");
        assertThat(accepted.status()).as(accepted.output()).isZero();
        assertThat(accepted.output()).contains("accepted   leftovers", "1 with accepted warnings");
    }

    @Test
    void anUnknownItemToAcceptIsRefusedWithTheNearestOne() throws Exception {
        task.accept("left-overs");
        Ended run = run("precheck");
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.output()).contains("precheck.accept has left-overs: did you mean leftovers?");
    }

    @Test
    void errorsEndWithStatus2AndAreTheSameInJson() throws Exception {
        task.atSource("CREATE TABLE public.keyless (what text)");
        Ended text = run("precheck");
        assertThat(text.status()).as(text.output()).isEqualTo(2);
        assertThat(text.output())
                .contains("error      replica-identity")
                .contains("source=> ALTER TABLE \"public\".\"keyless\" REPLICA IDENTITY FULL;");
        Ended json = run("precheck", "--json");
        assertThat(json.status()).isEqualTo(2);
        assertThat(values(json.output(), "statement"))
                .containsExactly("ALTER TABLE \"public\".\"keyless\" REPLICA IDENTITY FULL");
        assertThat(values(json.output(), "side")).containsExactly("source");
        assertThat(values(json.output(), "task")).containsExactly("precheck");
        assertThat(values(json.output(), "item")).contains("source-connection", "wal-level", "target-conflicts");
        assertThat(values(json.output(), "error")).containsExactly("1");
        assertThat(task.traces()).isEmpty();
    }

    @Test
    void aPlanTellsEverythingAndDoesNothing() throws Exception {
        task.atSource(
                "CREATE TABLE public.part (id int PRIMARY KEY, at int) PARTITION BY RANGE (id)",
                "CREATE TABLE public.part_1 PARTITION OF public.part FOR VALUES FROM (1) TO (100000)",
                "CREATE INDEX part_at ON public.part (at)",
                "INSERT INTO public.part SELECT i, i FROM generate_series(1, 5000) i",
                "CREATE UNLOGGED TABLE public.scratch (id int PRIMARY KEY)",
                "ANALYZE");
        task.load("  chunk-rows: 1000\n").more("mapping:\n  - {table: public.item, to: shop.item}\n");
        task.atTarget("CREATE SCHEMA kept");
        List<String> before = task.traces();
        Ended text = run("plan");
        assertThat(text.status()).as(text.output()).isZero();
        assertThat(text.output())
                .contains("-- schema public (there already)", "CREATE TABLE \"shop\".\"item\" (")
                .containsPattern("public\\.item -> shop\\.item +1 ")
                .containsPattern("public\\.part +5 +5,000 +[0-9.]+ KiB")
                .contains("public.scratch: it is UNLOGGED")
                .doesNotContain(ESCAPE, "Exception");
        assertThat(text.output().indexOf("CREATE TABLE \"public\".\"part\""))
                .isLessThan(text.output().indexOf("CREATE TABLE \"public\".\"part_1\""))
                .isLessThan(text.output().indexOf("part_at"));
        Ended json = run("plan", "--json");
        assertThat(values(json.output(), "estimated-rows")).contains("5000");
        assertThat(values(json.output(), "chunks")).containsExactly("1", "5");
        assertThat(values(json.output(), "object")).contains("schema public", "table shop.item");
        assertThat(values(json.output(), "target-schema")).containsExactly("shop", "public");
        assertThat(values(json.output(), "target-table")).containsExactly("item", "part");
        assertThat(task.traces()).isEqualTo(before).isEmpty();
    }

    @Test
    void aPlanNeedsBothSides() throws Exception {
        task.with("target", "password", "hunter2");
        Ended run = run("plan");
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.output()).contains("with this password").doesNotContain("hunter2", "Exception");
    }

    private static List<String> values(String json, String field) throws IOException {
        List<String> values = new ArrayList<>();
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.FIELD_NAME && parser.currentName().equals(field)) {
                    parser.nextToken();
                    values.add(parser.getText());
                }
            }
        }
        return values;
    }

    private Ended run(String verb, String... options) throws IOException, InterruptedException {
        Path output = Files.createTempFile(directory, "run", ".log");
        List<String> arguments = new ArrayList<>(List.of(verb, task.write().toString()));
        arguments.addAll(List.of(options));
        try (WalferryProcess process = WalferryProcess.start(
                HOME,
                Map.of("XDG_STATE_HOME", directory.resolve("state").toString()),
                Redirect.to(output.toFile()),
                arguments.toArray(String[]::new))) {
            int status = process.exitStatus();
            return new Ended(status, Files.readString(output));
        }
    }
}
