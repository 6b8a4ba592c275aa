package io.walferry.tests.support;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * Tells when the target holds all that the source has committed. The slot is acknowledged only for what the target holds
 * durably and a checkpoint has covered; so once it has passed the source's write position, nothing is on the way.
 */
public final class InStep {

    private final Connection source;
    private final Connection target;
    private final String task;

    public InStep(Connection source, Connection target, String task) {
        this.source = source;
        this.target = target;
        this.task = task;
    }

    /** Waits until the load is done and changes are followed. */
    public void awaitChanges(Duration limit, Await.Condition alive) throws Exception {
        Await.until("task " + task + " follows changes", limit, this::state, () -> {
            requireAlive(alive);
            return "changes".equals(phase());
        });
    }

    /** Waits until the target has everything that was committed at the source before this call. */
    public void await(Duration limit, Await.Condition alive) throws Exception {
        // A commit of our own: a slot that nobody has read yet must not look acknowledged.
        one(source, "SELECT pg_catalog.pg_logical_emit_message(true, 'tests', '')::text");
        awaitPast(one(source, "SELECT pg_catalog.pg_current_wal_insert_lsn()::text"), limit, alive);
    }

    /** Waits until the slot is acknowledged up to this position of the source's WAL. */
    public void awaitPast(String end, Duration limit, Await.Condition alive) throws Exception {
        Await.until("slot of task " + task + " is acknowledged up to " + end, limit, this::state, () -> {
            requireAlive(alive);
            return acknowledged(end) && "changes".equals(phase()) && whole();
        });
    }

    /** Whether all that waits for the load is made, and no table waits to be loaded anew. */
    private boolean whole() throws SQLException {
        return one(
                        target,
                        "SELECT count(*)::text FROM walferry.task t WHERE task = '" + task + "'"
                                + " AND consistent_at IS NOT NULL"
                                + " AND NOT EXISTS (SELECT FROM walferry.reload r WHERE r.task = t.task AND r.state = 'waiting')")
                .equals("1");
    }

    private static void requireAlive(Await.Condition alive) throws Exception {
        if (!alive.holds()) {
            throw new AssertionError("The job has ended");
        }
    }

    private boolean acknowledged(String lsn) throws SQLException {
        try (PreparedStatement statement = source.prepareStatement("SELECT confirmed_flush_lsn >= ?::text::pg_lsn"
                + " FROM pg_catalog.pg_replication_slots WHERE slot_name = ?")) {
            statement.setString(1, lsn);
            statement.setString(2, "walferry_" + task);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    /** The task's phase as the control schema has it; empty before there is one. */
    public String phase() throws SQLException {
        if (one(target, "SELECT pg_catalog.to_regclass('walferry.task')::text").isEmpty()) {
            return "";
        }
        return one(target, "SELECT phase FROM walferry.task WHERE task = '" + task + "'");
    }

    /** How far the task is, for failures. */
    public String state() {
        try {
            return "phase=" + phase() + " slot="
                    + one(
                            source,
                            "SELECT format('confirmed %s, active %s', confirmed_flush_lsn, active)"
                                    + " FROM pg_catalog.pg_replication_slots WHERE slot_name = 'walferry_" + task + "'")
                    + " progress="
                    + one(
                            target,
                            "SELECT string_agg(format('%s-%s: %s/%s', first_key_group, last_key_group, commit_lsn, ordinal),"
                                    + " '; ') FROM walferry.progress WHERE task = '" + task + "'")
                    + " chunks left="
                    + one(
                            target,
                            "SELECT count(*)::text FROM walferry.snapshot_chunk WHERE loaded_at IS NULL AND task = '"
                                    + task + "'")
                    + " reloads waiting="
                    + one(
                            target,
                            "SELECT count(*)::text FROM walferry.reload WHERE state = 'waiting' AND task = '" + task
                                    + "'")
                    + " consistent="
                    + one(target, "SELECT consistent_at::text FROM walferry.task WHERE task = '" + task + "'");
        } catch (SQLException e) {
            return "(state unknown: " + e.getMessage() + ")";
        }
    }

    private static String one(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            return row.next() && row.getString(1) != null ? row.getString(1) : "";
        }
    }
}
