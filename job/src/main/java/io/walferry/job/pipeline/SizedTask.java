package io.walferry.job.pipeline;

import io.walferry.job.config.Parallelism;
import io.walferry.job.config.TaskConfig;
import io.walferry.job.control.ControlStore;
import io.walferry.job.control.Steering;
import io.walferry.job.jdbc.Database;
import java.sql.SQLException;

/** A task with as many readers and writers as its next start is to have. */
public final class SizedTask {

    private SizedTask() {}

    /** As the task file says, unless {@code walferry set} has said something else. */
    public static TaskConfig of(TaskConfig config) {
        try (ControlStore store =
                new ControlStore(new Database(config.target(), "walferry " + config.task()).open(), config.task())) {
            return store.readable()
                    ? Parallelism.replace(
                            config, new Steering(store, config.task()).wanted().parallelism())
                    : config;
        } catch (SQLException e) {
            // What is wrong with the target the preparation tells; records of an earlier program have no such wish.
            return config;
        }
    }
}
