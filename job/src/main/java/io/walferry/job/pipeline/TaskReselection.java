package io.walferry.job.pipeline;

import static io.walferry.job.failure.FailureKind.NEEDS_OPERATOR;

import io.walferry.job.config.ObjectsConfig;
import io.walferry.job.config.TaskConfig;
import io.walferry.job.control.ControlStore;
import io.walferry.job.control.StatusReader;
import io.walferry.job.control.TaskLock;
import io.walferry.job.control.TaskStatus;
import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import io.walferry.job.jdbc.Database;
import io.walferry.job.model.TableId;
import io.walferry.job.model.TableSchema;
import io.walferry.job.schema.ddl.DdlCapture;
import io.walferry.job.schema.ddl.DdlEffect;
import io.walferry.job.schema.ddl.SourceStructure;
import io.walferry.job.source.wal.Publication;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Lets a task that has started, and does not run, select other tables than before. The target's structure is changed as a change of
 * the source's structure would change it, in one transaction with the record of the selection; tables that come are loaded when the
 * task starts again, in their place in the stream.
 */
public final class TaskReselection implements AutoCloseable {

    private final TaskConfig config;
    private final Connection source;
    private final Connection target;
    private final ControlStore store;
    private DdlEffect effect;
    private final Map<Long, TableId> before = new TreeMap<>();

    private TaskReselection(TaskConfig config) throws SQLException {
        this.config = config;
        String application = "walferry " + config.task();
        this.source = new Database(config.source(), application).open();
        try {
            this.target = new Database(config.target(), application).open();
        } catch (SQLException e) {
            source.close();
            throw e;
        }
        this.store = new ControlStore(target, config.task());
    }

    /**
     * Works out what the file selects otherwise than the task does.
     *
     * @throws SyncException if the task's selection cannot be changed, or more than that is changed
     */
    public static TaskReselection of(TaskConfig config) throws SQLException {
        TaskReselection reselection = new TaskReselection(config);
        try {
            reselection.compare();
            return reselection;
        } catch (SQLException | RuntimeException e) {
            reselection.close();
            throw e;
        }
    }

    private void compare() throws SQLException {
        ObjectsConfig selected = requireAtRest();
        requireSameArrivals(selected);
        int version = StructureFollowing.version(source);
        FollowedStructure followed =
                StructureFollowing.restoreWithNew(config.withObjects(selected), version, store, target);
        SourceStructure structure = followed.source();
        structure.tables().forEach(table -> before.put(table.oid(), table.id()));
        effect = structure.effectOfSelection(StructureFollowing.recordedScope(config, version, store, target));
    }

    /** Returns what the task selects. */
    private ObjectsConfig requireAtRest() throws SQLException {
        if (!store.readable() || store.task().isEmpty()) {
            throw refused("the target does not know it", "Start it with walferry run");
        }
        if (!TaskLock.START.take(store, config.task())
                || new StatusReader(store, config.task())
                        .read(Optional.of(source))
                        .map(TaskStatus::job)
                        .filter(TaskStatus.Job::running)
                        .isPresent()) {
            throw refused("it runs", "Stop it first with walferry stop; it goes on from there with the other tables");
        }
        if (!store.wasConsistent()) {
            throw refused("its load has not ended", "Let it come to phase live first: walferry status");
        }
        if (!StructureFollowing.isFollowed(config, store)) {
            throw refused(
                    "it does not follow changes of structure, so its tables cannot change while it lives",
                    "End it with walferry release and start it anew with the other tables");
        }
        return store.selectedObjects()
                .map(TaskSelection::parse)
                .orElseThrow(() -> refused("its records do not have what it selects", "Start it anew"));
    }

    private void requireSameArrivals(ObjectsConfig selected) throws SQLException {
        String recorded = store.selection().orElse("");
        String arrivals = recorded.substring(
                Math.min(recorded.length(), TaskSelection.objects(selected).length()));
        if (!TaskSelection.arrivals(config).startsWith(arrivals)) {
            throw refused(
                    "more has changed in the task file than what objects selects: operations, on-existing, phases, or a rule of"
                            + " mapping",
                    "Make those as they were; rules for tables that come are added at the end");
        }
    }

    private SyncException refused(String what, String fix) {
        return new SyncException(NEEDS_OPERATOR, "task " + config.task(), what, fix);
    }

    /** Tables that the file selects and the task does not, by their names at the source. */
    public List<TableId> added() {
        return entering().stream().map(TableSchema::id).sorted().toList();
    }

    /** Tables that the task selects and the file does not. */
    public List<TableId> removed() {
        return effect.dropped().stream().map(before::get).sorted().toList();
    }

    /** What happens, and does not happen, at the target besides: lines for people. */
    public List<String> remarks() {
        return effect.ignored();
    }

    /** The statements that are run at the target. */
    public List<String> statements() {
        List<String> statements = new ArrayList<>(effect.alone());
        statements.addAll(effect.statements());
        return statements;
    }

    private List<TableSchema> entering() {
        return effect.changed().stream()
                .filter(table -> !before.containsKey(table.oid()))
                .toList();
    }

    /**
     * Does it. When it breaks off in between, the same again goes on.
     *
     * @throws SyncException if something is in the way; nothing is changed then
     */
    public void apply() throws SQLException {
        List<TableSchema> entering = entering();
        refuseAny(
                entering,
                table -> table.mapping().existing(),
                "the target has it already",
                "Remove or rename it there first");
        refuseAny(
                entering,
                owned(entering).negate(),
                "the task's user does not own it at the source, so it cannot be published",
                "Run ALTER TABLE … OWNER TO, or make the user a member of the role that owns it");
        if (DdlCapture.installed(source)) {
            DdlCapture.register(source, config.task(), config.publication(), config.objects());
        }
        try {
            for (String statement : effect.alone()) {
                store.structure().change(List.of(statement), () -> {});
            }
            store.structure().change(effect.statements(), () -> record(entering));
        } catch (SQLException e) {
            if (FailureKind.of(e) == FailureKind.TRANSIENT) {
                throw e;
            }
            throw new SyncException(
                    NEEDS_OPERATOR,
                    "target " + config.target().address(),
                    "it refuses a statement (SQLSTATE " + e.getSQLState() + "): " + e.getMessage(),
                    "Remove what is in the way, then run it again",
                    e);
        }
        new Publication(config.publication()).remove(source, effect.dropped());
    }

    private void record(List<TableSchema> entering) throws SQLException {
        for (TableSchema table : effect.changed()) {
            store.chunks().follow(table.id(), table.oid(), TaskTables.arrivalOf(table));
        }
        for (TableSchema table : entering) {
            store.reloads().ask(table.oid(), table.id(), "it was added to the task");
        }
        for (long oid : effect.dropped()) {
            store.chunks().forget(oid);
        }
        store.recordSelection(TaskSelection.of(config), TaskSelection.json(config.objects()));
    }

    private static void refuseAny(List<TableSchema> tables, Predicate<TableSchema> isBad, String what, String fix) {
        String bad = tables.stream()
                .filter(isBad)
                .map(table -> table.id().toString())
                .sorted()
                .collect(Collectors.joining(", "));
        if (!bad.isEmpty()) {
            throw new SyncException(NEEDS_OPERATOR, "table " + bad, what, fix);
        }
    }

    private Predicate<TableSchema> owned(List<TableSchema> tables) throws SQLException {
        TreeSet<Long> owned = new TreeSet<>();
        try (PreparedStatement statement = source.prepareStatement(
                "SELECT c.oid FROM pg_catalog.pg_class c WHERE c.oid = ANY (?::pg_catalog.int8[]::pg_catalog.oid[])"
                        + " AND pg_catalog.pg_has_role(c.relowner, 'USAGE')")) {
            statement.setArray(
                    1,
                    source.createArrayOf(
                            "int8", tables.stream().map(TableSchema::oid).toArray()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    owned.add(row.getLong(1));
                }
            }
        }
        return table -> owned.contains(table.oid());
    }

    @Override
    public void close() throws SQLException {
        try (source) {
            target.close();
        }
    }
}
