package io.walferry.job.source.wal;

import io.walferry.job.model.ChangePosition;
import io.walferry.job.model.TableSchema;
import io.walferry.job.source.TargetSide;
import io.walferry.job.source.TargetSide.Reload;
import io.walferry.job.source.TargetSide.Reloaded;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tables that are to be loaded anew: asked for by a person, by a step that the changelog lacks the values of, by a load that
 * met a changed table. The target keeps the queue, so whatever happens in between, each is done before a change of the table is sent
 * from the place on where it is needed.
 *
 * <p>After a start again, a writer may have more than another. A table is loaded only when all of them have what any of them
 * had: else a change that a snapshot has not seen could be dropped by a writer that had applied it to the table's former rows.
 */
final class Reloads {

    private static final Logger LOG = LoggerFactory.getLogger(Reloads.class);

    private static final long LOOK_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final TargetSide target;
    private final Steps steps;
    private final RelationPlans plans;
    private final TableReload tableReload;
    private final ChangePosition highest;
    private List<Reload> waiting;
    private long lookedNanos;

    /** @param highest position that any writer had when the stream began */
    Reloads(TargetSide target, Steps steps, RelationPlans plans, TableReload tableReload, ChangePosition highest)
            throws SQLException {
        this.target = target;
        this.steps = steps;
        this.plans = plans;
        this.tableReload = tableReload;
        this.highest = highest;
        look();
    }

    private void look() throws SQLException {
        waiting = target.reloads();
        lookedNanos = System.nanoTime();
    }

    /** The message at the position is the first that is looked at: what waits since before is due if all writers are equal. */
    void beforeFirst(ChangePosition position) throws SQLException, InterruptedException {
        if (!waiting.isEmpty() && position.compareTo(highest) > 0) {
            run(position);
        }
    }

    /** The changelog is complete before {@code lsn}, and no transaction is open. */
    void between(long lsn) throws SQLException, InterruptedException {
        if (System.nanoTime() - lookedNanos < LOOK_EVERY_NANOS) {
            return;
        }
        look();
        if (!waiting.isEmpty() && lsn != 0) {
            ChangePosition position = ChangePosition.endOf(lsn - 1);
            if (position.compareTo(highest) >= 0) {
                run(position);
            }
        }
    }

    /**
     * The message at the position does not fit what is known of its table, so the table is loaded anew here.
     *
     * @throws StructureChangedException {@code cause}, if structure changes are not followed; all that came before is at the
     *     target then, so a start again that finds the table's new form goes on from here
     */
    void now(ChangePosition position, StructureChangedException cause) throws SQLException, InterruptedException {
        if (target.structure().isEmpty()) {
            steps.awaitApplied(new ChangePosition(position.commitLsn(), position.ordinal() - 1), false);
            throw cause;
        }
        target.askReload(
                cause.oid(), plans.table(cause.oid()).id(), cause.finding().what());
        after(position);
    }

    /** A step at the position may have asked for tables. */
    void after(ChangePosition position) throws SQLException, InterruptedException {
        look();
        if (!waiting.isEmpty()) {
            run(position);
        }
    }

    private void run(ChangePosition position) throws SQLException, InterruptedException {
        steps.awaitApplied(position, true);
        Set<Long> postponed = new HashSet<>();
        while (waiting.stream().anyMatch(reload -> !postponed.contains(reload.oid()))) {
            for (Reload reload : waiting) {
                if (target.structure().isEmpty() && plans.table(reload.oid()) == null) {
                    target.refuseReload(reload, "the task does not have the table");
                } else if (!postponed.contains(reload.oid()) && !load(reload)) {
                    postponed.add(reload.oid());
                }
            }
            look();
        }
    }

    /**
     * Loads the table, or leaves it waiting: a table that has exchanged its name with another one since is loaded when the stream
     * has come to that. Its changes until then are in the snapshot of that load.
     */
    private boolean load(Reload reload) throws SQLException, InterruptedException {
        try {
            accept(reload.oid(), tableReload.run(reload));
            return true;
        } catch (NameHeldException e) {
            LOG.info("{} is loaded anew later in the stream: {}", reload.table(), e.getMessage());
            plans.untilReload(reload.oid());
            return false;
        }
    }

    private void accept(long oid, Reloaded reloaded) {
        target.structure().ifPresent(structure -> structure.accept(reloaded.change()));
        for (TableSchema table : reloaded.change().changed()) {
            plans.change(table);
        }
        reloaded.change().dropped().forEach(plans::drop);
        plans.overlap(oid, LoadOverlap.ofReload(reloaded.window()));
        steps.consistentNotBefore(reloaded.window().maxLsn());
    }
}
