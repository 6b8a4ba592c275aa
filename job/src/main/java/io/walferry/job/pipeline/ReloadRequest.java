package io.walferry.job.pipeline;

import io.walferry.job.catalog.NamePattern;
import io.walferry.job.config.TaskConfig;
import io.walferry.job.control.ControlStore;
import io.walferry.job.control.ReloadQueue;
import io.walferry.job.control.TaskRecord;
import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import io.walferry.job.jdbc.Database;
import io.walferry.job.model.TableId;
import io.walferry.job.sql.ReloadSql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tables that a person has asked to be loaded anew. */
public final class ReloadRequest implements AutoCloseable {

    private static final long POLL_MS = 200;

    private final ControlStore store;
    private final Map<Long, TableId> tables;

    private ReloadRequest(ControlStore store, Map<Long, TableId> tables) {
        this.store = store;
        this.tables = tables;
    }

    /**
     * Asks for the tables.
     *
     * @param patterns of names at the source
     * @throws SyncException if the task has not started, or a pattern names none of its tables
     */
    public static ReloadRequest of(TaskConfig config, List<String> patterns) throws SQLException {
        if (config.origins().excludes()) {
            throw new SyncException(
                    FailureKind.NEEDS_OPERATOR,
                    "task " + config.task(),
                    "it leaves changes out by their origin, so its target has rows that a table loaded anew would lose",
                    "Compare and mend the table with walferry verify --repair while nothing is written to the target");
        }
        Map<Long, TableId> tables = matching(config, patterns);
        String applicationName = "walferry " + config.task();
        ControlStore store = new ControlStore(new Database(config.target(), applicationName).open(), config.task());
        try {
            if (!store.readable() || store.task().filter(TaskRecord::started).isEmpty()) {
                throw new SyncException(
                        FailureKind.NEEDS_OPERATOR,
                        "task " + config.task(),
                        "it has not been started, so there is nothing to load anew",
                        "Start it with walferry run");
            }
            for (Map.Entry<Long, TableId> table : tables.entrySet()) {
                store.reloads().ask(table.getKey(), table.getValue(), "asked for by walferry reload");
            }
            return new ReloadRequest(store, tables);
        } catch (SQLException | RuntimeException e) {
            store.close();
            throw e;
        }
    }

    private static Map<Long, TableId> matching(TaskConfig config, List<String> patterns) throws SQLException {
        Map<Long, TableId> published = published(config);
        Map<Long, TableId> matching = new LinkedHashMap<>();
        for (String text : patterns) {
            NamePattern pattern = pattern(text);
            int before = matching.size();
            published.forEach((oid, table) -> {
                if (pattern.matches(table)) {
                    matching.put(oid, table);
                }
            });
            if (matching.size() == before) {
                throw new SyncException(
                        FailureKind.NEEDS_OPERATOR,
                        "table " + text,
                        "the task has no such table, or it is named twice",
                        "Name a table as it is called at the source now: schema.table");
            }
        }
        return matching;
    }

    private static NamePattern pattern(String text) {
        try {
            return NamePattern.ofTable(text);
        } catch (IllegalArgumentException e) {
            throw new SyncException(
                    FailureKind.NEEDS_OPERATOR, "table " + text, "it is no name of a table", "Write schema.table");
        }
    }

    private static Map<Long, TableId> published(TaskConfig config) throws SQLException {
        Map<Long, TableId> published = new LinkedHashMap<>();
        try (Connection source = new Database(config.source(), "walferry " + config.task()).open();
                PreparedStatement statement = source.prepareStatement(ReloadSql.published())) {
            statement.setString(1, config.publication());
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    published.put(row.getLong(1), new TableId(row.getString(2), row.getString(3)));
                }
            }
        }
        return published;
    }

    public Collection<TableId> tables() {
        return tables.values();
    }

    /** Waits until none of the tables waits any more, or the time is over; returns how each stands then. */
    public List<ReloadQueue.State> await(Duration limit) throws SQLException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            List<ReloadQueue.State> states = new ArrayList<>();
            for (long oid : tables.keySet()) {
                states.add(store.reloads().state(oid).orElseThrow());
            }
            if (states.stream().noneMatch(ReloadQueue.State::isWaiting) || System.nanoTime() > deadline) {
                return states;
            }
            try {
                Thread.sleep(POLL_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return states;
            }
        }
    }

    @Override
    public void close() throws SQLException {
        store.close();
    }
}
