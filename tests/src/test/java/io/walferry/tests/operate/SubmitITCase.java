package io.walferry.tests.operate;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.walferry.tests.operate.OperatedTask.Ended;
import io.walferry.tests.support.DatabasePair;
import io.walferry.tests.support.TestServers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster of two machines that says no: what {@code walferry submit} makes of it. */
class SubmitITCase {

    private static final Map<String, String> ANSWERS = Map.of(
            "/overview", "{\"flink-version\":\"1.20.9\",\"slots-available\":8}",
            "/jobs/overview", "{\"jobs\":[]}",
            "/taskmanagers",
                    "{\"taskmanagers\":[{\"path\":\"pekko.tcp://flink@10.0.0.7:6122/user/rpc/taskmanager_0\"},"
                            + "{\"path\":\"pekko.tcp://flink@10.0.0.8:6122/user/rpc/taskmanager_0\"}]}");

    @TempDir
    Path directory;

    @Test
    void endsWithStatus1IfTheClusterDoesNotTakeTheJobAndWarnsOfCheckpointsThatAreLocal() throws Exception {
        HttpServer cluster = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        cluster.createContext("/", SubmitITCase::answer);
        cluster.start();
        DatabasePair pair = DatabasePair.create(TestServers.source(), TestServers.target(), "not_taken");
        try (OperatedTask task = new OperatedTask("not_taken", pair, directory)) {
            task.atSource("CREATE TABLE public.item (id int PRIMARY KEY)");
            Ended submit = task.run(
                    "submit",
                    "--rest",
                    "http://127.0.0.1:" + cluster.getAddress().getPort());
            assertThat(submit.status()).as(submit.output()).isEqualTo(1);
            assertThat(submit.output())
                    .contains("did not take the job", "no room for it")
                    .contains("warning: checkpoint.directory is file:")
                    .doesNotContain("\tat ", "\njob ");
        } finally {
            cluster.stop(0);
        }
    }

    private static void answer(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        String path = exchange.getRequestURI().getPath().replaceFirst("^/v1(?=/)", "");
        boolean takes = exchange.getRequestMethod().equals("GET") && ANSWERS.containsKey(path);
        byte[] answer =
                (takes ? ANSWERS.get(path) : "{\"errors\":[\"no room for it\"]}").getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(takes ? 200 : 500, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }
}
