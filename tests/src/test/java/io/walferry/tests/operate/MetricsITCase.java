package io.walferry.tests.operate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.walferry.tests.support.Await;
import io.walferry.tests.support.DatabasePair;
import io.walferry.tests.support.TestServers;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Prometheus reads from a run, and that dashboard and rules ask for nothing else. */
class MetricsITCase {

    private static final Path MONITORING =
            Path.of("..").toAbsolutePath().normalize().resolve("deploy/monitoring");
    private static final Pattern NAME = Pattern.compile("\\bflink_[A-Za-z0-9_]+");
    private static final String TASK = "flink_jobmanager_job_operator_coordinator_enumerator_walferry_";
    private static final String OPERATOR = "flink_taskmanager_job_task_operator_";

    @TempDir
    Path directory;

    private final HttpClient client = HttpClient.newHttpClient();
    private int port;

    @Test
    void aRunExportsAllThatDashboardAndRulesAskFor() throws Exception {
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        DatabasePair pair = DatabasePair.create(TestServers.source(), TestServers.target(), "metrics");
        try (OperatedTask task = new OperatedTask("metrics", pair, directory)) {
            task.with("metrics", Map.of("port", port)).with("throttle", Map.of("changes", "{rows: 50000}"));
            task.atSource(
                    "CREATE TABLE public.item (id int PRIMARY KEY, name text)",
                    "INSERT INTO public.item SELECT i, 'item ' || i FROM generate_series(1, 3000) i");
            task.start().awaitLive();
            task.atSource(
                    "UPDATE public.item SET name = 'new' WHERE id <= 500",
                    "CREATE TABLE public.later (id int PRIMARY KEY)");
            task.atTarget(
                    "INSERT INTO walferry.dead_letter (task, table_schema, table_name, row_key, operation, original,"
                            + " cause, at) VALUES ('metrics', 'public', 'item', '[1]', 'update', '{}', 'x', now())");
            awaitValue(task, TASK + "changesApplied", 500);
            awaitValue(task, TASK + "ddlSteps", 1);
            awaitValue(task, TASK + "deadLetters", 1);
            awaitValue(task, TASK + "lagMs", 0);
            awaitValue(task, OPERATOR + "numRecordsSend", 3_500);
            awaitValue(task, OPERATOR + "changesRead", 500);

            String text = scrape();
            assertThat(sum(text, TASK + "rowsLoaded")).isEqualTo(3_000);
            assertThat(sum(text, TASK + "chunksLoaded"))
                    .isEqualTo(sum(text, TASK + "chunks"))
                    .isPositive();
            assertThat(sum(text, TASK + "slotActive")).isEqualTo(1);
            assertThat(sum(text, TASK + "slotRetainedBytes")).isNotNegative();
            assertThat(sum(text, TASK + "limit_changes_rows")).isEqualTo(50_000);
            assertThat(sum(text, OPERATOR + "numBytesSend")).isPositive();
            assertThat(names(text))
                    .contains(
                            OPERATOR + "numRecordsIn",
                            OPERATOR + "numBytesIn",
                            OPERATOR + "numRecordsOut",
                            OPERATOR + "currentFetchEventTimeLag",
                            OPERATOR + "currentEmitEventTimeLag",
                            OPERATOR + "sourceIdleTime",
                            OPERATOR + "currentSendTime")
                    .containsAll(asked("grafana-dashboard.json"))
                    .containsAll(asked("prometheus-rules.yaml"));
            assertThat(text)
                    .contains("job_name=\"walferry_metrics\"")
                    .doesNotContain(pair.target().password());

            assertThat(task.run("pause").status()).isZero();
            awaitValue(task, TASK + "paused", 1);
        }
    }

    @Test
    void dashboardAndRulesAreWellFormed() throws Exception {
        JsonNode dashboard = new ObjectMapper()
                .readTree(MONITORING.resolve("grafana-dashboard.json").toFile());
        List<Integer> ids = Stream.iterate(0, i -> i + 1)
                .limit(dashboard.at("/panels").size())
                .map(i -> dashboard.at("/panels/" + i + "/id").asInt())
                .toList();
        assertThat(ids).doesNotHaveDuplicates().hasSizeGreaterThan(10);
        JsonNode rules = new ObjectMapper(new YAMLFactory())
                .readTree(MONITORING.resolve("prometheus-rules.yaml").toFile());
        for (JsonNode rule : rules.at("/groups/0/rules")) {
            assertThat(rule.at("/alert").asText()).startsWith("Walferry");
            assertThat(rule.at("/expr").asText()).contains("flink_");
            assertThat(rule.at("/annotations/summary").asText()).contains("$labels.job_name");
        }
    }

    private static Set<String> asked(String file) throws Exception {
        return NAME.matcher(Files.readString(MONITORING.resolve(file)))
                .results()
                .map(found -> found.group())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> names(String text) {
        return text.lines()
                .filter(line -> !line.startsWith("#"))
                .map(NAME::matcher)
                .filter(Matcher::lookingAt)
                .map(Matcher::group)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private void awaitValue(OperatedTask task, String name, double value) throws Exception {
        Await.until(name + " is " + value, OperatedTask.LIMIT, () -> task.output() + described(name), () -> {
            String text = scrape();
            return names(text).contains(name) && sum(text, name) == value;
        });
    }

    private String described(String name) {
        try {
            String end = name.substring(name.lastIndexOf('_') + 1);
            return scrape().lines().filter(line -> line.contains(end)).collect(Collectors.joining("\n"));
        } catch (Exception e) {
            return e.toString();
        }
    }

    /** Over all that have the name; only operators of the sink count what they send. */
    private static double sum(String text, String name) {
        return text.lines()
                .filter(line -> line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private String scrape() throws Exception {
        return client.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
