package io.walferry.tests.schema;

import io.walferry.job.config.DdlConfig;
import io.walferry.job.config.MappingConfig;
import io.walferry.job.config.ObjectsConfig;
import io.walferry.job.config.PhasesConfig;
import io.walferry.job.dialect.TargetDialect;
import io.walferry.job.model.Lsn;
import io.walferry.job.model.TableId;
import io.walferry.job.model.TableSchema;
import io.walferry.job.schema.ddl.DdlCapture;
import io.walferry.job.schema.ddl.DdlCommand;
import io.walferry.job.schema.ddl.DdlEffect;
import io.walferry.job.schema.ddl.DdlScope;
import io.walferry.job.schema.ddl.SourceStructure;
import io.walferry.job.schema.ddl.TableArrivals;
import io.walferry.tests.postgres.PostgresServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/** A source with the capture installed, and a target that follows its log alone: rows come only where the effects ask for them. */
final class DdlFollower implements AutoCloseable {

    static final String PUBLICATION = "walferry_follower";

    final StructurePair pair;
    /** Source text and target statements of what was done, for messages. */
    final List<String> told = new ArrayList<>();

    final List<String> ignored = new ArrayList<>();
    /** Names of tables at the source whose rows were asked for. */
    final List<String> reloaded = new ArrayList<>();

    private final ObjectsConfig objects;
    private final MappingConfig mapping;
    private SourceStructure structure;
    private DdlScope scope;
    private long last;

    DdlFollower(PostgresServer source, PostgresServer target, ObjectsConfig objects, MappingConfig mapping)
            throws SQLException {
        this.pair = new StructurePair(source, target);
        this.objects = objects;
        this.mapping = mapping;
    }

    /** The target is made as a start makes it, with all rows. */
    void begin() throws Exception {
        try (Connection source = pair.source.open();
                Connection target = pair.target.open()) {
            DdlCapture.install(source);
            DdlCapture.register(source, "follower", PUBLICATION, objects);
            int version = source.getMetaData().getDatabaseMajorVersion() * 10000
                    + source.getMetaData().getDatabaseMinorVersion();
            scope = new DdlScope(
                    objects,
                    TableArrivals.of(mapping, PhasesConfig.ALL),
                    TargetDialect.probe(target),
                    version,
                    PUBLICATION,
                    DdlConfig.DEFAULT,
                    true);
            structure = SourceStructure.read(source, scope);
            String tables = structure.tables().stream()
                    .map(table -> ", " + quoted(table.id()))
                    .collect(Collectors.joining());
            try (Statement statement = source.createStatement()) {
                statement.execute("CREATE PUBLICATION " + PUBLICATION + " FOR TABLE walferry.ddl_log" + tables
                        + (version < 130000 ? "" : " WITH (publish_via_partition_root = true)"));
            }
            structure = SourceStructure.read(source, scope);
            try (Statement statement = source.createStatement();
                    ResultSet row = statement.executeQuery("SELECT coalesce(max(id), 0) FROM walferry.ddl_log")) {
                row.next();
                last = row.getLong(1);
            }
        }
    }

    SourceStructure structure() {
        return structure;
    }

    /** Does what the log has since the last time. */
    void follow() throws SQLException, IOException {
        follow(true);
    }

    /** @param restarted knows before each command no more than what is stored, as after a crash */
    void follow(boolean restarted) throws SQLException, IOException {
        List<DdlCommand> commands = new ArrayList<>();
        try (Connection source = pair.source.open();
                Statement statement = source.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT id, event, tag, text, objects FROM walferry.ddl_log WHERE id > "
                                + last + " ORDER BY id")) {
            while (rows.next()) {
                commands.add(DdlCommand.of(
                        rows.getLong(1),
                        Lsn.NONE,
                        rows.getString(2),
                        rows.getString(3),
                        rows.getString(4),
                        rows.getString(5)));
                last = rows.getLong(1);
            }
        }
        List<Long> asked = new ArrayList<>();
        try (Connection target = pair.target.openForApply()) {
            for (DdlCommand command : commands) {
                if (restarted) {
                    structure = SourceStructure.restore(structure.images(), scope);
                }
                DdlEffect effect = structure.effectOf(command, Set.of(), Set.of());
                told.add(command.event() + " " + command.tag() + " <- "
                        + command.text().strip());
                if (command.failure() != null) {
                    throw new AssertionError("not captured: " + command);
                }
                run(target, effect);
                structure.accept(effect);
                ignored.addAll(effect.ignored());
                asked.addAll(effect.resync());
            }
            for (long oid : asked) {
                if (structure.table(oid).isPresent()) {
                    reloaded.add(structure.table(oid).get().id().toString());
                    copy(target, structure.table(oid).get());
                }
            }
        }
    }

    private void run(Connection target, DdlEffect effect) throws SQLException {
        try (Statement statement = target.createStatement()) {
            for (String sql : effect.alone()) {
                told.add("    alone: " + sql);
                statement.execute(sql);
            }
            target.setAutoCommit(false);
            for (String sql : effect.statements()) {
                told.add("    " + sql);
                try {
                    statement.execute(sql);
                } catch (SQLException e) {
                    throw new SQLException(
                            e.getMessage() + "\nin " + sql + "\nafter "
                                    + String.join("\n", told.subList(Math.max(0, told.size() - 20), told.size())),
                            e.getSQLState(),
                            e);
                }
            }
            target.commit();
            target.setAutoCommit(true);
        }
    }

    /** Brings the rows anew. */
    void copy(Connection target, TableSchema table) throws SQLException, IOException {
        String from = table.storedColumns().stream()
                .filter(column -> table.mapping().indexOfSource(column.name()) >= 0)
                .map(column -> quoted(column.name()))
                .collect(Collectors.joining(", "));
        String to = table.storedColumns().stream()
                .filter(column -> table.mapping().indexOfSource(column.name()) >= 0)
                .map(column -> quoted(table.mapping()
                        .columns()
                        .get(table.mapping().indexOfSource(column.name()))
                        .name()))
                .collect(Collectors.joining(", "));
        String only = table.partitioned() ? "" : "ONLY ";
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Connection source = pair.source.open()) {
            new CopyManager(source.unwrap(org.postgresql.core.BaseConnection.class))
                    .copyOut("COPY (SELECT " + from + " FROM " + only + quoted(table.id()) + ") TO STDOUT", bytes);
        }
        try (Statement statement = target.createStatement()) {
            statement.execute("DELETE FROM " + only + quoted(table.mapping().target()));
        }
        target.unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn(
                        "COPY " + quoted(table.mapping().target()) + " (" + to + ") FROM STDIN",
                        new ByteArrayInputStream(bytes.toByteArray()));
    }

    void copyAll() throws SQLException, IOException {
        try (Connection target = pair.target.openForApply()) {
            for (TableSchema table : structure.tables()) {
                copy(target, table);
            }
        }
    }

    /** What has been followed is what is there. */
    List<TableSchema> fresh() throws SQLException {
        try (Connection source = pair.source.open()) {
            return SourceStructure.read(source, scope).tables();
        }
    }

    Map<String, String> rows(Connection connection, List<String> tables) throws SQLException {
        Map<String, String> rows = new java.util.TreeMap<>();
        try (Statement statement = connection.createStatement()) {
            for (String table : tables) {
                try (ResultSet row = statement.executeQuery(
                        "SELECT coalesce(string_agg(t::text, E'\\n' ORDER BY t::text COLLATE \"C\"), '') FROM " + table
                                + " t")) {
                    row.next();
                    rows.put(table, row.getString(1));
                }
            }
        }
        return rows;
    }

    static String quoted(String name) {
        return "\"" + name.replace("\"", "\"\"") + "\"";
    }

    static String quoted(TableId id) {
        return quoted(id.schema()) + "." + quoted(id.name());
    }

    @Override
    public void close() throws SQLException {
        pair.close();
    }
}
