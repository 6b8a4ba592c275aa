package io.walferry.job.control;

import io.walferry.job.config.Parallelism;
import io.walferry.job.config.ThrottleConfig;
import io.walferry.job.sql.SteeringSql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** What a person wants of a running task: written by the verbs, read by the job. */
public final class Steering {

    /**
     * @param limits that were set; one that is not there is as the task file says, 0 is none
     * @param stop stop, savepoint or restart, if that is asked for
     * @param savepoint where the last one is
     * @param parallelism that the next start is to have; what is not there is as the task file says
     */
    public record Wanted(
            boolean paused,
            Map<ThrottleConfig.Limit, Long> limits,
            Optional<String> stop,
            Optional<String> savepoint,
            Map<Parallelism, Integer> parallelism) {

        public static final Wanted NOTHING = new Wanted(false, Map.of(), Optional.empty(), Optional.empty(), Map.of());

        public Wanted {
            limits = Map.copyOf(limits);
            parallelism = Map.copyOf(parallelism);
        }

        /** Per second, over all subtasks; 0: none. */
        public long of(ThrottleConfig.Limit limit, ThrottleConfig file) {
            return limits.getOrDefault(limit, file.of(limit));
        }
    }

    /** @param loading subtasks that share the limits of the load */
    public record Answer(Wanted wanted, long loading) {}

    /** What {@link Wanted#stop()} has after {@link #askToRestart()}. */
    public static final String RESTART = "restart";

    private final ControlStore store;
    private final String task;

    public Steering(ControlStore store, String task) {
        this.store = store;
        this.task = task;
    }

    public Wanted wanted() throws SQLException {
        return store.one(
                        SteeringSql.wanted(),
                        row -> new Wanted(
                                row.getBoolean(1),
                                limits(row),
                                Optional.ofNullable(row.getString(7)),
                                Optional.ofNullable(row.getString(8)),
                                parallelism(row)),
                        task)
                .orElse(Wanted.NOTHING);
    }

    /**
     * Asks for a subtask what is wanted, and says what it does.
     *
     * @param state loading, reading, or either with " (waits)" behind
     * @param inForce its limits, for people
     */
    public Answer ask(int subtask, String state, String inForce) throws SQLException {
        return store.one(
                        SteeringSql.ask(),
                        row -> new Answer(
                                new Wanted(
                                        row.getBoolean(1), limits(row), Optional.empty(), Optional.empty(), Map.of()),
                                row.getLong(7)),
                        task,
                        subtask,
                        state,
                        inForce,
                        task,
                        subtask,
                        task)
                .orElseThrow();
    }

    private static Map<ThrottleConfig.Limit, Long> limits(ResultSet row) throws SQLException {
        Map<ThrottleConfig.Limit, Long> limits = new EnumMap<>(ThrottleConfig.Limit.class);
        for (ThrottleConfig.Limit limit : ThrottleConfig.Limit.values()) {
            long value = row.getLong(2 + limit.ordinal());
            if (!row.wasNull()) {
                limits.put(limit, value);
            }
        }
        return limits;
    }

    private static Map<Parallelism, Integer> parallelism(ResultSet row) throws SQLException {
        Map<Parallelism, Integer> parallelism = new EnumMap<>(Parallelism.class);
        for (Parallelism kind : Parallelism.values()) {
            int value = row.getInt(9 + kind.ordinal());
            if (!row.wasNull()) {
                parallelism.put(kind, value);
            }
        }
        return parallelism;
    }

    public void pause(boolean paused) throws SQLException {
        store.update(SteeringSql.pause(), task, paused);
    }

    /** @param perSecond empty: as the task file says; 0: no limit */
    public void limit(ThrottleConfig.Limit limit, OptionalLong perSecond) throws SQLException {
        store.update(SteeringSql.set(limit.column()), task, perSecond.isPresent() ? perSecond.getAsLong() : null);
    }

    /** @param number empty: as the task file says */
    public void parallelism(Parallelism kind, OptionalInt number) throws SQLException {
        store.update(SteeringSql.set(kind.column()), task, number.isPresent() ? number.getAsInt() : null);
    }

    /** Asks the run that has Flink with it to end its job and begin another. */
    public void askToRestart() throws SQLException {
        store.update(SteeringSql.stop(), task, RESTART);
    }

    /** Asks the run that has Flink with it to end. */
    public void askToStop(boolean savepoint) throws SQLException {
        store.update(SteeringSql.stop(), task, savepoint ? "savepoint" : "stop");
    }

    /** Whatever was asked of a former run is void. */
    public void forgetStop() throws SQLException {
        store.update(SteeringSql.stop(), task, null);
    }

    public void stopped(Optional<String> savepoint) throws SQLException {
        store.update(SteeringSql.savepoint(), savepoint.orElse(null), task);
    }

    /** Whether a subtask reads or has not heard of a pause yet, by its word of the last seconds. */
    public boolean anyReading() throws SQLException {
        return store.one(SteeringSql.reading(), row -> row.getLong(1) > 0, task).orElse(false);
    }
}
