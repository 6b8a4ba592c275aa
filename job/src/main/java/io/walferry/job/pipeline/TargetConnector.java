package io.walferry.job.pipeline;

import io.walferry.job.control.ControlStore;
import io.walferry.job.source.TargetSide;
import java.sql.Connection;
import java.sql.SQLException;

/** Opens the target for the source, where the source runs. */
final class TargetConnector implements TargetSide.Factory {

    private static final long serialVersionUID = 1L;

    private final PreparedTask task;

    TargetConnector(PreparedTask task) {
        this.task = task;
    }

    @Override
    public TargetSide open() throws SQLException {
        Connection connection = task.target().openForApply();
        return new ControlledTarget(new ControlStore(connection, task.config().task()), connection, task);
    }
}
