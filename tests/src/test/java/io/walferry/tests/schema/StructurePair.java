package io.walferry.tests.schema;

import io.walferry.job.catalog.CatalogReader;
import io.walferry.job.catalog.ObjectName;
import io.walferry.job.catalog.SourceCatalog;
import io.walferry.job.catalog.TableMappings;
import io.walferry.job.config.Endpoint;
import io.walferry.job.config.ObjectsConfig;
import io.walferry.job.config.Secret;
import io.walferry.job.config.SslConfig;
import io.walferry.job.config.TaskConfig;
import io.walferry.job.dialect.TargetDialect;
import io.walferry.job.failure.RefusedException;
import io.walferry.job.jdbc.Database;
import io.walferry.job.model.TableId;
import io.walferry.job.model.TableSchema;
import io.walferry.job.schema.FormerObjects;
import io.walferry.job.schema.MappedStructure;
import io.walferry.job.schema.PostLoad;
import io.walferry.job.schema.SchemaSync;
import io.walferry.job.schema.StepListener;
import io.walferry.job.schema.StructurePlan;
import io.walferry.tests.postgres.PostgresServer;
import io.walferry.tests.support.DatabasePair;
import io.walferry.tests.support.TaskFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A source and a target of their own, and what a task does to make their structure alike. */
final class StructurePair implements AutoCloseable {

    static final String STOPPED = "stopped by the test";

    private static final int CONNECTIONS = 3;

    final DatabasePair pair;
    final Database source;
    final Database target;

    /** What was made by the last {@link #afterLoad} or {@link #atConsistency}, statistics left out. */
    final List<String> made = new ArrayList<>();

    /** What the runs said has become of objects. */
    final Map<String, String> states = new TreeMap<>();

    private int stopAfter;
    private SourceCatalog catalog;
    private StructurePlan plan;

    StructurePair(PostgresServer source, PostgresServer target) throws SQLException {
        pair = DatabasePair.create(source, target, "structure");
        this.source = database(source, pair.sourceDatabase());
        this.target = database(target, pair.targetDatabase());
    }

    private static Database database(PostgresServer server, String name) {
        return new Database(
                new Endpoint(
                        server.hostname(),
                        server.port(),
                        name,
                        server.username(),
                        new Secret(server.password()),
                        SslConfig.PREFER),
                "walferry test");
    }

    /** Runs a file of this package at the source. */
    StructurePair script(String name) throws SQLException, IOException {
        try (InputStream file = StructurePair.class.getResourceAsStream(name)) {
            return atSource(new String(file.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    StructurePair atSource(String sql) throws SQLException {
        try (Connection connection = pair.openSource();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
        return this;
    }

    StructurePair atTarget(String sql) throws SQLException {
        try (Connection connection = pair.openTarget();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
        return this;
    }

    /** Reads the source and plans. The plan goes through serialization, as on its way to the cluster. */
    StructurePlan plan(ObjectsConfig objects) throws Exception {
        try (Connection from = source.open();
                Connection to = target.open()) {
            catalog = CatalogReader.read(from, objects);
            plan = serialized(StructurePlan.of(catalog, TargetDialect.probe(to)));
            return plan;
        }
    }

    /**
     * As {@link #plan(ObjectsConfig)}, under other names.
     *
     * @param mapping sections of a task file
     */
    StructurePlan plan(ObjectsConfig objects, String mapping) throws Exception {
        Path file = Files.createTempFile("mapping", ".yaml");
        try (Connection from = source.open();
                Connection to = target.open()) {
            TaskConfig config = io.walferry.job.config.TaskFile.load(
                    new TaskFile("structure", pair, file.resolveSibling("checkpoints"))
                            .more(mapping)
                            .write(file),
                    System::getenv);
            SourceCatalog read = CatalogReader.read(from, objects);
            catalog = MappedStructure.of(read, TableMappings.of(read, config.mapping(), config.phases()));
            plan = serialized(StructurePlan.of(catalog, TargetDialect.probe(to)));
            return plan;
        } finally {
            Files.delete(file);
        }
    }

    SourceCatalog catalog() {
        return catalog;
    }

    /** All tables of the task, as if it had claimed them. */
    Set<TableId> claimed() {
        return Stream.concat(catalog.tables().stream().map(TableSchema::id), plan.emptyTables().stream())
                .collect(Collectors.toSet());
    }

    void refuseForeignTables(Set<TableId> known) throws SQLException {
        try (Connection connection = target.open()) {
            RefusedException.throwIfAny("task structure", new SchemaSync(plan).conflicts(connection, known));
        }
    }

    /** Objects of the plan that the target has in another form, as if all that is there were the user's. */
    Map<ObjectName, String> differing() throws SQLException {
        try (Connection connection = target.open()) {
            return FormerObjects.differing(plan, connection, TargetDialect.probe(connection), Set.of());
        }
    }

    void before() throws SQLException {
        try (Connection connection = target.open()) {
            new SchemaSync(plan).createBefore(connection, listener());
        }
    }

    /** Stops every run as soon as that many more objects than before are done; 0: never. */
    void stopAfter(int objects) {
        stopAfter = objects;
    }

    private StepListener listener() {
        Set<String> before = Set.copyOf(states.keySet());
        return new StepListener() {
            @Override
            public void activity(String words) {
                if (!words.contains("statistics")) {
                    made.add(words);
                }
            }

            @Override
            public void done(Collection<ObjectName> objects) throws SQLException {
                objects.forEach(object -> states.put(object.toString(), "done"));
                if (stopAfter > 0 && states.size() >= before.size() + stopAfter) {
                    throw new SQLException(STOPPED);
                }
            }

            @Override
            public void failed(ObjectName object, String message) {
                states.put(object.toString(), "failed: " + message);
            }
        };
    }

    void afterLoad() throws Exception {
        postLoad().afterLoad();
    }

    void atConsistency() throws Exception {
        postLoad().atConsistency();
    }

    private PostLoad postLoad() {
        made.clear();
        return new PostLoad(plan, source, target, CONNECTIONS, listener());
    }

    List<String> sourceFacts() throws SQLException {
        try (Connection connection = pair.openSource()) {
            return StructureFacts.read(connection);
        }
    }

    List<String> targetFacts() throws SQLException {
        try (Connection connection = pair.openTarget()) {
            return StructureFacts.read(connection);
        }
    }

    List<String> sourceGrants() throws SQLException {
        try (Connection connection = pair.openSource()) {
            return StructureFacts.grants(connection);
        }
    }

    List<String> targetGrants() throws SQLException {
        try (Connection connection = pair.openTarget()) {
            return StructureFacts.grants(connection);
        }
    }

    static void dropRole(PostgresServer server, String role) throws SQLException {
        try (Connection connection = server.connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("DROP ROLE IF EXISTS " + role);
        }
    }

    private static StructurePlan serialized(StructurePlan plan) throws IOException, ClassNotFoundException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(plan);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return (StructurePlan) in.readObject();
        }
    }

    @Override
    public void close() throws SQLException {
        pair.drop();
    }
}
