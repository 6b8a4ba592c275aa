package io.walferry.job.control;

import io.walferry.job.jdbc.Database;
import io.walferry.job.model.ChangePosition;
import io.walferry.job.model.Lsn;
import io.walferry.job.sql.StatusSql;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes {@code walferry.status} every second as long as the job lives, so that its silence tells that no job runs. A thread of its
 * own with connections of its own; a database that does not answer stops the beat and nothing else.
 */
public final class TaskMonitor implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TaskMonitor.class);

    private static final long BEAT_MS = 1_000;
    private static final int ANSWER_MS = 20_000;
    private static final long END_MS = 2_000;

    private final String task;
    private final String slot;
    private final Database source;
    private final Database target;
    private final String host;
    private final int writers;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run);
    private final Rates rates = new Rates();
    private final Lag lag = new Lag();
    private volatile Connection sourceConnection;
    private volatile Connection targetConnection;
    private volatile Vitals vitals = Vitals.UNKNOWN;
    private ControlStore store;
    private boolean begun;

    /**
     * @param host where the job's coordinator runs, for people
     * @param writers of the task
     */
    public TaskMonitor(String task, String slot, Database source, Database target, String host, int writers) {
        this.task = task;
        this.slot = slot;
        this.source = source;
        this.target = target;
        this.host = host;
        this.writers = writers;
        thread.setName("walferry-monitor " + task);
        thread.setDaemon(true);
    }

    public TaskMonitor start() {
        thread.start();
        return this;
    }

    private void run() {
        try {
            do {
                try {
                    beat();
                } catch (SQLException | RuntimeException e) {
                    LOG.debug("No beat of task {}", task, e);
                    closeConnections();
                }
            } while (!closed.await(BEAT_MS, TimeUnit.MILLISECONDS));
            if (begun && targetConnection != null) {
                store.update(StatusSql.end(), task);
            }
        } catch (InterruptedException | SQLException e) {
            LOG.debug("The end of task {} is not noted", task, e);
        } finally {
            closeConnections();
        }
    }

    private void beat() throws SQLException {
        if (targetConnection == null) {
            targetConnection = open(target);
            try (Statement statement = targetConnection.createStatement()) {
                statement.execute("SET synchronous_commit = off");
            }
            store = new ControlStore(targetConnection, task);
        }
        if (!begun) {
            begun = store.update(StatusSql.begin(), host, writers, task) > 0;
        }
        long now = System.nanoTime();
        Optional<SourceFacts> facts = sourceFacts();
        store.one(
                StatusSql.task(),
                row -> {
                    long changes = row.getLong("changes");
                    Optional<ChangePosition> applied = Optional.ofNullable(row.getString("applied_lsn"))
                            .map(Lsn::parse)
                            .map(lsn -> new ChangePosition(lsn, ordinal(row)));
                    long arrived = row.getLong("lag_ms");
                    OptionalLong arrivedMs =
                            row.wasNull() ? OptionalLong.empty() : OptionalLong.of(Math.max(0, arrived));
                    boolean following = row.getString("phase").equals(Phase.CHANGES.label());
                    write(now, facts, applied, arrivedMs, changes, following);
                    return task;
                },
                task);
    }

    private static long ordinal(java.sql.ResultSet row) {
        try {
            return row.getLong("applied_ordinal");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void write(
            long now,
            Optional<SourceFacts> facts,
            Optional<ChangePosition> applied,
            OptionalLong arrivedMs,
            long changes,
            boolean following)
            throws SQLException {
        Vitals.Counts counts = counts();
        long reached = applied.map(Lag::reached).orElse(0L);
        rates.add(now, counts.rows(), counts.bytes(), changes, reached);
        Long behind = null;
        Long lagMs = null;
        if (facts.isPresent() && applied.isPresent() && following) {
            long wal = facts.get().walLsn();
            behind = Math.max(0, wal - reached);
            lagMs = lag.ms(now, wal, applied.get(), arrivedMs);
        }
        store.update(
                StatusSql.beat(),
                facts.map(known -> Lsn.format(known.walLsn())).orElse(null),
                applied.isPresent() ? Lsn.format(reached) : null,
                lagMs,
                behind,
                rates.rowsPerSecond(),
                rates.bytesPerSecond(),
                rates.changesPerSecond(),
                rates.walBytesPerSecond(),
                boxed(facts.map(SourceFacts::retainedWalBytes).orElse(OptionalLong.empty())),
                boxed(facts.map(SourceFacts::safeWalBytes).orElse(OptionalLong.empty())),
                facts.flatMap(SourceFacts::slotState).orElse(null),
                task);
        Steering.Wanted wanted = new Steering(store, task).wanted();
        vitals = new Vitals(
                lagMs == null ? OptionalLong.empty() : OptionalLong.of(lagMs),
                behind == null ? OptionalLong.empty() : OptionalLong.of(behind),
                facts.map(SourceFacts::retainedWalBytes).orElse(OptionalLong.empty()),
                facts.map(SourceFacts::safeWalBytes).orElse(OptionalLong.empty()),
                facts.flatMap(SourceFacts::slotState).filter("active"::equals).isPresent(),
                changes,
                counts,
                wanted.paused(),
                wanted.limits());
    }

    private Vitals.Counts counts() throws SQLException {
        return store.one(
                        StatusSql.counts(),
                        row -> new Vitals.Counts(
                                row.getLong(1),
                                row.getLong(2),
                                row.getLong(3),
                                row.getLong(4),
                                row.getLong(5),
                                row.getLong(6),
                                row.getLong(7)),
                        task,
                        task,
                        task,
                        task)
                .orElseThrow();
    }

    /** Of the last beat. */
    public Vitals vitals() {
        return vitals;
    }

    private static Long boxed(OptionalLong value) {
        return value.isPresent() ? value.getAsLong() : null;
    }

    private Optional<SourceFacts> sourceFacts() {
        try {
            if (sourceConnection == null) {
                sourceConnection = open(source);
            }
            return Optional.of(SourceFacts.read(sourceConnection, slot));
        } catch (SQLException e) {
            LOG.debug("The source does not tell its position", e);
            close(sourceConnection);
            sourceConnection = null;
            return Optional.empty();
        }
    }

    private static Connection open(Database database) throws SQLException {
        Connection connection = database.open();
        connection.setNetworkTimeout(Runnable::run, ANSWER_MS);
        return connection;
    }

    /** Notes the end of the run, if the target answers soon. */
    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(END_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            abort(sourceConnection);
            abort(targetConnection);
            thread.interrupt();
        }
    }

    private void closeConnections() {
        close(sourceConnection);
        close(targetConnection);
        sourceConnection = null;
        targetConnection = null;
    }

    private static void close(Connection connection) {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException e) {
            LOG.debug("A connection did not close", e);
        }
    }

    private static void abort(Connection connection) {
        try {
            if (connection != null) {
                connection.abort(Runnable::run);
            }
        } catch (SQLException e) {
            LOG.debug("A connection did not abort", e);
        }
    }
}
