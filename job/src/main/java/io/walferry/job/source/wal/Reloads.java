package io.walferry.job.source.wal;

import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import io.walferry.job.model.ChangePosition;
import io.walferry.job.model.TableSchema;
import io.walferry.job.source.StructureChange;
import io.walferry.job.source.TargetSide;
import io.walferry.job.source.TargetSide.Reload;
import io.walferry.job.source.TargetSide.Reloaded;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tables that are to be loaded anew: asked for by a person, by a step that the changelog lacks the values of, by a load that
 * met a changed table. The target keeps the queue, so whatever happens in between, each is done before a change of the table is sent
 * from the place on where it is needed.
 *
 * <p>One is loaded at a time, beside the stream where that is possible: its own changes are held meanwhile, and of those that wait
 * for their turn none is sent, as their loads will have them. What changes the target's structure waits for all of them
 * ({@link #finish}).
 *
 * <p>After a start again, a writer may have more than another. A table is loaded only when all of them have what any of them
 * had: else a change that a snapshot has not seen could be dropped by a writer that had applied it to the table's former rows.
 */
final class Reloads {

    private static final Logger LOG = LoggerFactory.getLogger(Reloads.class);

    private static final long LOOK_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long POLL_MS = 2;
    private static final long AGAIN_MS = 1_000;

    private final TargetSide target;
    private final Steps steps;
    private final RelationPlans plans;
    private final TableReload tableReload;
    private final Pause pause;
    private final ChangePosition highest;
    private List<Reload> waiting;
    /** OIDs of the tables that the plans know to wait since before the start, and which this run has to load therefore. */
    private final Set<Long> owed = new HashSet<>();
    /** OIDs of tables that wait for their turn, and whose changes are not sent. */
    private final Set<Long> queued = new HashSet<>();
    /** Per OID: what was told last of why it waits. */
    private final Map<Long, String> told = new HashMap<>();
    /** Beside the stream; {@code null} if none is. */
    private RunningReload running;

    private long lookedNanos;

    /**
     * @param waiting the tables that wait, as the plans know them
     * @param highest position that any writer had when the stream began
     */
    Reloads(
            TargetSide target,
            Steps steps,
            RelationPlans plans,
            TableReload tableReload,
            Pause pause,
            List<Reload> waiting,
            ChangePosition highest) {
        this.pause = pause;
        this.target = target;
        this.steps = steps;
        this.plans = plans;
        this.tableReload = tableReload;
        this.highest = highest;
        this.waiting = waiting;
        waiting.forEach(reload -> owed.add(reload.oid()));
        lookedNanos = System.nanoTime();
    }

    private void look() throws SQLException {
        waiting = target.reloads();
        lookedNanos = System.nanoTime();
        Set<Long> found = waiting.stream().map(Reload::oid).collect(Collectors.toSet());
        if (!found.containsAll(owed)) {
            throw new SyncException(
                    FailureKind.TRANSIENT,
                    "queue of tables to load anew",
                    "a former run of the task has loaded one after this run had begun",
                    "This passes by itself; the task starts again from its last position");
        }
    }

    /**
     * The message at the position is the first that is looked at: what waits since before is due if all writers are equal. They are
     * not to note the position itself, for the message comes only then.
     */
    void beforeFirst(ChangePosition position) throws SQLException, InterruptedException {
        if (!waiting.isEmpty() && position.compareTo(highest) > 0) {
            run(position.before());
        }
    }

    /** The changelog is complete before {@code lsn}, and no transaction is open. */
    void between(long lsn) throws SQLException, InterruptedException {
        if (running != null) {
            if (!running.isDone()) {
                return;
            }
            acceptRunning();
        } else if (queued.isEmpty() && System.nanoTime() - lookedNanos < LOOK_EVERY_NANOS) {
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
            steps.awaitApplied(position.before(), false);
            throw cause;
        }
        if (running != null && running.reload().oid() == cause.oid()) {
            awaitRunning();
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

    /** Whether a table is being loaded beside the stream, or waits for its turn. */
    boolean isBusy() {
        return running != null || !queued.isEmpty();
    }

    /** Whether every table is as the stream makes it: none has to be loaded anew. */
    boolean isSettled() {
        return running == null && waiting.isEmpty();
    }

    /** Returns when no table is loaded beside the stream, or waits for its turn; nothing is sent meanwhile. */
    void finish(ChangePosition position) throws SQLException, InterruptedException {
        while (isBusy()) {
            if (running != null) {
                awaitRunning();
            }
            look();
            queued.removeIf(oid -> waiting.stream().noneMatch(reload -> reload.oid() == oid));
            if (!queued.isEmpty()) {
                run(position);
            }
        }
    }

    /** Returns when more of the changes can be held. */
    void awaitRoom(HeldChanges held) throws SQLException, InterruptedException {
        while (held.isFull()) {
            pause.millis(POLL_MS);
        }
    }

    /** Returns when the table that is loaded beside the stream is at the target. */
    void awaitRunning() throws SQLException, InterruptedException {
        await(running);
        acceptRunning();
    }

    private void run(ChangePosition position) throws SQLException, InterruptedException {
        steps.awaitApplied(position, true);
        Set<Long> postponed = new HashSet<>();
        for (Optional<Reload> next = next(postponed); next.isPresent(); next = next(postponed)) {
            Reload reload = next.get();
            TableSchema table = plans.table(reload.oid());
            if (target.structure().isEmpty() && table == null) {
                owed.remove(reload.oid());
                target.refuseReload(reload, "the task does not have the table");
            } else if (running == null) {
                if (!load(reload, position)) {
                    postponed.add(reload.oid());
                }
            } else if (table != null && TableFill.replaces(table)) {
                plans.untilReload(reload.oid());
                queued.add(reload.oid());
                postponed.add(reload.oid());
            } else {
                awaitRunning();
            }
            look();
        }
    }

    private Optional<Reload> next(Set<Long> postponed) {
        return waiting.stream()
                .filter(reload -> !postponed.contains(reload.oid()))
                .filter(reload -> running == null || running.reload().oid() != reload.oid())
                .findFirst();
    }

    /**
     * Loads the table, or begins to, or leaves it waiting: a table that has exchanged its name with another one since, whose types
     * have got other labels, or whose form the target refuses as yet, is loaded when the stream has come to that; one that cannot be
     * published, when somebody has let go. Its changes until then are in the snapshot of that load.
     */
    private boolean load(Reload reload, ChangePosition position) throws SQLException, InterruptedException {
        while (true) {
            try {
                RunningReload begun = tableReload.begin(reload, position);
                owed.remove(reload.oid());
                queued.remove(reload.oid());
                told.remove(reload.oid());
                if (begun.overlap().isPresent()) {
                    running = begun;
                    accept(begun.change());
                    plans.overlap(reload.oid(), begun.overlap().get());
                } else {
                    await(begun);
                    accept(begun);
                }
                return true;
            } catch (AheadOfStreamException e) {
                if (!e.getMessage().equals(told.put(reload.oid(), e.getMessage()))) {
                    LOG.info("{} is loaded anew later in the stream: {}", reload.table(), e.getMessage());
                }
                plans.untilReload(reload.oid());
                owed.remove(reload.oid());
                queued.remove(reload.oid());
                return false;
            } catch (SQLException e) {
                if (!tableReload.passes(reload, e)) {
                    throw TableReload.failure(reload, e);
                }
                pause.millis(AGAIN_MS);
            }
        }
    }

    private void await(RunningReload load) throws SQLException, InterruptedException {
        while (!load.isDone()) {
            pause.millis(POLL_MS);
        }
    }

    private void acceptRunning() throws SQLException, InterruptedException {
        RunningReload done = running;
        running = null;
        try (done) {
            overlap(done.reload(), done.result());
        } catch (SQLException e) {
            if (tableReload.passes(done.reload(), e)) {
                // Its changes are gone with it: only a new start knows again where the table stands.
                boolean label = FailureKind.lacksLabel(e);
                throw new SyncException(
                        FailureKind.TRANSIENT,
                        "target table " + done.reload().table(),
                        label
                                ? "an enumeration got another label at the source while it was loaded anew"
                                : e instanceof TableMovedException
                                        ? "it got another name at the source while it was loaded anew"
                                        : "somebody else has locked it while it is loaded anew (SQLSTATE "
                                                + e.getSQLState() + ")",
                        "This passes by itself; the task starts again from its last position",
                        // The server's message quotes the label.
                        label ? null : e);
            }
            throw TableReload.failure(done.reload(), e);
        }
    }

    private void accept(RunningReload done) throws SQLException, InterruptedException {
        Reloaded reloaded = done.result();
        accept(done.change());
        overlap(done.reload(), reloaded);
    }

    private void accept(StructureChange change) {
        target.structure().ifPresent(structure -> structure.accept(change));
        for (TableSchema table : change.changed()) {
            plans.change(table);
        }
        change.dropped().forEach(plans::drop);
    }

    private void overlap(Reload reload, Reloaded reloaded) {
        plans.overlap(reload.oid(), LoadOverlap.ofReload(reloaded.window()));
        steps.consistentNotBefore(reloaded.window().maxLsn());
        reloaded.window().upTo().ifPresent(upTo -> steps.consistentNotBefore(upTo.commitLsn() + 1));
    }
}
