package io.walferry.job.control;

import io.walferry.job.model.Lsn;
import io.walferry.job.model.TableId;
import io.walferry.job.sql.ReloadSql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tables that are to be loaded anew, and what those that were have seen. */
public final class ReloadQueue {

    /** In place of the number of rows of a table that the job loads afterwards. */
    public static final long LATER = -1;

    private final ControlStore store;
    private final String task;

    ReloadQueue(ControlStore store, String task) {
        this.store = store;
        this.task = task;
    }

    /**
     * A table that waits.
     *
     * @param asked how often it was asked for
     */
    public record Waiting(long oid, TableId table, int asked, String reason) {}

    /** What the rows of a reloaded table have seen; without a snapshot, changes up to the LSN are replayed over them. */
    public record Window(long lsn, Optional<String> snapshot) {}

    /** In the order in which they were asked for. */
    public List<Waiting> waiting() throws SQLException {
        return store.all(
                ReloadSql.waiting(),
                row -> new Waiting(
                        row.getLong(1),
                        new TableId(row.getString(2), row.getString(3)),
                        row.getInt(4),
                        row.getString(5)),
                task);
    }

    public void ask(long oid, TableId table, String reason) throws SQLException {
        store.update(ReloadSql.ask(), task, oid, table.schema(), table.name(), reason);
    }

    /** Fills the table as part of a transaction; closes nothing. */
    @FunctionalInterface
    public interface Fill<T> {
        T run(Connection connection) throws SQLException, InterruptedException;
    }

    /** What a fill has come to. */
    @FunctionalInterface
    public interface Outcome<T> {
        /** Records it, in the fill's transaction. */
        void record(T result) throws SQLException;
    }

    /** Fills the table and records that, in one transaction. */
    public <T> T run(Fill<T> fill, Outcome<T> outcome) throws SQLException, InterruptedException {
        Connection connection = store.connection();
        connection.setAutoCommit(false);
        try {
            store.mark();
            T result = fill.run(connection);
            outcome.record(result);
            connection.commit();
            return result;
        } catch (SQLException | RuntimeException | InterruptedException e) {
            rollback(connection, e);
            throw e;
        } finally {
            if (!connection.isClosed()) {
                connection.setAutoCommit(true);
            }
        }
    }

    private static void rollback(Connection connection, Exception failure) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
    }

    /** The table is filled; if it was asked for again since, it goes on waiting. */
    public void done(Waiting request, Window window, long rows) throws SQLException {
        store.update(
                ReloadSql.done(),
                request.asked(),
                window.snapshot().orElse(null),
                Lsn.format(window.lsn()),
                rows,
                task,
                request.oid());
    }

    /** How a request stands. @param detail why it was refused; {@code null} if it was not */
    public record State(TableId table, String state, long rows, String detail) {

        public boolean isDone() {
            return state.equals("done");
        }

        public boolean isWaiting() {
            return state.equals("waiting");
        }

        /** For people. */
        public String words() {
            if (isDone()) {
                return rows == LATER ? "is loaded like at the start: see walferry tables" : rows + " rows loaded";
            }
            return detail == null ? state : state + ": " + detail;
        }
    }

    /** Empty if the table was never asked for. */
    public Optional<State> state(long oid) throws SQLException {
        return store.one(
                ReloadSql.state(),
                row -> new State(
                        new TableId(row.getString(1), row.getString(2)),
                        row.getString(3),
                        row.getLong(4),
                        row.getString(5)),
                task,
                oid);
    }

    public void refuse(Waiting request, String why) throws SQLException {
        store.update(ReloadSql.refuse(), why, task, request.oid(), request.asked());
    }

    /** By OID at the source. */
    public Map<Long, Window> windows() throws SQLException {
        Map<Long, Window> windows = new HashMap<>();
        store.all(
                ReloadSql.windows(),
                row -> windows.put(
                        row.getLong(1), new Window(ControlStore.lsn(row, 2), Optional.ofNullable(row.getString(3)))),
                task);
        return windows;
    }
}
