package io.walferry.job.cli;

import io.walferry.job.config.TaskConfig;
import io.walferry.job.console.ConsoledTask;
import io.walferry.job.control.TaskStatus;
import java.sql.SQLException;
import java.util.Optional;

/** A task of the console that has its task file, so that the source can be asked too. */
final class TaskOfFile implements ConsoledTask {

    private final TaskConfig config;
    private final TaskSides sides;

    TaskOfFile(TaskConfig config) {
        this.config = config;
        this.sides = new TaskSides(config);
    }

    @Override
    public String name() {
        return config.task();
    }

    @Override
    public Optional<Status> status() throws SQLException {
        return sides.status().map(status -> consoled(StatusJson.of(config, status, false), status));
    }

    static Status consoled(String json, TaskStatus status) {
        return new Status(
                json,
                status.changes().lagMs(),
                status.changes().changesPerSecond(),
                status.load().rowsPerSecond());
    }

    @Override
    public void close() {
        sides.close();
    }
}
