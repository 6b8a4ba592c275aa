package io.walferry.job.pipeline;

import io.walferry.job.catalog.MappedTables;
import io.walferry.job.catalog.SourceCatalog;
import io.walferry.job.catalog.TargetTable;
import io.walferry.job.config.TaskConfig;
import io.walferry.job.control.ChunkLedger;
import io.walferry.job.etl.EtlFile;
import io.walferry.job.etl.LaneTable;
import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.Finding;
import io.walferry.job.failure.RefusedException;
import io.walferry.job.failure.SyncException;
import io.walferry.job.model.Reshape;
import io.walferry.job.model.TableId;
import io.walferry.job.model.TableSchema;
import io.walferry.job.schema.ddl.TableArrivals;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongPredicate;

/**
 * How tables arrive while the task runs: what was recorded of a table holds, whatever its name is now. Of the user's tables at the
 * target each is looked at once, for the task never alters them.
 */
final class RecordedArrivals implements TableArrivals {

    /** In place of the statement of a table whose name has none any more. */
    private static final String NONE = "";

    private final TaskConfig config;
    private final EtlFile statements;
    private final Connection target;
    private final Map<Long, String> arrivals;
    private final Map<Long, RecordedStatement> recorded = new HashMap<>();
    private final LongPredicate planned;
    private final Map<TableId, TargetTable> there = new HashMap<>();
    private final Set<TableId> known = new HashSet<>();

    /** @param planned OIDs of tables for which the statement of the task file holds instead of the recorded one */
    private RecordedArrivals(TaskConfig config, Connection target, ChunkLedger records, LongPredicate planned)
            throws SQLException {
        this.config = config;
        this.statements = EtlFile.read(config.etl());
        this.target = target;
        this.arrivals = records.arrivalsByOid();
        records.statements().forEach((oid, json) -> recorded.put(oid, RecordedStatement.parse(json)));
        this.planned = planned;
    }

    /** As recorded. */
    static RecordedArrivals of(TaskConfig config, Connection target, ChunkLedger records) throws SQLException {
        return new RecordedArrivals(config, target, records, oid -> false);
    }

    /** A table that is not recorded arrives as the task file says; Flink's planner has to be there. */
    static RecordedArrivals withNew(TaskConfig config, Connection target, ChunkLedger records) throws SQLException {
        Set<Long> known = records.statements().keySet();
        return new RecordedArrivals(config, target, records, oid -> !known.contains(oid));
    }

    /** As {@link #withNew}, and one table arrives as the task file says now. */
    static RecordedArrivals renewing(TaskConfig config, Connection target, ChunkLedger records, long renewed)
            throws SQLException {
        Set<Long> known = records.statements().keySet();
        return new RecordedArrivals(config, target, records, oid -> oid == renewed || !known.contains(oid));
    }

    @Override
    public MappedTables map(SourceCatalog catalog) {
        List<TableSchema> toPlan = new ArrayList<>();
        Map<TableId, Reshape> reshapes = recorded(catalog, toPlan);
        List<Finding> findings = new ArrayList<>();
        reshapes.putAll(Reshapes.of(statements, toPlan, findings));
        try {
            MappedTables mapped = TaskTables.fit(config, catalog, reshapes, this::isUsers, false, this::read);
            for (TableSchema table : toPlan) {
                mapped.findings().stream()
                        .filter(finding -> finding.item() == CheckItem.STATEMENTS
                                && finding.where().equals("source table " + table.id()))
                        .forEach(findings::add);
            }
            RefusedException.throwIfAny("task " + config.task(), findings);
            return mapped;
        } catch (SQLException e) {
            throw new SyncException(
                    FailureKind.TRANSIENT,
                    "target " + config.target().address(),
                    "its tables could not be looked at (SQLSTATE " + e.getSQLState() + ")",
                    "This passes by itself; the task starts again from its last position",
                    e);
        }
    }

    /** @param toPlan gets tables for which the task file's statement holds */
    private Map<TableId, Reshape> recorded(SourceCatalog catalog, List<TableSchema> toPlan) {
        Map<TableId, Reshape> reshapes = new HashMap<>();
        for (TableSchema table : catalog.tables()) {
            EtlFile.Insert insert = statements.inserts().get(table.id());
            RecordedStatement record = recorded.get(table.oid());
            if (insert != null && planned.test(table.oid())) {
                toPlan.add(table);
            } else if (insert != null && record == null) {
                throw new SyncException(
                        FailureKind.NEEDS_OPERATOR,
                        "source table " + table.id(),
                        "it has come while the task runs, and the ETL file has a statement for a table of its name",
                        "Run walferry ddl skip, which leaves the table out; or end the task and start it anew");
            } else if (insert != null || record != null && !record.columns().isEmpty()) {
                reshapes.put(table.id(), record.reshape(insert == null ? NONE : insert.select()));
            }
        }
        return reshapes;
    }

    @Override
    public Set<String> neededColumns(TableSchema table) {
        return LaneTable.of(table).needed();
    }

    private boolean isUsers(TableSchema table) {
        return TaskTables.isUsers(arrivals.getOrDefault(table.oid(), TaskTables.USERS));
    }

    private Map<TableId, TargetTable> read(Set<TableId> names) throws SQLException {
        Set<TableId> unknown = new HashSet<>(names);
        unknown.removeAll(known);
        if (!unknown.isEmpty()) {
            there.putAll(TargetTable.read(target, unknown));
            known.addAll(unknown);
        }
        return there;
    }
}
