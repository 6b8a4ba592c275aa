package io.walferry.job.control;

import io.walferry.job.model.ChangePosition;
import io.walferry.job.model.Lsn;
import io.walferry.job.sql.CutoverSql;
import io.walferry.job.sql.ProgressSql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Ends a task at its target: from then on no writer that was open can commit, and none opens. */
public final class Fence {

    private final ControlStore store;
    private final String task;

    public Fence(ControlStore store, String task) {
        this.store = store;
        this.task = task;
    }

    public boolean up() throws SQLException {
        return store.readable()
                && store.task()
                        .filter(record -> record.phase().equals(Phase.ENDED.label()))
                        .isPresent();
    }

    /** All that the source had before this LSN is at the target; empty while no writer has ever opened. */
    public Optional<Long> reached() throws SQLException {
        return store.appliedByAll().map(Lag::reached);
    }

    /** Whether the target has all that the source had written before {@code lsn}, and no table waits to be loaded anew. */
    public boolean has(long lsn) throws SQLException {
        Optional<Long> reached = reached();
        return reached.isPresent() && isPast(reached.get(), lsn);
    }

    /** The tables that a change of structure asks for are recorded before a position beyond it is. */
    private boolean isPast(long reached, long lsn) throws SQLException {
        return Long.compareUnsigned(reached, Lag.pageStart(lsn)) >= 0 && store.isWhole();
    }

    /** For people: the tables that wait to be loaded anew; empty if none does. */
    public String waitingTables() throws SQLException {
        List<ReloadQueue.Waiting> waiting = store.reloads().waiting();
        return waiting.isEmpty()
                ? ""
                : waiting.stream()
                        .map(table -> table.table().toString())
                        .collect(Collectors.joining(", ", "; these tables wait to be loaded anew: ", ""));
    }

    /**
     * Puts it up, in one transaction, if {@link #has(long)} holds.
     *
     * @return whether it is up
     */
    public boolean putUp(long lsn) throws SQLException {
        Connection connection = store.connection();
        boolean[] up = new boolean[1];
        Transactions.run(connection, () -> {
            for (String lane : store.all(CutoverSql.lanes(), row -> row.getString(1), task)) {
                try (PreparedStatement lock = connection.prepareStatement(ProgressSql.lock())) {
                    lock.setString(1, task + "/" + lane);
                    lock.execute();
                }
            }
            List<Long> reached = store.all(
                    CutoverSql.positions(),
                    row -> Lag.reached(new ChangePosition(ControlStore.lsn(row, 1), row.getLong(2))),
                    task);
            if (!reached.isEmpty() && isPast(reached.get(0), lsn)) {
                store.update(CutoverSql.raiseEpochs(), task);
                store.update(CutoverSql.end(), task);
                note("fence", "at " + Lsn.format(lsn));
                up[0] = true;
            }
        });
        return up[0];
    }

    /** Keeps in the records what is done. */
    public void note(String step, String detail) throws SQLException {
        store.update(CutoverSql.note(), task, step, detail);
    }
}
