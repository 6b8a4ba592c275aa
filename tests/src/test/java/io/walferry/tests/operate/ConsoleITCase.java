package io.walferry.tests.operate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.walferry.tests.command.WalferryProcess;
import io.walferry.tests.operate.OperatedTask.Ended;
import io.walferry.tests.support.Await;
import io.walferry.tests.support.DatabasePair;
import io.walferry.tests.support.HeadlessBrowser;
import io.walferry.tests.support.TestServers;
import java.lang.ProcessBuilder.Redirect;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The console, through load, changes, a failure and recovery: it shows what {@code walferry status --json} tells. */
class ConsoleITCase {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern ADDRESS = Pattern.compile("console: (http://\\S+)");
    private static final int DRAWN_MS = 4_000;

    private final HttpClient client = HttpClient.newHttpClient();

    @TempDir
    Path directory;

    @Test
    void showsATaskThroughLoadChangesAFailureAndRecovery() throws Exception {
        DatabasePair pair = DatabasePair.create(TestServers.source(), TestServers.target(), "console");
        Optional<HeadlessBrowser> browser = HeadlessBrowser.find(directory.resolve("browser"));
        try (OperatedTask task = new OperatedTask("console", pair, directory)) {
            task.with("load", Map.of("chunk-rows", 500, "parallelism", 1))
                    .with("throttle", Map.of("load", "{rows: 1000}"));
            task.atSource(
                    "CREATE TABLE public.item (id int PRIMARY KEY, name text)",
                    "INSERT INTO public.item SELECT i, '<b>' || i FROM generate_series(1, 20000) i",
                    "CREATE TABLE public.\"<i>small\" (id int PRIMARY KEY)",
                    "ANALYZE");
            Path output = directory.resolve("console.log");
            try (WalferryProcess console = task.process(
                    Redirect.to(output.toFile()),
                    "console",
                    "--port",
                    "0",
                    task.file().toString())) {
                URI page = URI.create(said(console, output, ADDRESS));
                assertThat(page.getHost()).isEqualTo("127.0.0.1");
                awaitTask(page, "nothing is known", json -> json.at("/reason")
                        .asText()
                        .contains("never been started"));

                task.start();
                awaitTask(
                        page,
                        "it is loading",
                        json -> json.at("/phase").asText().equals("load")
                                && json.at("/load/chunks-loaded").asLong() > 2);
                if (browser.isPresent()) {
                    String loading = browser.get().contents(page, DRAWN_MS);
                    assertThat(loading)
                            .containsPattern("id=\"phase\"[^>]*>load<")
                            .contains("public.&lt;i&gt;small");
                    assertThat(Double.parseDouble(first(loading, "id=\"share\"[^>]*value=\"([0-9.]+)\"")))
                            .isBetween(0.01, 0.99);
                    draw(browser.get(), page, "loading", 1200);
                }
                task.run("set", "load.rows=none");
                task.awaitLive();

                task.atSource("UPDATE public.item SET name = 'x' WHERE id <= 700");
                awaitTask(
                        page,
                        "all changes are counted",
                        json -> json.at("/changes/applied").asLong() == 700
                                && json.at("/phase").asText().equals("live"));
                JsonNode told = task.status();
                JsonNode shown = ofTask(page);
                for (String figure : new String[] {
                    "/phase",
                    "/load",
                    "/changes/applied",
                    "/slot/name",
                    "/slot/state",
                    "/tables",
                    "/limits",
                    "/waiting-objects",
                    "/failed-objects"
                }) {
                    assertThat(shown.at(figure)).as(figure).isEqualTo(told.at(figure));
                }
                if (browser.isPresent()) {
                    String live = browser.get().contents(page, DRAWN_MS);
                    assertThat(live).containsPattern("id=\"phase\"[^>]*>live<").contains("700 applied");
                    assertThat(first(live, "id=\"rows\" data-value=\"(\\d+)\""))
                            .isEqualTo(told.at("/load/rows").asText());
                    assertThat(first(live, "id=\"slot\" data-value=\"(\\w+)\"")).isEqualTo("active");
                    draw(browser.get(), page, "live", 1200);
                    draw(browser.get(), page, "live-narrow", 500);
                }
                assertThat(get(page, "/api/history?task=console&since=0").body())
                        .matches("\\[\\[.+]]");
                assertThat(JSON.readTree(get(page, "/api/precheck?task=console").body())
                                .at("/items"))
                        .isNotEmpty();
                assertThat(get(page, "/api/verification?task=console").body()).isEqualTo("null");
                assertThat(JSON.readTree(
                                get(page, "/api/dead-letters?task=console").body()))
                        .isEmpty();

                task.atTarget("CREATE TABLE public.own (id int)", "CREATE INDEX taken ON public.own (id)");
                task.atSource("CREATE INDEX taken ON public.item (name)");
                assertThat(task.running().exitStatus()).isEqualTo(1);
                awaitTask(
                        page,
                        "it has failed",
                        json -> json.at("/phase").asText().equals("failed")
                                && json.at("/job/failure").asText().contains("already exists"));
                assertThat(JSON.readTree(get(page, "/api/ddl?task=console").body())
                                .at("/0/state")
                                .asText())
                        .isEqualTo("failed");
                if (browser.isPresent()) {
                    String failed = browser.get().contents(page, DRAWN_MS);
                    assertThat(failed)
                            .containsPattern("id=\"phase\"[^>]*>failed<")
                            .containsPattern("id=\"trouble\"[^>]*>[^<]*already exists");
                }

                Ended skipped = task.command("ddl", "skip", task.file().toString());
                assertThat(skipped.status()).as(skipped.output()).isZero();
                task.start().awaitLive();
                awaitTask(
                        page,
                        "it has recovered",
                        json -> json.at("/phase").asText().equals("live")
                                && json.at("/job/failure").isNull());
                showsWhatIsRecordedOfATaskWithoutItsFile(task);
                assertThat(console.stop()).isIn(0, 143);
                assertThat(Files.readString(output))
                        .doesNotContain(pair.source().password());
            }
        }
    }

    private void showsWhatIsRecordedOfATaskWithoutItsFile(OperatedTask task) throws Exception {
        OperatedTask another = new OperatedTask("console_other", task.pair(), directory);
        Path output = directory.resolve("other.log");
        try (WalferryProcess console = task.process(
                Redirect.to(output.toFile()),
                "console",
                "--port",
                "0",
                another.file().toString())) {
            URI page = URI.create(said(console, output, ADDRESS));
            Await.until("both tasks are shown", OperatedTask.LIMIT, () -> {
                JsonNode tasks = JSON.readTree(get(page, "/api/tasks").body()).at("/tasks");
                return tasks.size() == 2
                        && tasks.at("/0/reason").asText().contains("never been started")
                        && tasks.at("/1/task").asText().equals("console")
                        && tasks.at("/1/phase").asText().equals("live")
                        && tasks.at("/1/load/rows").asLong() == 20_000
                        && tasks.at("/1/source").isNull();
            });
            assertThat(get(page, "/api/ddl?task=console").body()).isEqualTo("null");
            // A name of another site's own that it lets point here.
            try (Socket socket = new Socket("127.0.0.1", page.getPort())) {
                socket.getOutputStream()
                        .write("GET /api/tasks HTTP/1.1\r\nHost: elsewhere.example\r\nConnection: close\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
                assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                        .startsWith("HTTP/1.1 403");
            }
        }
    }

    @Test
    void letsInOnlyWhoMay() throws Exception {
        DatabasePair pair = DatabasePair.create(TestServers.source(), TestServers.target(), "console_door");
        try (OperatedTask task = new OperatedTask("console_door", pair, directory)) {
            Path output = directory.resolve("door.log");
            try (WalferryProcess console = task.process(
                    Redirect.to(output.toFile()),
                    "console",
                    "--port",
                    "0",
                    "--address",
                    "0.0.0.0",
                    task.file().toString())) {
                URI told = URI.create(said(console, output, ADDRESS));
                URI open = URI.create("http://127.0.0.1:" + told.getPort() + "/");
                assertThat(get(open, "/").statusCode()).isEqualTo(403);
                assertThat(get(open, "/api/tasks?token=wrong").statusCode()).isEqualTo(403);
                HttpResponse<String> let = get(open, "/?" + told.getQuery());
                assertThat(let.statusCode()).isEqualTo(303);
                String cookie = let.headers().firstValue("Set-Cookie").orElseThrow();
                assertThat(cookie).contains("HttpOnly", "SameSite=Strict");
                HttpRequest withCookie = HttpRequest.newBuilder(open.resolve("/api/tasks"))
                        .header("Cookie", cookie.split(";")[0])
                        .build();
                assertThat(client.send(withCookie, BodyHandlers.ofString()).statusCode())
                        .isEqualTo(200);
                HttpRequest post = HttpRequest.newBuilder(open.resolve("/api/tasks"))
                        .header("Cookie", cookie.split(";")[0])
                        .POST(HttpRequest.BodyPublishers.ofString("x"))
                        .build();
                assertThat(client.send(post, BodyHandlers.ofString()).statusCode())
                        .isEqualTo(405);
            }
            Ended twice =
                    task.command("console", task.file().toString(), task.file().toString());
            assertThat(twice.status()).isEqualTo(2);
            assertThat(twice.output()).contains("is in another of these files too");
        }
    }

    /** For people. */
    private static void draw(HeadlessBrowser browser, URI page, String name, int width) throws Exception {
        Path picture = Files.createDirectories(Path.of(System.getProperty("tests.directory")))
                .resolve("console-" + name + ".png");
        browser.draw(page, picture, width, 1300);
        assertThat(picture).isNotEmptyFile();
    }

    private static String said(WalferryProcess console, Path output, Pattern pattern) throws Exception {
        Await.until("the console says where it is", OperatedTask.LIMIT, () -> {
            assertThat(console.isAlive()).as(Files.readString(output)).isTrue();
            return pattern.matcher(Files.readString(output)).find();
        });
        return first(Files.readString(output), pattern.pattern());
    }

    @FunctionalInterface
    private interface Expected {
        boolean holds(JsonNode task);
    }

    private void awaitTask(URI page, String what, Expected expected) throws Exception {
        Await.until("the console shows that " + what, OperatedTask.LIMIT, () -> expected.holds(ofTask(page)));
    }

    private JsonNode ofTask(URI page) throws Exception {
        return JSON.readTree(get(page, "/api/tasks").body()).at("/tasks/0");
    }

    private HttpResponse<String> get(URI page, String path) throws Exception {
        return client.send(HttpRequest.newBuilder(page.resolve(path)).build(), BodyHandlers.ofString());
    }

    private static String first(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as(pattern + " in " + text).isTrue();
        return matcher.group(1);
    }
}
