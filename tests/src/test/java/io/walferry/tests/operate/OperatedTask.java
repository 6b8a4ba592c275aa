package io.walferry.tests.operate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.walferry.tests.command.TaskText;
import io.walferry.tests.command.WalferryProcess;
import io.walferry.tests.support.Await;
import io.walferry.tests.support.DatabasePair;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A task between two databases of its own that is run and operated by {@code deploy/bin/walferry}. Closing it ends and drops all. */
final class OperatedTask implements AutoCloseable {

    static final Duration LIMIT = Duration.ofSeconds(120);

    private static final Path HOME = Path.of("..").toAbsolutePath().normalize();
    static final Path COMMAND = HOME.resolve("deploy/bin/walferry");
    static final ObjectMapper JSON = new ObjectMapper();

    private final String name;
    private final DatabasePair pair;
    private final Path directory;
    private final TaskText text;
    private final Path output;
    private final Map<String, String> environment = new HashMap<>();
    private WalferryProcess running;

    record Ended(int status, String output) {}

    OperatedTask(String name, DatabasePair pair, Path directory) {
        this.name = name;
        this.pair = pair;
        this.directory = directory;
        this.output = directory.resolve(name + "-run.log");
        environment.putAll(Map.of(
                TaskText.SOURCE_PASSWORD,
                pair.source().password(),
                TaskText.TARGET_PASSWORD,
                pair.target().password(),
                "XDG_STATE_HOME",
                directory.resolve("state").toString()));
        this.text = TaskText.of(
                        name,
                        pair.source(),
                        pair.sourceDatabase(),
                        pair.target(),
                        pair.targetDatabase(),
                        List.of("public"))
                .with("checkpoint", Map.of("interval", "1s"));
    }

    DatabasePair pair() {
        return pair;
    }

    /** Adds a section of plain values. */
    OperatedTask with(String section, Map<String, Object> values) {
        text.with(section, values);
        return this;
    }

    Map<String, String> environment() {
        return Map.copyOf(environment);
    }

    /** Sets a variable for all that is run from here on. */
    OperatedTask variable(String name, String value) {
        environment.put(name, value);
        return this;
    }

    Path file() throws IOException {
        return Files.writeString(directory.resolve(name + ".yaml"), text.toString());
    }

    /** Starts {@code walferry run}; returns at once. */
    OperatedTask start() throws IOException {
        return startFile(file());
    }

    OperatedTask startFile(Path file) throws IOException {
        running = process(Redirect.appendTo(output.toFile()), "run", file.toString());
        return this;
    }

    WalferryProcess running() {
        return running;
    }

    /** What the run has printed. */
    String output() {
        try {
            return Files.exists(output) ? Files.readString(output) : "";
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Runs a verb on the task and waits for its end. */
    Ended run(String verb, String... options) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(verb, file().toString()));
        arguments.addAll(List.of(options));
        return command(arguments.toArray(String[]::new));
    }

    /** Runs the command and waits for its end. */
    Ended command(String... arguments) throws IOException, InterruptedException {
        Path file = Files.createTempFile(directory, "verb", ".log");
        try (WalferryProcess process = process(Redirect.to(file.toFile()), arguments)) {
            int status = process.exitStatus();
            return new Ended(status, Files.readString(file));
        }
    }

    WalferryProcess process(Redirect to, String... arguments) throws IOException {
        return WalferryProcess.start(HOME, environment, to, arguments);
    }

    JsonNode status() throws IOException, InterruptedException {
        return JSON.readTree(run("status", "--json").output());
    }

    /** For failures. */
    String statusText() {
        try {
            return run("status").output();
        } catch (IOException e) {
            return e.toString();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return e.toString();
        }
    }

    /** Waits until the target's records say so; the run must live. */
    void await(String what, String condition) throws Exception {
        Await.until(what, LIMIT, this::output, () -> {
            if (!running.isAlive()) {
                throw new AssertionError("The run has ended while waiting for " + what + ":\n" + output());
            }
            return holds(condition);
        });
    }

    void awaitLive() throws Exception {
        await(
                "changes are followed",
                "EXISTS (SELECT FROM walferry.task t JOIN walferry.status s USING (task) WHERE t.phase = 'changes'"
                        + " AND s.beat_at IS NOT NULL AND s.lag_ms IS NOT NULL)");
    }

    /** Whether the condition, in SQL, holds at the target; not while what it asks for is not there. */
    boolean holds(String condition) throws SQLException {
        try {
            return one("SELECT " + condition).equals("t");
        } catch (SQLException e) {
            if (e.getSQLState().equals("42P01") || e.getSQLState().equals("3F000")) {
                return false;
            }
            throw e;
        }
    }

    /** One text of the target. */
    String one(String query) throws SQLException {
        try (Connection target = pair.openTarget()) {
            return one(target, query);
        }
    }

    String oneAtSource(String query) throws SQLException {
        try (Connection source = pair.openSource()) {
            return one(source, query);
        }
    }

    static String one(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            return row.next() && row.getString(1) != null ? row.getString(1) : "";
        }
    }

    void atSource(String... statements) throws SQLException {
        try (Connection source = pair.openSource()) {
            execute(source, statements);
        }
    }

    void atTarget(String... statements) throws SQLException {
        try (Connection target = pair.openTarget()) {
            execute(target, statements);
        }
    }

    static void execute(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @Override
    public void close() throws SQLException {
        if (running != null) {
            running.close();
        }
        pair.drop();
    }
}
