package io.walferry.job.pipeline;

import io.walferry.job.catalog.ObjectKey;
import io.walferry.job.config.TaskConfig;
import io.walferry.job.control.ControlStore;
import io.walferry.job.dialect.TargetDialect;
import io.walferry.job.failure.Finding;
import io.walferry.job.failure.SyncException;
import io.walferry.job.model.Lsn;
import io.walferry.job.model.ReplicaIdentity;
import io.walferry.job.model.TableSchema;
import io.walferry.job.schema.ddl.DdlCapture;
import io.walferry.job.schema.ddl.DdlCommand;
import io.walferry.job.schema.ddl.DdlEffect;
import io.walferry.job.schema.ddl.DdlScope;
import io.walferry.job.schema.ddl.SourceStructure;
import io.walferry.job.schema.ddl.TableArrivals;
import io.walferry.job.source.StructureSide;
import io.walferry.job.sql.SnapshotSql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Begins to follow the changes of a source's structure, so that none is missed between the reading of the catalog and the slot.
 *
 * <p>The log is there first. Then the structure is read, in a snapshot; tables are made after it, and the slot. What the log has
 * by then, and had not in that snapshot, is done at the target at once, where no row is yet. A snapshot that is taken when that is
 * read covers all of it: of its transactions, the changelog need bring nothing more, neither structure nor rows, because every
 * chunk is read later.
 */
final class StructureFollowing {

    private final TaskConfig config;
    private final Connection source;
    private final DdlScope scope;
    private final boolean logged;
    private SourceStructure structure;
    private String snapshot;

    private StructureFollowing(TaskConfig config, Connection source, DdlScope scope, boolean logged) {
        this.config = config;
        this.source = source;
        this.scope = scope;
        this.logged = logged;
    }

    /**
     * Installs what is needed at the source and reads its structure.
     *
     * @param told gets what a missing right means
     * @return empty if the task does not follow changes, or may not
     */
    static Optional<StructureFollowing> begin(
            TaskConfig config, Connection source, TargetDialect dialect, TableArrivals arrivals, Consumer<String> told)
            throws SQLException {
        if (!follows(config)) {
            return Optional.empty();
        }
        boolean logged = true;
        try {
            DdlCapture.install(source);
            DdlCapture.register(source, config.task(), config.publication(), config.objects());
        } catch (SyncException e) {
            logged = false;
            told.accept("changes of structure are noticed only by their rows: " + e.getMessage());
        }
        if (!logged) {
            try {
                DdlCapture.installImages(source);
            } catch (SQLException e) {
                told.accept(
                        "changes of structure stop the task: schema walferry could not be made at the source (SQLSTATE "
                                + e.getSQLState() + ")");
                return Optional.empty();
            }
        }
        StructureFollowing following =
                new StructureFollowing(config, source, scope(config, dialect, arrivals, version(source)), logged);
        following.read();
        return Optional.of(following);
    }

    /** The structure of a task that has started, from its records. */
    static FollowedStructure restore(TaskConfig config, int sourceVersion, ControlStore store, Connection target)
            throws SQLException {
        return restore(
                store, scope(config, target, RecordedArrivals.of(config, target, store.chunks()), sourceVersion));
    }

    /** The same, where tables that are not recorded arrive as the task file says. */
    static FollowedStructure restoreWithNew(TaskConfig config, int sourceVersion, ControlStore store, Connection target)
            throws SQLException {
        return restore(store, recordedScope(config, sourceVersion, store, target));
    }

    private static FollowedStructure restore(ControlStore store, DdlScope scope) throws SQLException {
        SourceStructure structure = SourceStructure.restore(store.structure().images(), scope);
        structure.consistent(store.wasConsistent());
        return new FollowedStructure(structure);
    }

    /** What a task that has started makes of its source's structure. */
    static DdlScope recordedScope(TaskConfig config, int sourceVersion, ControlStore store, Connection target)
            throws SQLException {
        return scope(config, target, RecordedArrivals.withNew(config, target, store.chunks()), sourceVersion);
    }

    /** The same, where one table arrives as the task file says now. */
    static DdlScope renewingScope(
            TaskConfig config, int sourceVersion, ControlStore store, Connection target, long renewed)
            throws SQLException {
        return scope(config, target, RecordedArrivals.renewing(config, target, store.chunks(), renewed), sourceVersion);
    }

    private static DdlScope scope(TaskConfig config, Connection target, TableArrivals arrivals, int version)
            throws SQLException {
        return scope(config, TargetDialect.probe(target), arrivals, version);
    }

    /** What of the source's structure changes a new task would not see. Looks only. */
    static List<Finding> findings(TaskConfig config, Connection source) throws SQLException {
        if (!follows(config) || DdlCapture.installed(source) || isSuperuser(source)) {
            return List.of();
        }
        return List.of(Finding.warning(
                        "source " + config.source().address(),
                        "the task's user may not create event triggers, so changes of structure are noticed only by the rows"
                                + " that come in a new form: the table is loaded anew then, and indexes, views, functions and"
                                + " tables that are created later are not followed",
                        "Let a superuser run what `walferry ddl capture` prints, once in this database; or say ddl: ignore in"
                                + " the task file")
                .because("event triggers take a superuser"));
    }

    private static boolean isSuperuser(Connection source) throws SQLException {
        try (Statement statement = source.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user")) {
            return row.next() && row.getBoolean(1);
        }
    }

    /** Where the target has rows that the source never sent, no table can be loaded anew, which many a change needs. */
    private static boolean follows(TaskConfig config) {
        return config.ddl().follows() && !config.origins().excludes();
    }

    /** Whether a task that has started follows changes of structure. */
    static boolean isFollowed(TaskConfig config, ControlStore store) throws SQLException {
        return follows(config) && !store.structure().images().isEmpty();
    }

    /** {@code server_version_num}, as far as it matters. */
    static int version(Connection source) throws SQLException {
        return source.getMetaData().getDatabaseMajorVersion() * 10000
                + source.getMetaData().getDatabaseMinorVersion();
    }

    private static DdlScope scope(TaskConfig config, TargetDialect dialect, TableArrivals arrivals, int version) {
        return new DdlScope(
                config.objects(),
                arrivals,
                dialect,
                version,
                config.publication(),
                config.ddl(),
                config.phases().schema());
    }

    private void read() throws SQLException {
        try (Statement statement = source.createStatement()) {
            statement.execute(SnapshotSql.BEGIN);
            try {
                snapshot = snapshot(statement).text();
                structure = SourceStructure.read(source, scope);
            } finally {
                statement.execute("ROLLBACK");
            }
        }
    }

    private record Seen(String text, long lsn) {}

    private Seen snapshot(Statement statement) throws SQLException {
        try (ResultSet row =
                statement.executeQuery(SnapshotSql.snapshot(source.getMetaData().getDatabaseMajorVersion()))) {
            row.next();
            return new Seen(row.getString(1), Lsn.parse(row.getString(2)));
        }
    }

    SourceStructure structure() {
        return structure;
    }

    int sourceVersion() {
        return scope.sourceVersion();
    }

    /** What the publication has besides the task's tables. */
    List<TableSchema> published() throws SQLException {
        if (!logged) {
            return List.of();
        }
        try (Statement statement = source.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT 'walferry.ddl_log'::pg_catalog.regclass::pg_catalog.oid")) {
            row.next();
            return List.of(new TableSchema(
                    StructureSide.LOG,
                    row.getLong(1),
                    false,
                    List.of(),
                    ReplicaIdentity.DEFAULT,
                    List.of(),
                    null,
                    false));
        }
    }

    /** The slot is there: does what has changed since the structure was read, and records both. */
    void slotMade(ControlStore store, Connection target, Consumer<String> told) throws SQLException {
        Map<ObjectKey, String> images = new HashMap<>(structure.images());
        Seen seen;
        List<DdlCommand> missed;
        try (Statement statement = source.createStatement()) {
            statement.execute(SnapshotSql.BEGIN);
            try {
                seen = snapshot(statement);
                missed = logged ? missed(seen.lsn()) : List.of();
            } finally {
                statement.execute("ROLLBACK");
            }
        }
        Set<Long> first = structure.tables().stream().map(TableSchema::oid).collect(Collectors.toSet());
        for (DdlCommand command : missed) {
            DdlEffect effect = structure.effectOf(command, Set.of(), Set.of());
            run(target, effect);
            for (TableSchema table : effect.changed()) {
                store.chunks().follow(table.id(), table.oid(), TaskTables.arrivalOf(table));
            }
            structure.accept(effect);
            for (TableSchema table : effect.changed()) {
                if (!first.contains(table.oid())) {
                    store.reloads().ask(table.oid(), table.id(), "it came while the task was being prepared");
                }
            }
            told.accept(command.tag() + " came while the task was being prepared, and is done");
        }
        if (!missed.isEmpty()) {
            images.clear();
            images.putAll(structure.images());
        }
        store.structure().start(images);
        store.recordStart(seen.text(), seen.lsn());
    }

    private static void run(Connection target, DdlEffect effect) throws SQLException {
        try (Statement statement = target.createStatement()) {
            for (String sql : effect.alone()) {
                statement.execute(sql);
            }
            for (String sql : effect.statements()) {
                statement.execute(sql);
            }
        }
    }

    /**
     * What the log has now and had not when the structure was read.
     *
     * @param lsn where the source is now
     */
    private List<DdlCommand> missed(long lsn) throws SQLException {
        List<DdlCommand> missed = new ArrayList<>();
        try (PreparedStatement statement =
                source.prepareStatement("SELECT id, event, tag, text, objects FROM walferry.ddl_log"
                        + " WHERE NOT pg_catalog.txid_visible_in_snapshot(xid, ?::pg_catalog.text::pg_catalog.txid_snapshot)"
                        + " ORDER BY id")) {
            statement.setString(1, snapshot);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    missed.add(DdlCommand.of(
                            row.getLong(1),
                            lsn,
                            row.getString(2),
                            row.getString(3),
                            row.getString(4),
                            row.getString(5)));
                }
            }
        }
        return missed;
    }
}
