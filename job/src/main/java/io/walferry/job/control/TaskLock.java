package io.walferry.job.control;

import java.sql.SQLException;

/** What one alone does to a task at a time, as long as its connection to the target lives: nothing is left of it after a crash. */
public enum TaskLock {
    /** Preparing a start, or what a start has to find. */
    START("walferry.task"),
    CUTOVER("walferry.cutover");

    private final String key;

    TaskLock(String key) {
        this.key = key;
    }

    /** @return {@code false} if somebody else has it */
    public boolean take(ControlStore store, String task) throws SQLException {
        return store.one(
                        "SELECT pg_catalog.pg_try_advisory_lock(pg_catalog.hashtext(?), pg_catalog.hashtext(?))",
                        row -> row.getBoolean(1),
                        key,
                        task)
                .orElse(false);
    }

    /** Whether anybody has it. */
    public boolean isTaken(ControlStore store, String task) throws SQLException {
        return store.one(
                        """
                        SELECT EXISTS (SELECT FROM pg_catalog.pg_locks l
                          JOIN pg_catalog.pg_database d ON d.oid = l.database AND d.datname = pg_catalog.current_database()
                          WHERE l.locktype = 'advisory' AND l.objsubid = 2 AND l.granted
                            AND l.classid::pg_catalog.int8 = pg_catalog.hashtext(?)::pg_catalog.int8 & 4294967295
                            AND l.objid::pg_catalog.int8 = pg_catalog.hashtext(?)::pg_catalog.int8 & 4294967295)""",
                        row -> row.getBoolean(1),
                        key,
                        task)
                .orElse(false);
    }
}
