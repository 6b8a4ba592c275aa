package io.walferry.job.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The few calls to a Flink cluster that are needed.
 *
 * @see <a href="https://nightlies.apache.org/flink/flink-docs-release-1.20/docs/ops/rest_api/">REST API</a>
 */
final class FlinkRest {

    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final long POLL_MS = 200;
    private static final Set<String> ENDED = Set.of("CANCELED", "FINISHED", "FAILED");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI address;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(ANSWER).build();

    FlinkRest(URI address) {
        this.address = URI.create(address.toString().replaceAll("/+$", ""));
    }

    /** What a path answers. */
    JsonNode get(String path) throws IOException, InterruptedException {
        return call("GET", path, null);
    }

    /** Id of the job of that name that has not ended. */
    Optional<String> runningJob(String name) throws IOException, InterruptedException {
        for (JsonNode job : call("GET", "/jobs/overview", null).path("jobs")) {
            if (job.path("name").asText().equals(name)
                    && !ENDED.contains(job.path("state").asText())) {
                return Optional.of(job.path("jid").asText());
            }
        }
        return Optional.empty();
    }

    /** Of jobs of that name the newest, if it has failed: its id and the class of what it has failed of. */
    Optional<FailedJob> failedJob(String name) throws IOException, InterruptedException {
        JsonNode newest = JSON.missingNode();
        for (JsonNode job : call("GET", "/jobs/overview", null).path("jobs")) {
            if (job.path("name").asText().equals(name)
                    && job.path("start-time").asLong()
                            > newest.path("start-time").asLong(-1)) {
                newest = job;
            }
        }
        if (!newest.path("state").asText().equals("FAILED")) {
            return Optional.empty();
        }
        String job = newest.path("jid").asText();
        JsonNode causes = call("GET", "/jobs/" + job + "/exceptions", null).at("/exceptionHistory/entries");
        return Optional.of(
                new FailedJob(job, causes.path(0).path("exceptionName").asText("unknown")));
    }

    /** @param cause the class of an exception; its words may hold values of rows */
    record FailedJob(String id, String cause) {}

    /** Machines that TaskManagers run on. */
    Set<String> hosts() throws IOException, InterruptedException {
        Set<String> hosts = new TreeSet<>();
        for (JsonNode manager : call("GET", "/taskmanagers", null).path("taskmanagers")) {
            // pekko.tcp://flink@host:port/user/rpc/taskmanager_0
            String address = manager.path("path").asText();
            hosts.add(address.replaceFirst(".*@", "").replaceFirst(":\\d+/.*", ""));
        }
        return hosts;
    }

    void cancel(String job) throws IOException, InterruptedException {
        call("PATCH", "/jobs/" + job + "?mode=cancel", "");
    }

    /** Returns where the savepoint is. */
    String stopWithSavepoint(String job, Optional<String> directory, Duration within)
            throws IOException, InterruptedException {
        ObjectNode request = JSON.createObjectNode().put("drain", false);
        directory.ifPresent(path -> request.put("targetDirectory", path));
        String trigger = call("POST", "/jobs/" + job + "/stop", request.toString())
                .path("request-id")
                .asText();
        long deadline = System.nanoTime() + within.toNanos();
        while (System.nanoTime() < deadline) {
            JsonNode state = call("GET", "/jobs/" + job + "/savepoints/" + trigger, null);
            if (state.at("/status/id").asText().equals("COMPLETED")) {
                JsonNode location = state.at("/operation/location");
                if (location.isTextual()) {
                    return location.asText();
                }
                throw new IOException("no savepoint: "
                        + state.at("/operation/failure-cause/class").asText("the cluster does not say why"));
            }
            Thread.sleep(POLL_MS);
        }
        throw new IOException("no savepoint within " + within.toSeconds() + " s");
    }

    boolean awaitEnd(String job, Duration within) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + within.toNanos();
        while (!ENDED.contains(call("GET", "/jobs/" + job, null).path("state").asText())) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            Thread.sleep(POLL_MS);
        }
        return true;
    }

    /** @param body {@code null} without one */
    private JsonNode call(String method, String path, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address + path))
                .timeout(ANSWER)
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() / 100 != 2) {
            throw new IOException(method + " " + path + " was answered with status " + response.statusCode());
        }
        return response.body().isBlank() ? JSON.createObjectNode() : JSON.readTree(response.body());
    }
}
