package io.walferry.job.pipeline;

import io.walferry.job.config.Parallelism;
import io.walferry.job.config.TaskConfig;
import io.walferry.job.control.ControlStore;
import io.walferry.job.control.Steering;
import io.walferry.job.jdbc.Database;
import java.sql.SQLException;

/** A task with as many readers and writers as its next start is to have: as {@code walferry set} has said, else as its file says. */
public final class SizedTask {

    private SizedTask() {}

    /**
     * As far as it is known before the preparation, for what begins beside that; {@link PreparedTask#config()} is right. While the
     * target does not answer it is what the task file says; what is wrong with the target the preparation tells.
     */
    public static TaskConfig foreseen(TaskConfig config) {
        try (ControlStore store =
                new ControlStore(new Database(config.target(), "walferry " + config.task()).open(), config.task())) {
            return store.readable() ? of(config, store) : config;
        } catch (SQLException e) {
            // Also the records of an earlier program, which have no such wish.
            return config;
        }
    }

    /** By the records at the target. */
    static TaskConfig of(TaskConfig config, ControlStore store) throws SQLException {
        return Parallelism.replace(
                config, new Steering(store, config.task()).wanted().parallelism());
    }
}
