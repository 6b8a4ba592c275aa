package io.walferry.job.pipeline;

import static io.walferry.job.failure.FailureKind.NEEDS_OPERATOR;

import io.walferry.job.config.TaskConfig;
import io.walferry.job.control.ControlStore;
import io.walferry.job.control.Fence;
import io.walferry.job.control.StatusReader;
import io.walferry.job.control.TaskLock;
import io.walferry.job.control.TaskStatus;
import io.walferry.job.failure.SyncException;
import io.walferry.job.jdbc.Database;
import io.walferry.job.model.Lsn;
import io.walferry.job.precheck.CheckContext;
import io.walferry.job.schema.SequenceSync;
import io.walferry.job.schema.StructurePlan;
import io.walferry.job.sql.CutoverSql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Moves the applications' writes from source to target, up to the point where they may begin there: no more writes at the source, all
 * of them at the target, the target fenced against the task, sequences and constraints ready. Whatever fails before the fence is taken
 * back; from the fence on it can be run again and goes on.
 */
public final class TaskCutover {

    private static final Duration QUIET_WITHIN = Duration.ofSeconds(30);
    private static final long POLL_MS = 20;

    private final TaskConfig config;
    private final CutoverOptions options;
    private final Consumer<String> told;
    private final Database source;
    private final Database target;

    /** @param told gets a line for each step that is done */
    public TaskCutover(TaskConfig config, CutoverOptions options, Consumer<String> told) {
        this.config = config;
        this.options = options;
        this.told = told;
        this.source = new Database(config.source(), "walferry " + config.task());
        this.target = new Database(config.target(), "walferry " + config.task());
    }

    /**
     * Tells what would be done, and what speaks against it.
     *
     * @throws SyncException if it would be refused now
     */
    public void rehearse() throws SQLException {
        try (Connection connection = target.open();
                CutoverSource from = new CutoverSource(source)) {
            Fence fence = new Fence(new ControlStore(connection, config.task()), config.task());
            if (!fence.up()) {
                requireNear(connection, from.connection());
                new VerifiedGate(config, told).pass(connection);
                told.accept(
                        options.readOnly()
                                ? "1 would switch " + source.address() + " to read only and end its other sessions"
                                : "1 would expect that nobody writes at " + source.address() + " any more");
                long lsn = from.lsn();
                told.accept("2 would wait until the target has all before the source's position, now " + Lsn.format(lsn)
                        + (fence.has(lsn) ? ": it has" : ": it has not yet"));
                told.accept("3 would fence the target against the task");
            }
            told.accept("4 would set " + structure().sequenceCount() + " sequences, "
                    + (options.sequenceMargin() == 0
                            ? "to the source's values"
                            : options.sequenceMargin() + " further"));
            told.accept("5 would validate " + notValidated(connection).size() + " constraints");
            told.accept("6 would stop the job, and drop slot and publication at the source");
        }
    }

    /**
     * Makes the target the one to write to, as far as its data and sequences are concerned. Its own constraints follow with
     * {@link #validate()}.
     *
     * @throws SyncException if it cannot be done now; the source is as it was then
     */
    public void moveWrites() throws SQLException, InterruptedException {
        StructurePlan structure = structure();
        try (Connection connection = target.open();
                CutoverSource from = new CutoverSource(source)) {
            Fence fence = new Fence(new ControlStore(connection, config.task()), config.task());
            long stoodStillSince = System.nanoTime();
            if (fence.up()) {
                told.accept("the target is fenced already: going on from there");
            } else {
                requireNear(connection, from.connection());
                new VerifiedGate(config, told).pass(connection);
                takeTurn(connection);
                stoodStillSince = System.nanoTime();
                drainAndFence(from, fence);
            }
            int sequences = new SequenceSync(structure).copy(from.connection(), connection, options.sequenceMargin());
            fence.note("sequences", sequences + " set");
            told.accept("set " + sequences + " sequences");
            told.accept(String.format(
                    Locale.ROOT,
                    "the target may be written to: %s; writes stood still for %.1f s",
                    target.address(),
                    (System.nanoTime() - stoodStillSince) / 1e9));
        }
    }

    /** Until the connection is closed; walferry status shows it. */
    private void takeTurn(Connection connection) throws SQLException {
        if (!TaskLock.CUTOVER.take(new ControlStore(connection, config.task()), config.task())) {
            throw new SyncException(
                    NEEDS_OPERATOR,
                    "task " + config.task(),
                    "somebody else cuts it over at this moment",
                    "Wait for that, or end it");
        }
    }

    private void drainAndFence(CutoverSource from, Fence fence) throws SQLException, InterruptedException {
        boolean fenced = false;
        try {
            if (options.readOnly()) {
                long ended = from.switchToReadOnly();
                fence.note("read-only", ended + " sessions ended");
                told.accept("switched the source to read only, and ended " + ended + " sessions");
            }
            long lsn = from.awaitQuiet(QUIET_WITHIN);
            told.accept("the source stands at " + Lsn.format(lsn));
            long deadline = System.nanoTime() + options.within().toNanos();
            while (!fence.has(lsn)) {
                if (System.nanoTime() > deadline) {
                    throw new SyncException(
                            NEEDS_OPERATOR,
                            "task " + config.task(),
                            "the target has not come to " + Lsn.format(lsn) + " within "
                                    + options.within().toSeconds() + " s" + fence.waitingTables(),
                            "See walferry status for what holds it up, then try again");
                }
                Thread.sleep(POLL_MS);
            }
            fenced = fence.putUp(lsn);
            told.accept("the target has all before " + Lsn.format(lsn) + ", and is fenced against the task");
        } finally {
            if (!fenced) {
                from.undo();
            }
        }
    }

    /** @throws SyncException if the pause would be long, or last for ever */
    private void requireNear(Connection target, Connection source) throws SQLException {
        TaskStatus status = new StatusReader(new ControlStore(target, config.task()), config.task())
                .read(Optional.of(source))
                .orElseThrow(() -> new SyncException(
                        NEEDS_OPERATOR, "task " + config.task(), "the target does not know it", "Start it first"));
        long lagMs = status.changes().lagMs().orElse(Long.MAX_VALUE);
        boolean following =
                status.phase().equals(TaskStatus.LIVE) || status.phase().equals(TaskStatus.CATCH_UP);
        if (!following || lagMs > options.mostLag().toMillis()) {
            throw new SyncException(
                    NEEDS_OPERATOR,
                    "task " + config.task(),
                    following
                            ? "it is " + lagMs / 1_000 + " s behind, so long would writes stand still"
                            : "it is " + status.phase() + ", not live",
                    following
                            ? "Wait until it has caught up, or allow more with --most-lag"
                            : "Let it follow the changes first: walferry status");
        }
        if (status.waitingObjects() > 0 || status.failedObjects() > 0) {
            told.accept(
                    "warning: " + (status.waitingObjects() + status.failedObjects())
                            + " objects are not at the target: SELECT * FROM walferry.object WHERE state IN ('waiting', 'failed')");
        }
    }

    /**
     * Validates constraints of the target that hold for new rows only.
     *
     * @return whether all of them hold
     */
    public boolean validate() throws SQLException {
        boolean all = true;
        try (Connection connection = target.open();
                Statement statement = connection.createStatement()) {
            List<String[]> constraints = notValidated(connection);
            for (String[] constraint : constraints) {
                try {
                    statement.execute("ALTER TABLE " + constraint[0] + " VALIDATE CONSTRAINT " + constraint[1]);
                } catch (SQLException e) {
                    all = false;
                    told.accept("warning: constraint " + constraint[1] + " of " + constraint[0]
                            + " does not hold (SQLSTATE " + e.getSQLState() + ")");
                }
            }
            told.accept("validated " + constraints.size() + " constraints");
            return all;
        }
    }

    private static List<String[]> notValidated(Connection connection) throws SQLException {
        List<String[]> constraints = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(CutoverSql.notValidated())) {
            while (rows.next()) {
                constraints.add(new String[] {rows.getString(1), rows.getString(2)});
            }
        }
        return constraints;
    }

    private StructurePlan structure() throws SQLException {
        try (CheckContext context = new CheckContext(config)) {
            TaskPrecheck precheck = new TaskPrecheck(context);
            precheck.connectOrRefuse();
            return precheck.structure();
        }
    }
}
