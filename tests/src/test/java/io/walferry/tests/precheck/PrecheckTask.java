package io.walferry.tests.precheck;

import io.walferry.job.config.TaskConfig;
import io.walferry.job.config.TaskFile;
import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.Finding;
import io.walferry.job.pipeline.TaskPrecheck;
import io.walferry.job.precheck.CheckResult;
import io.walferry.job.precheck.PrecheckReport;
import io.walferry.tests.postgres.PostgresServer;
import io.walferry.tests.support.DatabasePair;
import io.walferry.tests.support.TestServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A task between two databases of its own that is checked and never started; closing it drops them. */
final class PrecheckTask implements AutoCloseable {

    static final String NAME = "precheck";
    private static final String ROLE_PASSWORD = "secret-of-a-role";

    private final DatabasePair pair;
    private final Path directory;
    private final Map<String, Map<String, String>> endpoints = new LinkedHashMap<>();
    private final Map<Finding.Side, String> roles = new LinkedHashMap<>();
    private String objects = "  schemas: [public]\n";
    private String accepted = "";
    private String load = "";
    private String more = "";

    private PrecheckTask(DatabasePair pair, Path directory) {
        this.pair = pair;
        this.directory = directory;
        endpoint("source", pair.source(), pair.sourceDatabase());
        endpoint("target", pair.target(), pair.targetDatabase());
    }

    static PrecheckTask shared(Path directory) throws SQLException {
        return on(TestServers.source(), TestServers.target(), directory);
    }

    /** With one table, which has a key. */
    static PrecheckTask on(PostgresServer source, PostgresServer target, Path directory) throws SQLException {
        PrecheckTask task = new PrecheckTask(DatabasePair.create(source, target, NAME), directory);
        task.atSource("CREATE TABLE public.item (id int PRIMARY KEY, name text)");
        return task;
    }

    private void endpoint(String side, PostgresServer server, String database) {
        Map<String, String> keys = new LinkedHashMap<>();
        keys.put("hostname", server.hostname());
        keys.put("port", String.valueOf(server.port()));
        keys.put("database", database);
        keys.put("username", server.username());
        keys.put("password", server.password());
        endpoints.put(side, keys);
    }

    DatabasePair pair() {
        return pair;
    }

    /** @param side source or target */
    PrecheckTask with(String side, String key, String value) {
        endpoints.get(side).put(key, value);
        return this;
    }

    /** Lines of the section {@code objects}. */
    PrecheckTask objects(String lines) {
        objects = lines;
        return this;
    }

    /** Lines of the section {@code load}. */
    PrecheckTask load(String lines) {
        load = "load:\n" + lines;
        return this;
    }

    /** Further sections of the task file. */
    PrecheckTask more(String sections) {
        more = sections;
        return this;
    }

    PrecheckTask accept(String... items) {
        accepted = "precheck:\n  accept: " + List.of(items) + "\n";
        return this;
    }

    /** Makes a role that may log in and nothing else, and lets the task use it at that side. */
    String role(Finding.Side side, String attributes) throws SQLException {
        String name = "role_of_" + database(side);
        execute(side, "CREATE ROLE \"" + name + "\" LOGIN PASSWORD '" + ROLE_PASSWORD + "' " + attributes);
        roles.put(side, name);
        with(side.label(), "username", name).with(side.label(), "password", ROLE_PASSWORD);
        return name;
    }

    private String database(Finding.Side side) {
        return side == Finding.Side.SOURCE ? pair.sourceDatabase() : pair.targetDatabase();
    }

    Path write() throws IOException {
        StringBuilder yaml = new StringBuilder("task: " + NAME + "\n");
        endpoints.forEach((side, keys) -> {
            yaml.append(side).append(":\n");
            keys.forEach((key, value) -> yaml.append("  ")
                    .append(key)
                    .append(": ")
                    .append(value.startsWith("{") ? value : '"' + value + '"')
                    .append('\n'));
        });
        yaml.append("objects:\n").append(objects).append(accepted).append(load).append(more);
        return Files.writeString(directory.resolve("task.yaml"), yaml);
    }

    TaskConfig config() throws IOException {
        return TaskFile.load(write(), System::getenv);
    }

    PrecheckReport check() throws IOException, SQLException {
        return TaskPrecheck.run(config());
    }

    PrecheckReport testConnections() throws IOException, SQLException {
        return TaskPrecheck.testConnections(config());
    }

    CheckResult check(CheckItem item) throws IOException, SQLException {
        return check().result(item).orElseThrow(() -> new AssertionError("no item " + item));
    }

    /** Runs a finding's statements as the superuser. */
    void mend(Finding finding) throws SQLException {
        if (finding.remedies().isEmpty()) {
            throw new AssertionError("no remedy: " + finding);
        }
        for (Finding.Remedy remedy : finding.remedies()) {
            execute(remedy.side(), remedy.statement());
        }
    }

    void mend(CheckResult result) throws SQLException {
        for (Finding finding : result.findings()) {
            mend(finding);
        }
    }

    void atSource(String... statements) throws SQLException {
        execute(Finding.Side.SOURCE, statements);
    }

    void atTarget(String... statements) throws SQLException {
        execute(Finding.Side.TARGET, statements);
    }

    private void execute(Finding.Side side, String... statements) throws SQLException {
        try (Connection connection = side == Finding.Side.SOURCE ? pair.openSource() : pair.openTarget();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** What a start would have made. */
    List<String> traces() throws SQLException {
        try (Connection source = pair.openSource();
                Connection target = pair.openTarget()) {
            List<String> traces = new ArrayList<>(texts(
                    source,
                    "SELECT 'slot ' || slot_name FROM pg_replication_slots WHERE database = current_database()"
                            + " UNION ALL SELECT 'publication ' || pubname FROM pg_publication"
                            + " UNION ALL SELECT 'schema ' || nspname FROM pg_namespace WHERE nspname = 'walferry'"));
            traces.addAll(texts(
                    target,
                    "SELECT 'schema ' || nspname FROM pg_namespace WHERE nspname = 'walferry'"
                            + " UNION ALL SELECT 'table ' || tablename FROM pg_tables WHERE schemaname = 'public'"));
            return traces;
        }
    }

    private static List<String> texts(Connection connection, String query) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }

    @Override
    public void close() throws SQLException {
        for (Map.Entry<Finding.Side, String> role : roles.entrySet()) {
            execute(role.getKey(), "DROP OWNED BY \"" + role.getValue() + "\" CASCADE");
        }
        pair.drop();
        for (Map.Entry<Finding.Side, String> role : roles.entrySet()) {
            PostgresServer server = role.getKey() == Finding.Side.SOURCE ? pair.source() : pair.target();
            try (Connection connection = server.connect("postgres");
                    Statement statement = connection.createStatement()) {
                statement.execute("DROP ROLE \"" + role.getValue() + "\"");
            }
        }
    }
}
