package io.walferry.job.pipeline;

import io.walferry.job.catalog.MappedTables;
import io.walferry.job.catalog.SourceCatalog;
import io.walferry.job.catalog.TargetTable;
import io.walferry.job.config.TaskConfig;
import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import io.walferry.job.model.TableId;
import io.walferry.job.model.TableSchema;
import io.walferry.job.schema.ddl.TableArrivals;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * How tables arrive while the task runs: what was recorded of a table holds, whatever its name is now. Of the user's tables at the
 * target each is looked at once, for the task never alters them.
 */
final class RecordedArrivals implements TableArrivals {

    private final TaskConfig config;
    private final Connection target;
    private final Map<Long, String> arrivals;
    private final Map<TableId, TargetTable> there = new HashMap<>();
    private final Set<TableId> known = new HashSet<>();

    /** @param arrivals by OID at the source */
    RecordedArrivals(TaskConfig config, Connection target, Map<Long, String> arrivals) {
        this.config = config;
        this.target = target;
        this.arrivals = arrivals;
    }

    @Override
    public MappedTables map(SourceCatalog catalog) {
        try {
            return TaskTables.fit(config, catalog, this::isUsers, false, this::read);
        } catch (SQLException e) {
            throw new SyncException(
                    FailureKind.TRANSIENT,
                    "target " + config.target().address(),
                    "its tables could not be looked at (SQLSTATE " + e.getSQLState() + ")",
                    "This passes by itself; the task starts again from its last position",
                    e);
        }
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
