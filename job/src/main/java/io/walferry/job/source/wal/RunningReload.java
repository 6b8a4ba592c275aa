package io.walferry.job.source.wal;

import io.walferry.job.jdbc.Database;
import io.walferry.job.source.StructureChange;
import io.walferry.job.source.TargetSide.Reload;
import io.walferry.job.source.TargetSide.Reloaded;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A table that is being loaded in a thread of its own, over connections of its own. It belongs to the reader's thread. */
final class RunningReload implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RunningReload.class);

    /** Loads the table and commits that. */
    @FunctionalInterface
    interface Work {
        Reloaded run() throws SQLException, InterruptedException;
    }

    private final Reload reload;
    private final StructureChange change;
    private final LoadOverlap overlap;
    private final Connection[] connections;
    private final Thread thread;
    private volatile Reloaded loaded;
    private volatile Throwable failure;

    /**
     * @param change of structure that comes with it
     * @param overlap what becomes of the table's changes meanwhile; {@code null}: none may come, nor any other change
     * @param connections that it uses, closed in the end
     */
    RunningReload(Reload reload, StructureChange change, LoadOverlap overlap, Work work, Connection... connections) {
        this.reload = reload;
        this.change = change;
        this.overlap = overlap;
        this.connections = connections;
        thread = new Thread(() -> run(work), "walferry-reload");
        thread.setDaemon(true);
    }

    RunningReload start() {
        thread.start();
        return this;
    }

    private void run(Work work) {
        try {
            loaded = work.run();
        } catch (Throwable e) {
            failure = e;
        } finally {
            for (Connection connection : connections) {
                close(connection);
            }
            endHeld();
        }
    }

    /** The reader may wait for room. */
    private void endHeld() {
        if (overlap != null) {
            try {
                overlap.held().end();
            } catch (InterruptedException e) {
                LOG.debug("The reader has gone", e);
            }
        }
    }

    private static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.debug("A connection of a load did not close", e);
        }
    }

    Reload reload() {
        return reload;
    }

    StructureChange change() {
        return change;
    }

    /** While it runs; empty if the stream has to stand still. */
    Optional<LoadOverlap> overlap() {
        return Optional.ofNullable(overlap);
    }

    boolean isDone() {
        return !thread.isAlive();
    }

    /** Once it is done. */
    Reloaded result() throws SQLException, InterruptedException {
        if (failure instanceof SQLException e) {
            throw e;
        }
        if (failure instanceof InterruptedException e) {
            throw e;
        }
        if (failure instanceof RuntimeException e) {
            throw e;
        }
        if (failure != null) {
            throw new IllegalStateException("the load of " + reload.table() + " has failed", failure);
        }
        return loaded;
    }

    /** Cuts it off, from any thread. What it has not committed by now is lost, and the next run does it again. */
    void cancel() {
        thread.interrupt();
        for (Connection connection : connections) {
            try {
                Database.driver(connection).cancelQuery();
                connection.abort(Runnable::run);
            } catch (SQLException e) {
                LOG.debug("A connection of a load was gone already", e);
            }
        }
    }

    /** Once it is done, or cut off. */
    @Override
    public void close() {
        if (overlap != null) {
            overlap.held().close();
        }
    }
}
