package io.walferry.tests.support;

import io.walferry.tests.postgres.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** The task file of a pair of databases; settings that are not set are left to the product. */
public final class TaskFile {

    private final String task;
    private final DatabasePair pair;
    private Path checkpoints;
    private boolean grants;
    private List<String> schemas = List.of("public");
    private List<String> tables = List.of();
    private List<String> exclude = List.of();
    private String checkpointInterval = "1s";
    private String username = PostgresServer.USERNAME;
    private final StringBuilder load = new StringBuilder();
    private final StringBuilder apply = new StringBuilder();
    private String more = "";
    private List<String> excludedOrigins = List.of();
    private int sourcePort;
    private int targetPort;

    /** @param checkpoints directory of the checkpoints, which need not exist */
    public TaskFile(String task, DatabasePair pair, Path checkpoints) {
        this.task = task;
        this.pair = pair;
        this.checkpoints = checkpoints;
        this.sourcePort = pair.source().port();
        this.targetPort = pair.target().port();
    }

    /** Has the task come to its servers by other ports, behind which something stands in between. */
    public TaskFile ports(int source, int target) {
        sourcePort = source;
        targetPort = target;
        return this;
    }

    public String task() {
        return task;
    }

    public Path checkpoints() {
        return checkpoints;
    }

    public TaskFile checkpoints(Path directory) {
        checkpoints = directory;
        return this;
    }

    public TaskFile schemas(String... patterns) {
        schemas = List.of(patterns);
        return this;
    }

    public TaskFile tables(String... patterns) {
        schemas = List.of();
        tables = List.of(patterns);
        return this;
    }

    public TaskFile exclude(String... patterns) {
        exclude = List.of(patterns);
        return this;
    }

    /** Privileges are carried over. */
    public TaskFile grants() {
        grants = true;
        return this;
    }

    public TaskFile chunkRows(long rows) {
        return line(load, "chunk-rows", rows);
    }

    public TaskFile loadParallelism(int parallelism) {
        return line(load, "parallelism", parallelism);
    }

    public TaskFile writers(int writers) {
        return line(apply, "writers", writers);
    }

    public TaskFile batchRows(int rows) {
        return line(apply, "batch-rows", rows);
    }

    /** Further sections, as they stand in the file. */
    public TaskFile more(String yaml) {
        more = yaml;
        return this;
    }

    /** Tasks whose changes at the source are left out. */
    public TaskFile excludeOrigins(String... names) {
        excludedOrigins = List.of(names);
        return this;
    }

    /** Who logs in to both sides. */
    public TaskFile username(String name) {
        username = name;
        return this;
    }

    /** @param interval with a unit, such as {@code 500ms} */
    public TaskFile checkpointInterval(String interval) {
        checkpointInterval = interval;
        return this;
    }

    /** A later value of the same key replaces the earlier one. */
    private TaskFile line(StringBuilder section, String key, Object value) {
        String text = section.toString().replaceAll("(?m)^  " + key + ": .*\n", "");
        section.setLength(0);
        section.append(text).append("  ").append(key).append(": ").append(value).append('\n');
        return this;
    }

    /** Writes the file, which holds both passwords. */
    public Path write(Path file) throws IOException {
        StringBuilder yaml = new StringBuilder();
        yaml.append("task: ").append(task).append('\n');
        endpoint(yaml, "source", pair.source(), sourcePort, pair.sourceDatabase());
        list(yaml, "exclude-origins", excludedOrigins);
        endpoint(yaml, "target", pair.target(), targetPort, pair.targetDatabase());
        yaml.append("objects:\n");
        list(yaml, "schemas", schemas);
        list(yaml, "tables", tables);
        list(yaml, "exclude", exclude);
        yaml.append(grants ? "  grants: true\n" : "");
        section(yaml, "load", load);
        section(yaml, "apply", apply);
        yaml.append("checkpoint:\n  interval: ").append(checkpointInterval).append('\n');
        yaml.append("  directory: ").append(quoted(checkpoints.toString())).append('\n');
        yaml.append(more);
        return Files.writeString(file, yaml);
    }

    private void endpoint(StringBuilder yaml, String side, PostgresServer server, int port, String database) {
        yaml.append(side).append(":\n");
        yaml.append("  hostname: ").append(server.hostname()).append('\n');
        yaml.append("  port: ").append(port).append('\n');
        yaml.append("  database: ").append(quoted(database)).append('\n');
        yaml.append("  username: ").append(quoted(username)).append('\n');
        yaml.append("  password: ").append(quoted(server.password())).append('\n');
    }

    private static void list(StringBuilder yaml, String key, List<String> values) {
        if (!values.isEmpty()) {
            yaml.append("  ").append(key).append(": ");
            yaml.append(values.stream().map(TaskFile::quoted).collect(Collectors.joining(", ", "[", "]\n")));
        }
    }

    private static void section(StringBuilder yaml, String name, StringBuilder lines) {
        if (lines.length() > 0) {
            yaml.append(name).append(":\n").append(lines);
        }
    }

    private static String quoted(String value) {
        return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
