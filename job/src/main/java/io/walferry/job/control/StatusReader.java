package io.walferry.job.control;

import io.walferry.job.model.ChangePosition;
import io.walferry.job.model.Lsn;
import io.walferry.job.model.TableId;
import io.walferry.job.sql.StatusSql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Reads a task's status from the control schema and from the source, whether a job runs or not. What only a running job knows, lag
 * and rates, is its last word, and unknown once it is silent.
 */
public final class StatusReader {

    /** A job speaks every second; so long a silence means that it is gone, or cut off from the target. */
    static final long SILENCE_MS = 10_000;

    private final ControlStore store;
    private final String task;

    public StatusReader(ControlStore store, String task) {
        this.store = store;
        this.task = task;
    }

    /**
     * @param source empty if it does not answer: what it would tell is taken from the job's last word, or unknown
     * @return empty if the target has no record of the task
     */
    public Optional<TaskStatus> read(Optional<Connection> source) throws SQLException {
        if (!store.readable()) {
            return Optional.empty();
        }
        return store.one(StatusSql.task(), row -> status(row, source), task);
    }

    private TaskStatus status(ResultSet row, Optional<Connection> source) throws SQLException {
        String slot = row.getString("slot");
        Optional<SourceFacts> facts = facts(source, slot);
        TaskStatus.Job job = job(row);
        TaskStatus.Changes changes = changes(row, job, facts);
        List<TaskStatus.Table> tables = tables(row.getString("phase"), job.running());
        long[] objects = store.one(
                        StatusSql.objects(), objectRow -> new long[] {objectRow.getLong(1), objectRow.getLong(2)}, task)
                .orElseThrow();
        Steering.Wanted wanted = new Steering(store, task).wanted();
        return new TaskStatus(
                phase(row.getString("phase"), job, changes, wanted),
                Optional.ofNullable(row.getString("detail")).orElse(""),
                job,
                load(row, job, tables),
                changes,
                positions(row, facts),
                slot(slot, row, job, facts),
                store.one(
                        StatusSql.lastStep(),
                        step -> new TaskStatus.LastStep(step.getString(1), ControlStore.lsn(step, 2), step.getLong(3)),
                        task,
                        task),
                wanted.limits(),
                objects[1],
                objects[0],
                store.deadLetters().count(),
                store.one(
                        StatusSql.failedChange(),
                        change -> new TaskStatus.FailedChange(change.getString(1), change.getString(2)),
                        task),
                store.one(
                        StatusSql.verification(),
                        run -> new TaskStatus.Verification(run.getLong(1), run.getLong(2), run.getLong(3)),
                        task),
                tables);
    }

    /** The source's own words; empty if it does not answer. */
    private static Optional<SourceFacts> facts(Optional<Connection> source, String slot) {
        try {
            return source.isPresent() ? Optional.of(SourceFacts.read(source.get(), slot)) : Optional.empty();
        } catch (SQLException e) {
            return Optional.empty();
        }
    }

    private String phase(String recorded, TaskStatus.Job job, TaskStatus.Changes changes, Steering.Wanted wanted)
            throws SQLException {
        if (recorded.equals(Phase.ENDED.label())) {
            return TaskStatus.ENDED;
        }
        if (!job.running()) {
            if (TaskLock.START.isTaken(store, task)) {
                return recorded.equals(Phase.PREPARING.label()) ? TaskStatus.SCHEMA : TaskStatus.PRECHECK;
            }
            return job.failure().isPresent() ? TaskStatus.FAILED : TaskStatus.DOWN;
        }
        if (TaskLock.CUTOVER.isTaken(store, task)) {
            return TaskStatus.CUT_OVER;
        }
        if (wanted.paused()) {
            return new Steering(store, task).anyReading() ? TaskStatus.PAUSING : TaskStatus.PAUSED;
        }
        if (recorded.equals(Phase.PREPARING.label())) {
            return TaskStatus.SCHEMA;
        }
        if (!recorded.equals(Phase.CHANGES.label())) {
            return recorded;
        }
        return changes.lagMs().orElse(Long.MAX_VALUE) > TaskStatus.LIVE_LAG_MS ? TaskStatus.CATCH_UP : TaskStatus.LIVE;
    }

    private static TaskStatus.Job job(ResultSet row) throws SQLException {
        OptionalLong silent = number(row, "beat_age_ms");
        return new TaskStatus.Job(
                silent.isPresent() && silent.getAsLong() < SILENCE_MS,
                Optional.ofNullable(row.getString("host")),
                number(row, "writers"),
                silent,
                number(row, "running_ms"),
                Optional.ofNullable(row.getString("failure")),
                Optional.ofNullable(row.getString("failed_at")));
    }

    private static TaskStatus.Changes changes(ResultSet row, TaskStatus.Job job, Optional<SourceFacts> facts)
            throws SQLException {
        OptionalLong behind = job.running() ? number(row, "bytes_behind") : OptionalLong.empty();
        Optional<Long> applied = reached(row);
        if (!job.running() && facts.isPresent() && applied.isPresent()) {
            behind = OptionalLong.of(Math.max(0, facts.get().walLsn() - applied.get()));
        }
        return new TaskStatus.Changes(
                row.getLong("changes"),
                running(job, row, "beat_lag_ms"),
                behind,
                running(job, row, "changes_per_second"),
                running(job, row, "wal_bytes_per_second"),
                number(row, "quiet_ms"));
    }

    private static Optional<Long> reached(ResultSet row) throws SQLException {
        String lsn = row.getString("applied_lsn");
        return lsn == null
                ? Optional.empty()
                : Optional.of(Lag.reached(new ChangePosition(Lsn.parse(lsn), row.getLong("applied_ordinal"))));
    }

    private static TaskStatus.Positions positions(ResultSet row, Optional<SourceFacts> facts) throws SQLException {
        Optional<Long> applied = reached(row).filter(lsn -> lsn != Lsn.NONE);
        return new TaskStatus.Positions(
                facts.map(known -> OptionalLong.of(known.walLsn())).orElse(lsn(row, "wal_lsn")),
                applied.map(OptionalLong::of).orElse(OptionalLong.empty()),
                facts.map(SourceFacts::acknowledgedLsn).orElse(lsn(row, "safe_lsn")));
    }

    private static TaskStatus.Slot slot(String name, ResultSet row, TaskStatus.Job job, Optional<SourceFacts> facts)
            throws SQLException {
        if (facts.isPresent()) {
            return new TaskStatus.Slot(
                    name,
                    facts.get().slotState().orElse("missing"),
                    facts.get().retainedWalBytes(),
                    facts.get().safeWalBytes());
        }
        return new TaskStatus.Slot(
                name, "unknown", running(job, row, "retained_wal_bytes"), running(job, row, "safe_wal_bytes"));
    }

    private static TaskStatus.Load load(ResultSet row, TaskStatus.Job job, List<TaskStatus.Table> tables)
            throws SQLException {
        boolean loading = job.running() && row.getString("phase").equals(Phase.LOAD.label());
        OptionalLong rate = loading ? number(row, "rows_per_second") : OptionalLong.empty();
        double estimated = tables.stream()
                .mapToDouble(table -> Math.max(1, table.estimatedRows()))
                .sum();
        double done = tables.stream()
                .mapToDouble(table -> table.share() * Math.max(1, table.estimatedRows()))
                .sum();
        return new TaskStatus.Load(
                tables.stream().filter(TaskStatus.Table::isLoaded).count(),
                tables.stream().mapToLong(TaskStatus.Table::chunks).sum(),
                tables.stream().mapToLong(TaskStatus.Table::chunksLoaded).sum(),
                tables.stream().mapToLong(TaskStatus.Table::rows).sum(),
                tables.stream().mapToLong(TaskStatus.Table::bytes).sum(),
                tables.isEmpty() ? 1 : done / estimated,
                rate,
                loading ? number(row, "bytes_per_second") : OptionalLong.empty(),
                secondsLeft(Math.round(estimated - done), rate));
    }

    private List<TaskStatus.Table> tables(String phase, boolean running) throws SQLException {
        return store.all(StatusSql.tables(), row -> table(row, phase, running), task);
    }

    private static TaskStatus.Table table(ResultSet row, String phase, boolean running) throws SQLException {
        long chunks = row.getLong("chunks");
        long loaded = row.getLong("loaded");
        long rows = row.getLong("rows");
        boolean loading = running && loaded > 0 && loaded < chunks;
        double seconds = Math.max(1, row.getDouble("recent_seconds"));
        OptionalLong rate =
                loading ? OptionalLong.of(Math.round(row.getLong("recent_rows") / seconds)) : OptionalLong.empty();
        return new TaskStatus.Table(
                new TableId(row.getString("table_schema"), row.getString("table_name")),
                state(phase, row.getString("state"), chunks, loaded, row.getBoolean("reloading")),
                chunks,
                loaded,
                rows,
                row.getLong("estimated_rows"),
                row.getLong("bytes"),
                rate,
                loading ? OptionalLong.of(Math.round(row.getLong("recent_bytes") / seconds)) : OptionalLong.empty(),
                secondsLeft(row.getLong("estimated_rows") - rows, rate));
    }

    private static String state(String phase, String recorded, long chunks, long loaded, boolean reloading) {
        if (recorded.equals("created")) {
            return TaskStatus.WAITING;
        }
        if (loaded < chunks) {
            return loaded == 0 ? TaskStatus.WAITING : "loading";
        }
        if (phase.equals(Phase.ENDED.label())) {
            return "ended";
        }
        if (phase.equals(Phase.CHANGES.label())) {
            return reloading ? "loading anew" : "following";
        }
        return phase.equals(Phase.INDEX.label()) ? "indexing" : "loaded";
    }

    private static OptionalLong secondsLeft(long rows, OptionalLong rate) {
        return rate.orElse(0) > 0 && rows > 0 ? OptionalLong.of(rows / rate.getAsLong()) : OptionalLong.empty();
    }

    private static OptionalLong running(TaskStatus.Job job, ResultSet row, String column) throws SQLException {
        return job.running() ? number(row, column) : OptionalLong.empty();
    }

    private static OptionalLong lsn(ResultSet row, String column) throws SQLException {
        String text = row.getString(column);
        return text == null ? OptionalLong.empty() : OptionalLong.of(Lsn.parse(text));
    }

    private static OptionalLong number(ResultSet row, String column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(value);
    }
}
