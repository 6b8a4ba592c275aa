package io.walferry.tests.command;

import io.walferry.tests.postgres.PostgresServer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The text of a task file. Passwords are left to the environment, as in a file that is kept. */
public final class TaskText {

    public static final String SOURCE_PASSWORD = "SOURCE_PASSWORD";
    public static final String TARGET_PASSWORD = "TARGET_PASSWORD";

    private final StringBuilder text = new StringBuilder();

    private TaskText() {}

    /** A task with all tables of some schemas. */
    public static TaskText of(
            String task,
            PostgresServer source,
            String sourceDatabase,
            PostgresServer target,
            String targetDatabase,
            List<String> schemas) {
        TaskText file = new TaskText();
        file.text.append("task: ").append(task).append('\n');
        file.endpoint("source", source, sourceDatabase, SOURCE_PASSWORD);
        file.endpoint("target", target, targetDatabase, TARGET_PASSWORD);
        file.text
                .append("objects:\n  schemas: ")
                .append(schemas.stream().collect(Collectors.joining(", ", "[", "]")))
                .append('\n');
        return file;
    }

    /** Adds a section of plain values. */
    public TaskText with(String section, Map<String, Object> values) {
        text.append(section).append(":\n");
        values.forEach((key, value) ->
                text.append("  ").append(key).append(": ").append(value).append('\n'));
        return this;
    }

    private void endpoint(String section, PostgresServer server, String database, String passwordVariable) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("hostname", server.hostname());
        values.put("port", server.port());
        values.put("database", database);
        values.put("username", server.username());
        values.put("password", "${" + passwordVariable + "}");
        with(section, values);
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
