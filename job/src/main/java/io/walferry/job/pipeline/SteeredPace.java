package io.walferry.job.pipeline;

import io.walferry.job.config.ThrottleConfig;
import io.walferry.job.config.ThrottleConfig.Limit;
import io.walferry.job.control.ControlStore;
import io.walferry.job.control.Steering;
import io.walferry.job.source.Limits;
import io.walferry.job.source.Pace;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** A subtask's limits: its share of what the control row says, else the task file. Connects anew after a failure. */
final class SteeredPace implements Pace.Origin {

    private static final int ANSWER_MS = 20_000;

    /** Ships with the job. */
    record Factory(PreparedTask task) implements Pace.Factory {
        @Override
        public Pace.Origin open(int subtask) {
            return new SteeredPace(task, subtask);
        }
    }

    private final PreparedTask task;
    private final int subtask;
    private Connection connection;
    private String inForce = "";

    private SteeredPace(PreparedTask task, int subtask) {
        this.task = task;
        this.subtask = subtask;
    }

    @Override
    public Limits ask(String state) throws SQLException {
        try {
            Steering.Answer answer = new Steering(store(), task.config().task()).ask(subtask, state, inForce);
            Limits limits = share(answer);
            inForce = described(answer);
            return limits;
        } catch (SQLException e) {
            close();
            throw e;
        }
    }

    private ControlStore store() throws SQLException {
        if (connection == null) {
            connection = task.target().open();
            connection.setNetworkTimeout(Runnable::run, ANSWER_MS);
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET synchronous_commit = off");
            }
        }
        return new ControlStore(connection, task.config().task());
    }

    private Limits share(Steering.Answer answer) {
        ThrottleConfig file = task.config().throttle();
        Steering.Wanted wanted = answer.wanted();
        double part = answer.loading();
        return new Limits(
                wanted.paused(),
                wanted.of(Limit.LOAD_QUERIES, file) / part,
                wanted.of(Limit.LOAD_ROWS, file) / part,
                wanted.of(Limit.LOAD_BYTES, file) / part,
                wanted.of(Limit.CHANGES_ROWS, file),
                wanted.of(Limit.CHANGES_BYTES, file));
    }

    private String described(Steering.Answer answer) {
        List<String> words = new ArrayList<>();
        for (Limit limit : Limit.values()) {
            long perSecond = answer.wanted().of(limit, task.config().throttle());
            if (perSecond > 0) {
                words.add(limit.key() + "=" + perSecond);
            }
        }
        return (answer.wanted().paused() ? "paused " : "") + String.join(" ", words);
    }

    @Override
    public void close() throws SQLException {
        Connection closing = connection;
        connection = null;
        if (closing != null) {
            closing.close();
        }
    }
}
