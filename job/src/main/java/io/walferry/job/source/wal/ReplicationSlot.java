package io.walferry.job.source.wal;

import io.walferry.job.model.Lsn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The task's logical replication slot at the source: made once, before the load, and dropped with the task.
 *
 * @param name lower-case letters, digits and underscores
 * @see <a href="https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-REPLICATION">Replication Management
 *     Functions</a>
 */
public record ReplicationSlot(String name) {

    static final String OBJECT_IN_USE = "55006";

    private static final long READER_ENDS_WITHIN_NANOS = 10_000_000_000L;

    public ReplicationSlot {
        if (!name.matches("[a-z0-9_]{1,63}")) {
            throw new IllegalArgumentException("not a name of a replication slot: " + name);
        }
    }

    public SlotFacts facts(Connection source) throws SQLException {
        int version = source.getMetaData().getDatabaseMajorVersion();
        String sql =
                """
                SELECT pg_catalog.current_database(), system_identifier::pg_catalog.text,
                  CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn()
                    ELSE pg_catalog.pg_current_wal_insert_lsn() END,
                  s.slot_name, s.plugin, s.database, s.temporary, s.active, s.active_pid, s.restart_lsn,
                  s.confirmed_flush_lsn, %s, %s
                FROM pg_catalog.pg_control_system()
                LEFT JOIN pg_catalog.pg_replication_slots s ON s.slot_name = ?"""
                        .formatted(
                                version >= 13 ? "s.wal_status" : "NULL",
                                version >= 17
                                        ? "s.invalidation_reason"
                                        : version >= 16 ? "CASE WHEN s.conflicting THEN 'conflicting' END" : "NULL");
        try (PreparedStatement statement = source.prepareStatement(sql)) {
            statement.setString(1, name);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return new SlotFacts(
                        name,
                        row.getString(2),
                        row.getString(1),
                        lsn(row.getString(3)),
                        row.getString(4) == null ? Optional.empty() : Optional.of(slot(row)));
            }
        }
    }

    private static SlotFacts.Slot slot(ResultSet row) throws SQLException {
        int activePid = row.getInt(9);
        return new SlotFacts.Slot(
                Optional.ofNullable(row.getString(5)),
                Optional.ofNullable(row.getString(6)),
                row.getBoolean(7),
                row.getBoolean(8),
                activePid == 0 ? OptionalInt.empty() : OptionalInt.of(activePid),
                lsn(row.getString(10)),
                lsn(row.getString(11)),
                Optional.ofNullable(row.getString(12)),
                Optional.ofNullable(row.getString(13)));
    }

    private static long lsn(String text) {
        return text == null ? Lsn.NONE : Lsn.parse(text);
    }

    /**
     * Makes the slot. The server waits until every transaction that was running has ended; meanwhile {@code watch}, which needs
     * connections of its own, can tell whom it waits for.
     *
     * @return the consistent point: every transaction that commits after it is in the slot, complete
     */
    public long create(Connection source, SlotCreationWatch watch) throws SQLException {
        Runnable endWatch = watch.start(source);
        try (PreparedStatement statement = source.prepareStatement(
                "SELECT lsn FROM pg_catalog.pg_create_logical_replication_slot(?, 'pgoutput')")) {
            statement.setString(1, name);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return Lsn.parse(row.getString(1));
            }
        } finally {
            endWatch.run();
        }
    }

    /**
     * Drops the slot if it is there.
     *
     * @throws SQLException with SQLSTATE 55006 if it is being read
     */
    public void drop(Connection source) throws SQLException {
        if (facts(source).slot().isPresent()) {
            try (PreparedStatement statement =
                    source.prepareStatement("SELECT pg_catalog.pg_drop_replication_slot(?)")) {
                statement.setString(1, name);
                statement.execute();
            }
        }
    }

    /**
     * Ends the server process that reads the slot, if it is one that a client of this task has left behind: of the same role
     * and application name as {@code source}. Does not wait until it is gone.
     *
     * @return whether there was such a process and this role may end it
     */
    public boolean terminateOwnReader(Connection source) throws SQLException {
        try (PreparedStatement statement = source.prepareStatement(
                """
                SELECT pg_catalog.pg_terminate_backend(s.active_pid)
                FROM pg_catalog.pg_replication_slots s
                JOIN pg_catalog.pg_stat_activity a ON a.pid = s.active_pid
                WHERE s.slot_name = ? AND a.usename = CURRENT_USER AND a.application_name
                  = pg_catalog.current_setting('application_name')""")) {
            statement.setString(1, name);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    /**
     * Drops the slot, after ending a reader of this task that still holds it.
     *
     * @throws SQLException with SQLSTATE 55006 if somebody else reads it, or the reader does not end within 10 s
     */
    public void dropEndingReader(Connection source) throws SQLException, InterruptedException {
        terminateOwnReader(source);
        long deadline = System.nanoTime() + READER_ENDS_WITHIN_NANOS;
        while (true) {
            try {
                drop(source);
                return;
            } catch (SQLException e) {
                if (!OBJECT_IN_USE.equals(e.getSQLState()) || System.nanoTime() > deadline) {
                    throw e;
                }
                Thread.sleep(50);
            }
        }
    }
}
