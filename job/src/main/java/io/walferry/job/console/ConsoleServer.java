package io.walferry.job.console;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Serves the page and what it shows. The tasks are looked at once a second, however many browsers there are.
 *
 * <p>Paths: {@code /}, {@code /console.css}, {@code /console.js}; {@code /api/tasks}; {@code /api/history?task=…&since=…};
 * {@code /api/<kind>?task=…} for each kind of details.
 */
public final class ConsoleServer implements AutoCloseable {

    private static final Map<String, String> FILES = Map.of(
            "/", "text/html; charset=utf-8",
            "/console.css", "text/css; charset=utf-8",
            "/console.js", "text/javascript; charset=utf-8");
    private static final String JSON = "application/json";
    private static final int THREADS = 4;

    private final HttpServer server;
    private final Door door;
    private final List<WatchedTask> tasks;
    private final ConsoleDetails details;
    private final String version;
    private final Function<Exception, String> words;
    private final ExecutorService answering = Executors.newFixedThreadPool(THREADS, daemons("console"));
    private final ScheduledExecutorService looking;

    /**
     * Begins to serve.
     *
     * @param address port 0: a free one
     * @param token needed unless the address is a loopback one
     * @param words what a person is told of a failure, without secrets
     * @throws IOException if the port is taken
     */
    public ConsoleServer(
            InetSocketAddress address,
            Optional<String> token,
            String version,
            List<ConsoledTask> tasks,
            ConsoleDetails details,
            Function<Exception, String> words)
            throws IOException {
        this.door = new Door(address.getAddress(), token);
        this.tasks = tasks.stream().map(task -> new WatchedTask(task, words)).toList();
        this.details = details;
        this.version = version;
        this.words = words;
        this.server = HttpServer.create(address, 0);
        // One that does not answer must not hold up the others.
        this.looking = Executors.newScheduledThreadPool(this.tasks.size(), daemons("console-look"));
        this.tasks.forEach(task -> looking.scheduleWithFixedDelay(task::look, 0, 1, TimeUnit.SECONDS));
        server.setExecutor(answering);
        server.createContext("/", this::answer);
        server.start();
    }

    private static java.util.concurrent.ThreadFactory daemons(String name) {
        return work -> {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    public int port() {
        return server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
            exchange.getResponseHeaders().set("Referrer-Policy", "no-referrer");
            exchange.getResponseHeaders()
                    .set(
                            "Content-Security-Policy",
                            "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:;"
                                    + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
            if (!door.admits(exchange)) {
                send(
                        exchange,
                        403,
                        "text/plain; charset=utf-8",
                        "Open the address that walferry console has printed.\n");
            } else if (!exchange.getRequestMethod().equals("GET")) {
                send(exchange, 405, "text/plain; charset=utf-8", "The console only shows.\n");
            } else {
                route(exchange);
            }
        }
    }

    private void route(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        if (FILES.containsKey(path)) {
            file(exchange, path);
        } else if (path.equals("/api/tasks")) {
            send(exchange, 200, JSON, all());
        } else if (path.startsWith("/api/")) {
            ofTask(exchange, path.substring("/api/".length()));
        } else {
            send(exchange, 404, "text/plain; charset=utf-8", "There is nothing here.\n");
        }
    }

    private void file(HttpExchange exchange, String path) throws IOException {
        Optional<String> cookie = door.cookie(exchange);
        if (cookie.isPresent()) {
            exchange.getResponseHeaders().set("Set-Cookie", cookie.get());
            exchange.getResponseHeaders().set("Location", path);
            exchange.sendResponseHeaders(303, -1);
            return;
        }
        String name = path.equals("/") ? "console.html" : path.substring(1);
        try (InputStream file = ConsoleServer.class.getResourceAsStream(name)) {
            send(exchange, 200, FILES.get(path), new String(file.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private String all() {
        return tasks.stream()
                .map(WatchedTask::json)
                .collect(Collectors.joining(
                        ",",
                        "{\"version\":" + WatchedTask.quoted(version) + ",\"at\":" + System.currentTimeMillis()
                                + ",\"tasks\":[",
                        "]}"));
    }

    private void ofTask(HttpExchange exchange, String what) throws IOException {
        Map<String, String> query = Query.of(exchange);
        Optional<WatchedTask> task = tasks.stream()
                .filter(candidate -> candidate.name().equals(query.get("task")))
                .findFirst();
        if (task.isEmpty() || !what.equals("history") && !details.kinds().contains(what)) {
            send(exchange, 404, JSON, failure("There is no such task, or nothing of that kind"));
            return;
        }
        try {
            send(
                    exchange,
                    200,
                    JSON,
                    what.equals("history")
                            ? task.get().history().json(Long.parseLong(query.getOrDefault("since", "0")))
                            : details.of(task.get().name(), what));
        } catch (NumberFormatException e) {
            send(exchange, 400, JSON, failure("since is a time in ms"));
        } catch (SQLException | RuntimeException e) {
            send(exchange, 503, JSON, failure(words.apply(e)));
        }
    }

    private static String failure(String reason) {
        return "{\"error\":" + WatchedTask.quoted(reason) + "}";
    }

    private static void send(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
        answering.shutdownNow();
        looking.shutdownNow();
        tasks.forEach(WatchedTask::close);
    }
}
