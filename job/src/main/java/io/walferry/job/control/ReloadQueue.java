package io.walferry.job.control;

import io.walferry.job.model.ChangePosition;
import io.walferry.job.model.Lsn;
import io.walferry.job.model.TableId;
import io.walferry.job.sql.ReloadSql;
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

    /**
     * What the rows of a reloaded table have seen; without a snapshot, changes up to the LSN are replayed over them.
     *
     * @param upTo all changes up to there are in them, too
     */
    public record Window(long lsn, Optional<String> snapshot, Optional<ChangePosition> upTo) {}

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

    /**
     * The table is filled, in the connection's transaction; if it was asked for again since, it goes on waiting.
     *
     * @return {@code false} if it does not wait, so another run of the task has filled it meanwhile
     */
    public boolean done(Waiting request, Window window, long rows) throws SQLException {
        return store.update(
                        ReloadSql.done(),
                        request.asked(),
                        window.snapshot().orElse(null),
                        Lsn.format(window.lsn()),
                        window.upTo().map(last -> Lsn.format(last.commitLsn())).orElse(null),
                        window.upTo().map(ChangePosition::ordinal).orElse(null),
                        rows,
                        task,
                        request.oid())
                == 1;
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
                row -> {
                    Optional<ChangePosition> upTo = row.getString(4) == null
                            ? Optional.empty()
                            : Optional.of(new ChangePosition(ControlStore.lsn(row, 4), row.getLong(5)));
                    return windows.put(
                            row.getLong(1),
                            new Window(ControlStore.lsn(row, 2), Optional.ofNullable(row.getString(3)), upTo));
                },
                task);
        return windows;
    }
}
