package io.walferry.job.pipeline;

import io.walferry.job.control.ControlStore;
import io.walferry.job.control.Phase;
import io.walferry.job.schema.SequenceSync;
import io.walferry.job.schema.StructurePlan;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets the target's sequences to the source's values every minute while changes are followed, so that a target that has to take over
 * at once is not far behind. No failure of it harms the task: a cut-over sets them again, and tells.
 */
final class SequenceKeeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SequenceKeeper.class);
    private static final long EVERY_SECONDS = 60;

    private final PreparedTask task;
    private final ScheduledExecutorService thread;

    SequenceKeeper(PreparedTask task) {
        this.task = task;
        this.thread = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread daemon =
                    new Thread(work, "walferry-sequences " + task.config().task());
            daemon.setDaemon(true);
            return daemon;
        });
        thread.scheduleWithFixedDelay(this::copy, EVERY_SECONDS, EVERY_SECONDS, TimeUnit.SECONDS);
    }

    private void copy() {
        try (Connection source = task.source().open();
                Connection target = task.target().open()) {
            ControlStore store = new ControlStore(target, task.config().task());
            StructurePlan structure = structure(store, target);
            target.setAutoCommit(false);
            // The phase stays what it is until the sequences are set.
            if (store.phaseIsLocked(Phase.CHANGES)) {
                new SequenceSync(structure).copy(source, target);
            }
            target.commit();
        } catch (SQLException | RuntimeException e) {
            LOG.debug("Sequences are not set this time", e);
        }
    }

    /** With the sequences that have come since the start, and without those that have gone. */
    private StructurePlan structure(ControlStore store, Connection target) throws SQLException {
        return task.follows()
                ? StructureFollowing.restore(task.config(), task.followedVersion(), store, target)
                        .source()
                        .plan()
                : task.structure();
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
