package io.walferry.job.control;

import io.walferry.job.config.RetryConfig;
import java.sql.SQLException;
import java.time.Duration;

/** How long the tasks of a control schema retry failures. */
public final class RetryRecords {

    private final ControlStore store;
    private final String task;

    public RetryRecords(ControlStore store, String task) {
        this.store = store;
        this.task = task;
    }

    /**
     * Keeps what the task wants, and returns what it gets: the shortest of all tasks that share its source or its target.
     *
     * @param source address, as all tasks write it
     * @param target likewise
     */
    public RetryConfig agree(RetryConfig wanted, String source, String target) throws SQLException {
        store.update(
                "INSERT INTO walferry.retry (task, source, target, connection_ms, other_ms) VALUES (?, ?, ?, ?, ?)"
                        + " ON CONFLICT (task) DO UPDATE SET source = excluded.source, target = excluded.target,"
                        + " connection_ms = excluded.connection_ms, other_ms = excluded.other_ms",
                task,
                source,
                target,
                wanted.connection().toMillis(),
                wanted.other().toMillis());
        return store.one(
                        "SELECT pg_catalog.min(connection_ms), pg_catalog.min(other_ms) FROM walferry.retry"
                                + " WHERE source = ? OR target = ?",
                        row -> new RetryConfig(
                                Duration.ofMillis(row.getLong(1)),
                                Duration.ofMillis(Math.min(row.getLong(2), row.getLong(1) - 1))),
                        source,
                        target)
                .orElse(wanted);
    }
}
