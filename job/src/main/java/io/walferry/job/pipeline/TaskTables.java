package io.walferry.job.pipeline;

import static io.walferry.job.failure.FailureKind.NEEDS_OPERATOR;

import io.walferry.job.catalog.MappedTables;
import io.walferry.job.catalog.SourceCatalog;
import io.walferry.job.catalog.TableMappings;
import io.walferry.job.catalog.TargetTable;
import io.walferry.job.config.TaskConfig;
import io.walferry.job.control.ControlStore;
import io.walferry.job.failure.Finding;
import io.walferry.job.failure.SyncException;
import io.walferry.job.model.ChangePosition;
import io.walferry.job.model.OnExisting;
import io.walferry.job.model.Reshape;
import io.walferry.job.model.TableId;
import io.walferry.job.model.TableMapping;
import io.walferry.job.model.TableSchema;
import io.walferry.job.schema.ExistingTables;
import io.walferry.job.schema.MappedStructure;
import io.walferry.job.sql.Identifier;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The task's tables as they arrive at the target, and the record of that. What the record says of a table, whether the target
 * had it before the task and under which name it arrives, holds for the life of the task.
 */
final class TaskTables {

    /** In the record of a table that is the user's. */
    static final String USERS = "; the target had it";

    private final TaskConfig config;
    private final ControlStore store;
    private final boolean started;

    /** @param started the slot exists, so the record is complete */
    TaskTables(TaskConfig config, ControlStore store, boolean started) {
        this.config = config;
        this.store = store;
        this.started = started;
    }

    /** The catalog under the names of the target. */
    SourceCatalog map(SourceCatalog catalog, Connection target) throws SQLException {
        SourceCatalog result = MappedStructure.of(catalog, fit(catalog, target));
        return config.phases().schema()
                ? result
                : new SourceCatalog(
                        result.serverVersion(),
                        result.tables(),
                        List.of(),
                        List.of(),
                        result.leftOut(),
                        result.findings());
    }

    /** Where and how the catalog's tables arrive. */
    MappedTables fit(SourceCatalog catalog, Connection target) throws SQLException {
        Map<TableId, String> arrivals = arrivals();
        List<Finding> statements = new ArrayList<>();
        Map<TableId, Reshape> reshapes = Reshapes.of(config.etl(), catalog.tables(), statements);
        return fit(config, catalog, reshapes, isUsers(arrivals), !started, names -> TargetTable.read(target, names))
                .with(statements);
    }

    /** Finds tables of the target. */
    @FunctionalInterface
    interface TargetTables {
        Map<TableId, TargetTable> read(Set<TableId> names) throws SQLException;
    }

    static MappedTables fit(
            TaskConfig config,
            SourceCatalog catalog,
            Map<TableId, Reshape> reshapes,
            Predicate<TableSchema> isUsers,
            boolean firstStart,
            TargetTables target)
            throws SQLException {
        MappedTables mapped = TableMappings.of(catalog, config.mapping(), config.phases(), reshapes);
        Map<TableId, TargetTable> there = target.read(mapped.tables().stream()
                .filter(table -> !config.phases().schema()
                        || table.mapping().onExisting() != OnExisting.REPORT && isUsers.test(table))
                .map(table -> table.mapping().target())
                .collect(Collectors.toSet()));
        return ExistingTables.fit(
                mapped,
                catalog.structure(),
                there,
                isUsers,
                config.phases(),
                table -> TableMappings.saysOperations(config.mapping(), table),
                firstStart);
    }

    /** Whether the record says of a table that it is the user's. */
    static boolean isUsers(String arrival) {
        return arrival.endsWith(USERS);
    }

    /** The record of a table that a change of structure has brought. */
    static String arrivalOf(TableSchema table) {
        return table.mapping().existing() ? USERS : "";
    }

    private Map<TableId, String> arrivals() throws SQLException {
        return store.readable() ? store.chunks().arrivals() : Map.of();
    }

    private Predicate<TableSchema> isUsers(Map<TableId, String> arrivals) {
        return table -> {
            String arrival = arrivals.get(table.id());
            if (arrival != null && (started || sameArrival(arrival, table))) {
                return arrival.endsWith(USERS);
            }
            return true;
        };
    }

    private boolean sameArrival(String recorded, TableSchema table) {
        return recorded.replace(USERS, "").equals(arrival(table));
    }

    /** Empty for a table that arrives as it is. */
    private String arrival(TableSchema table) {
        TableMapping asItIs = new TableSchema(
                        table.id(),
                        table.oid(),
                        table.partitioned(),
                        table.columns(),
                        table.replicaIdentity(),
                        table.key(),
                        table.keyIndex(),
                        table.otherUnique())
                .mapping();
        String described = table.mapping().described()
                + (config.phases().schema() ? "" : ", no schema")
                + (config.phases().load() ? "" : ", no load");
        return described.equals(asItIs.described()) ? "" : described;
    }

    /** Tables that are at the target because the task has created them, by their names at the source. */
    Set<TableId> created(List<TableSchema> tables) throws SQLException {
        Map<TableId, String> arrivals = arrivals();
        return tables.stream()
                .filter(table -> arrivals.containsKey(table.id())
                        && !arrivals.get(table.id()).endsWith(USERS)
                        && sameArrival(arrivals.get(table.id()), table))
                .map(TableSchema::id)
                .collect(Collectors.toSet());
    }

    /** Records the tables, before any of them is created. */
    void claim(List<TableSchema> tables) throws SQLException {
        for (TableSchema table : tables) {
            store.chunks()
                    .claim(
                            table.id(),
                            table.oid(),
                            arrival(table) + (table.mapping().existing() ? USERS : ""));
        }
    }

    /** Empties the tables of the user for which the task file says so; once, whatever happens in between. */
    void empty(List<TableSchema> tables, Consumer<String> told) throws SQLException {
        Set<String> names = new TreeSet<>();
        for (TableSchema table : tables) {
            TableMapping mapping = table.mapping();
            if (mapping.existing() && mapping.onExisting() == OnExisting.TRUNCATE) {
                names.add((mapping.partitioned() ? "" : "ONLY ") + Identifier.quoted(mapping.target()));
            }
        }
        if (!names.isEmpty()) {
            String list = String.join(", ", names);
            told.accept("emptying " + names.size() + " tables at the target, as the task file says");
            store.runStep(
                    ChangePosition.START,
                    "empty " + Integer.toHexString(list.hashCode()),
                    List.of("TRUNCATE TABLE " + list));
        }
    }

    /** @throws SyncException if a table arrives in another way than before: what has arrived would not fit */
    void requireSameArrivals(List<TableSchema> tables) throws SQLException {
        Map<TableId, String> arrivals = arrivals();
        List<String> changed = tables.stream()
                .filter(table -> !sameArrival(arrivals.getOrDefault(table.id(), ""), table))
                .map(table -> table.id().toString())
                .limit(10)
                .toList();
        if (!changed.isEmpty()) {
            throw new SyncException(
                    NEEDS_OPERATOR,
                    "task " + config.task(),
                    "mapping, operations, on-existing, soft-delete, audit or phases are not those it was started with, for "
                            + String.join(", ", changed),
                    "Make the task file say the same again; or end the task and start it anew");
        }
    }
}
