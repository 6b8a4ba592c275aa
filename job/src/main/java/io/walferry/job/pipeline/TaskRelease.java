package io.walferry.job.pipeline;

import io.walferry.job.config.TaskConfig;
import io.walferry.job.control.ControlStore;
import io.walferry.job.jdbc.Database;
import io.walferry.job.schema.ddl.DdlCapture;
import io.walferry.job.source.wal.Publication;
import io.walferry.job.source.wal.ReplicationSlot;
import io.walferry.job.sql.DdlCaptureSql;
import io.walferry.job.sql.OriginSql;
import io.walferry.job.sql.ReleaseSql;
import io.walferry.job.sql.StatementRowsSql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Removes what a task has made at its two sides beside the tables themselves. Each side is done by itself, so that one that does not
 * answer keeps nothing from the other; done again, it finds what is left.
 */
public final class TaskRelease {

    private static final String OBJECT_IN_USE = "55006";
    private static final long ORIGIN_WAIT_NANOS = 5_000_000_000L;
    private static final long ORIGIN_POLL_NANOS = 50_000_000L;

    private final TaskConfig config;
    private final Consumer<String> told;
    private final Database source;
    private final Database target;

    /** @param told gets a line for each thing that is gone, or that is left to do */
    public TaskRelease(TaskConfig config, Consumer<String> told) {
        this.config = config;
        this.told = told;
        this.source = new Database(config.source(), "walferry " + config.task());
        this.target = new Database(config.target(), "walferry " + config.task());
    }

    /**
     * Slot, publication, and with the last task of the database the capture of structure changes.
     *
     * @return whether nothing is left there
     */
    public boolean atSource() throws InterruptedException {
        try (Connection connection = source.open()) {
            // After a cut-over the database may be set to read only for everybody.
            execute(connection, "SET default_transaction_read_only = off");
            ReplicationSlot slot = new ReplicationSlot(config.slot());
            boolean slotThere = slot.facts(connection).slot().isPresent();
            slot.dropEndingReader(connection);
            tell("source", "replication slot " + config.slot(), slotThere);
            Publication publication = new Publication(config.publication());
            boolean published = !texts(
                            connection,
                            "SELECT pubname FROM pg_catalog.pg_publication WHERE pubname = ?",
                            config.publication())
                    .isEmpty();
            publication.drop(connection);
            tell("source", "publication " + config.publication(), published);
            dropCapture(connection);
            return true;
        } catch (SQLException e) {
            told.accept("source " + source.address() + ": " + e.getMessage());
            told.accept("  left to do there:");
            ReleaseSql.leftAtSource(config.slot(), config.publication())
                    .forEach(statement -> told.accept("    " + statement + ";"));
            told.accept("  and, if no other task reads that database, for the capture of structure changes:");
            DdlCaptureSql.remove().forEach(statement -> told.accept("    " + statement + ";"));
            return false;
        }
    }

    private void dropCapture(Connection connection) throws SQLException {
        if (texts(connection, ReleaseSql.capture()).contains("f")) {
            return;
        }
        // Else the triggers would go on adding new tables to a publication that is gone.
        DdlCapture.unregister(connection, config.task());
        List<String> others = texts(connection, ReleaseSql.otherSlots(), config.slot());
        if (!others.isEmpty()) {
            told.accept("source  the capture of structure changes stays: in use by " + String.join(", ", others));
            return;
        }
        for (String statement : texts(connection, ReleaseSql.dropCapture())) {
            execute(connection, statement);
        }
        if (texts(connection, ReleaseSql.emptySchema()).contains("t")) {
            execute(connection, ReleaseSql.dropSchema());
        }
        tell("source", "capture of structure changes", true);
    }

    /**
     * The task's records.
     *
     * @param controlSchema the whole schema, if no other task has records in it
     * @return whether nothing is left there
     */
    public boolean atTarget(boolean controlSchema) {
        try (Connection connection = target.open()) {
            ControlStore store = new ControlStore(connection, config.task());
            if (!store.readable()) {
                told.accept("target  there are no records of tasks");
                return dropOrigins(connection);
            }
            try (PreparedStatement end = connection.prepareStatement(ReleaseSql.endSessions())) {
                end.setString(1, config.task());
                end.setString(2, config.task());
                end.execute();
            }
            long rows = deleteRecords(connection);
            dropComparedRows(connection);
            told.accept("target  records of task " + config.task() + (rows == 0 ? " were not there" : " removed"));
            boolean schemaDone = !controlSchema || dropControlSchema(connection);
            return dropOrigins(connection) && schemaDone;
        } catch (SQLException e) {
            told.accept("target " + target.address() + ": " + e.getMessage());
            told.accept("  left to do there:");
            told.accept("    " + ReleaseSql.leftAtTarget(controlSchema) + ";");
            return false;
        }
    }

    private long deleteRecords(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        long rows = 0;
        for (String table : texts(connection, ReleaseSql.tablesWithTasks())) {
            try (PreparedStatement delete = connection.prepareStatement(ReleaseSql.deleteRows(table))) {
                delete.setString(1, config.task());
                rows += delete.executeUpdate();
            }
        }
        connection.commit();
        connection.setAutoCommit(true);
        return rows;
    }

    /** What a verification that was killed has left. */
    private void dropComparedRows(Connection connection) throws SQLException {
        if (texts(connection, ReleaseSql.tablesWithTasks()).contains("verification")) {
            for (String table : texts(connection, StatementRowsSql.leftovers(), "0", config.task(), "0")) {
                execute(connection, StatementRowsSql.dropIfThere(table));
            }
        }
    }

    /** Not while somebody may still ask for their names, which a changelog does not have. */
    private boolean dropOrigins(Connection connection) throws SQLException {
        List<String> origins = texts(connection, OriginSql.all(), OriginSql.prefix(config.task()));
        List<String> readers = texts(connection, OriginSql.readers());
        if (origins.isEmpty() || !readers.isEmpty()) {
            if (!origins.isEmpty()) {
                told.accept("target  the task's replication origins stay while the changelog there is read by "
                        + String.join(", ", readers));
            }
            return true;
        }
        for (String origin : origins) {
            try {
                dropOrigin(connection, origin);
            } catch (SQLException e) {
                told.accept("target  replication origin " + origin + " stays: " + e.getMessage());
                return false;
            }
        }
        tell("target", origins.size() + " replication origins", true);
        return true;
    }

    /** A session that was ended just now may still have it. */
    private static void dropOrigin(Connection connection, String origin) throws SQLException {
        long deadline = System.nanoTime() + ORIGIN_WAIT_NANOS;
        while (true) {
            try {
                execute(connection, OriginSql.drop(origin));
                return;
            } catch (SQLException e) {
                if (!OBJECT_IN_USE.equals(e.getSQLState()) || System.nanoTime() > deadline) {
                    throw e;
                }
            }
            LockSupport.parkNanos(ORIGIN_POLL_NANOS);
        }
    }

    private boolean dropControlSchema(Connection connection) throws SQLException {
        List<String> others = texts(connection, ReleaseSql.tasks());
        if (!others.isEmpty()) {
            told.accept("target  schema walferry stays: it has the records of " + String.join(", ", others));
            return false;
        }
        execute(connection, ReleaseSql.dropSchema());
        tell("target", "schema walferry", true);
        return true;
    }

    private void tell(String side, String what, boolean wasThere) {
        told.accept(side + "  " + what + (wasThere ? " dropped" : " was not there"));
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static List<String> texts(Connection connection, String sql, String... parameters) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                query.setString(i + 1, parameters[i]);
            }
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    texts.add(rows.getString(1));
                }
            }
        }
        return texts;
    }
}
