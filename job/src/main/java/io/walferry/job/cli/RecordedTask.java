package io.walferry.job.cli;

import io.walferry.job.config.TaskConfig;
import io.walferry.job.console.ConsoledTask;
import io.walferry.job.control.ControlStore;
import io.walferry.job.control.StatusReader;
import io.walferry.job.control.TaskStatus;
import io.walferry.job.jdbc.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A task of the console whose task file is not here: what its target has recorded of it. */
final class RecordedTask implements ConsoledTask {

    private final String name;
    private final String target;
    private final Database database;
    private Connection connection;

    private RecordedTask(String name, TaskConfig neighbour) {
        this.name = name;
        this.target = neighbour.target().address();
        this.database = new Database(neighbour.target(), "walferry console");
    }

    /** The tasks that the targets of the configured ones have besides; none of a target that does not answer. */
    static List<ConsoledTask> besides(Map<String, TaskConfig> configs) {
        List<ConsoledTask> others = new ArrayList<>();
        Set<String> targets = new HashSet<>();
        for (TaskConfig config : configs.values()) {
            if (targets.add(config.target().address())) {
                try (Connection connection = new Database(config.target(), "walferry console").open()) {
                    ControlStore store = new ControlStore(connection, config.task());
                    for (String name : store.readable() ? store.tasks() : List.<String>of()) {
                        if (!configs.containsKey(name)) {
                            others.add(new RecordedTask(name, config));
                        }
                    }
                } catch (SQLException e) {
                    // The page tells it with the target's own task.
                }
            }
        }
        return others;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Optional<Status> status() throws SQLException {
        try {
            if (connection == null) {
                connection = database.open();
                connection.setNetworkTimeout(Runnable::run, TaskSides.ANSWER_MS);
            }
            Optional<TaskStatus> status =
                    new StatusReader(new ControlStore(connection, name), name).read(Optional.empty());
            return status.map(known -> TaskOfFile.consoled(StatusJson.ofRecords(name, target, known), known));
        } catch (SQLException e) {
            close();
            throw e;
        }
    }

    @Override
    public void close() {
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException e) {
                // It is of no use any more, closed or not.
            }
            connection = null;
        }
    }
}
