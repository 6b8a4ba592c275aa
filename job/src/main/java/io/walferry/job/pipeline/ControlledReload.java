package io.walferry.job.pipeline;

import io.walferry.job.apply.JoinedChanges;
import io.walferry.job.control.ControlStore;
import io.walferry.job.control.ReloadQueue;
import io.walferry.job.dialect.TransactionMark;
import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import io.walferry.job.jdbc.Database;
import io.walferry.job.model.ChangeBlock;
import io.walferry.job.source.TargetSide;
import java.sql.Connection;
import java.sql.SQLException;

/** Loads a table anew in one transaction with the control records of that. */
final class ControlledReload implements TargetSide.ReloadTransaction {

    private final Connection connection;
    private final ControlStore store;
    private JoinedChanges changes;

    private ControlledReload(Connection connection, String task) {
        this.connection = connection;
        this.store = new ControlStore(connection, task);
    }

    static ControlledReload begin(Database target, String task) throws SQLException {
        Connection connection = target.openForApply();
        try {
            TransactionMark mark = TransactionMark.open(connection, task);
            connection.setAutoCommit(false);
            mark.begin(connection);
            return new ControlledReload(connection, task);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    @Override
    public Connection connection() {
        return connection;
    }

    @Override
    public void write(ChangeBlock block) throws SQLException {
        if (changes == null) {
            changes = new JoinedChanges(connection);
        }
        changes.write(block);
    }

    @Override
    public void commit(TargetSide.Reload reload, TargetSide.Reloaded reloaded) throws SQLException {
        if (changes != null) {
            changes.flush();
        }
        store.structure().put(ControlledTarget.images(reloaded.change()));
        ControlledTarget.follow(store.chunks(), reloaded.change());
        TargetSide.LoadWindow window = reloaded.window();
        boolean waited = store.reloads()
                .done(
                        ControlledTarget.waiting(reload),
                        new ReloadQueue.Window(window.maxLsn(), window.snapshot(), window.upTo()),
                        reloaded.rows());
        if (!waited) {
            throw new SyncException(
                    FailureKind.TRANSIENT,
                    "target table " + reload.table(),
                    "another run of the task has loaded it anew meanwhile",
                    "This passes by itself; the task starts again from its last position");
        }
        connection.commit();
    }
}
