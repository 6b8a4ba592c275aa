package io.walferry.job.source.wal;

import io.walferry.job.model.ChangeKind;
import io.walferry.job.model.ChangePosition;
import io.walferry.job.model.ChangeWriter;
import io.walferry.job.model.KeyGroups;
import io.walferry.job.model.Operation;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Numbers the changes and packs each for the writer that owns its key. The number is the ordinal of the message in its
 * transaction, twice: message {@code i} has {@code 2i} and {@code 2i+1}, whether the task has its table or not, so a replay
 * numbers alike whatever the task selects by then.
 *
 * <p>An update that changes the key becomes a DELETE of the old key at {@code 2i} and an INSERT of the whole new row at {@code
 * 2i+1}, each for the owner of its key; the INSERT has the overlap flag, so the writer puts it over a row that may be there.
 */
final class ChangeRouter implements PgOutputHandler {

    private final RelationPlans plans;
    private final BlockPacker packer;
    private final Outflow outflow;
    private final ToastReadBack readBack;
    private final Steps steps;
    private final RecentTransactions recent;
    private final Reloads reloads;
    private final StructureSteps structureSteps;
    private final LoadOverlap start;
    private final ExcludedOrigins excluded;
    private final ChangePosition floor;
    private final int writers;
    private final boolean wholeTransactions;

    /** The stream is beyond {@link #floor}. */
    private boolean live;

    private boolean open;
    private long commitLsn;
    private long commitTimeMicros;
    private int xid;
    /** Messages of the transaction so far. */
    private long messages;
    /** Ordinal of the message at hand. */
    private long ordinal;

    /** Nothing of the transaction is sent: the load has seen the whole of it, or it is of an excluded origin. */
    private boolean leftOut;

    /** Where the message at hand goes, if its table is being loaded; else {@code null}. */
    private HeldChanges held;

    /**
     * @param start what the whole load has seen
     * @param excluded whose transactions are counted, and not looked at
     * @param floor all writers have everything up to here: it is counted, and not looked at, for the tables may have had other
     *     forms then
     * @param wholeTransactions send the end of each transaction that had a change
     */
    ChangeRouter(
            RelationPlans plans,
            BlockPacker packer,
            Outflow outflow,
            ToastReadBack readBack,
            Steps steps,
            RecentTransactions recent,
            Reloads reloads,
            StructureSteps structureSteps,
            LoadOverlap start,
            ExcludedOrigins excluded,
            ChangePosition floor,
            int writers,
            boolean wholeTransactions) {
        this.plans = plans;
        this.packer = packer;
        this.outflow = outflow;
        this.readBack = readBack;
        this.steps = steps;
        this.recent = recent;
        this.reloads = reloads;
        this.structureSteps = structureSteps;
        this.start = start;
        this.excluded = excluded;
        this.floor = floor;
        this.writers = writers;
        this.wholeTransactions = wholeTransactions;
    }

    /** Whether the stream is between a transaction's begin and its end. */
    boolean inTransaction() {
        return open;
    }

    @Override
    public void begin(long commitLsn, long commitTimeMicros, int xid) {
        open = true;
        this.commitLsn = commitLsn;
        this.commitTimeMicros = commitTimeMicros;
        this.xid = xid;
        messages = 0;
        leftOut = start.sees(commitLsn, xid);
        recent.add(xid);
    }

    @Override
    public void origin(String name) {
        leftOut |= excluded.hasOrigin(name);
    }

    @Override
    public void message(String prefix, String content) {
        leftOut |= excluded.hasMessage(prefix, content);
    }

    @Override
    public void commit(long commitLsn, long endLsn) throws SQLException, InterruptedException {
        open = false;
        if (wholeTransactions) {
            packer.endTransaction(commitLsn, commitTimeMicros);
        }
        outflow.committed(endLsn);
        if (reloads.isSettled()) {
            steps.complete(outflow.complete());
        }
        reloads.between(outflow.complete());
    }

    @Override
    public void relation(RelationMessage relation) {
        plans.announce(relation);
    }

    @Override
    public void insert(int relation, Tuple row) throws SQLException, InterruptedException {
        if (plans.isLog(relation)) {
            structure(row);
            return;
        }
        RelationPlan plan = next(relation);
        if (plan != null && plan.inserts()) {
            plan.checkWidth(row);
            int group = plan.keyGroup(row);
            plan.copy(row, begin(plan, ChangeKind.INSERT, group, ordinal, 0));
            end(plan, group, Operation.INSERT, OldTuple.ABSENT, null, row);
        }
        leave();
    }

    @Override
    public void update(int relation, OldTuple oldKind, Tuple old, Tuple row) throws SQLException, InterruptedException {
        RelationPlan plan = next(relation);
        if (plan != null && plan.updates()) {
            plan.checkWidth(row);
            plan.checkOld(oldKind, old);
            change(plan, oldKind, old, row);
        }
        leave();
    }

    private void change(RelationPlan plan, OldTuple oldKind, Tuple old, Tuple row)
            throws SQLException, InterruptedException {
        if (plan.keyless()) {
            int group = plan.keyGroup(row);
            ChangeWriter writer = begin(plan, ChangeKind.UPDATE, group, ordinal, 0);
            plan.copy(old, writer);
            plan.copyWhole(row, oldKind, old, writer);
            end(plan, group, Operation.UPDATE, oldKind, old, row);
        } else if (oldKind == OldTuple.ABSENT || plan.sameKey(old, row)) {
            update(plan, oldKind, old, row);
        } else {
            changeKey(plan, oldKind, old, row);
        }
    }

    @Override
    public void delete(int relation, OldTuple oldKind, Tuple old) throws SQLException, InterruptedException {
        RelationPlan plan = next(relation);
        if (plan != null && plan.deletes()) {
            plan.checkOld(oldKind, old);
            delete(plan, Operation.DELETE, oldKind, old, null);
        }
        leave();
    }

    @Override
    public void truncate(int[] relations, boolean restartIdentity) throws SQLException, InterruptedException {
        count();
        if (leftOut || !live && !reached()) {
            return;
        }
        List<RelationPlan> truncated = truncated(relations);
        if (truncated.stream().anyMatch(plan -> plan.overlap().held() != null)) {
            reloads.awaitRunning();
            truncated = truncated(relations);
        }
        if (!truncated.isEmpty()) {
            steps.truncate(
                    new ChangePosition(commitLsn, ordinal),
                    commitTimeMicros,
                    xid,
                    truncated,
                    someAreLoaded(relations),
                    restartIdentity);
        }
    }

    /** Whether the load of one of the task's tables has seen the change at hand, or will. */
    private boolean someAreLoaded(int[] relations) {
        return IntStream.of(relations)
                .anyMatch(relation -> plans.table(Integer.toUnsignedLong(relation)) != null
                        && plans.of(relation, commitLsn, ordinal, xid) == null);
    }

    private List<RelationPlan> truncated(int[] relations) throws SQLException, InterruptedException {
        List<RelationPlan> truncated = new ArrayList<>();
        for (int relation : relations) {
            RelationPlan plan = planOf(relation);
            if (plan != null && plan.truncates()) {
                truncated.add(plan);
            }
        }
        return truncated;
    }

    private void structure(Tuple row) throws SQLException, InterruptedException {
        count();
        if (!leftOut && (live || reached())) {
            structureSteps.run(new ChangePosition(commitLsn, ordinal), xid, plans.logEntry(row));
        }
    }

    /** Counts the message; {@code null} if its change is not to be sent. To be ended by {@link #leave}. */
    private RelationPlan next(int relation) throws SQLException, InterruptedException {
        count();
        if (leftOut || !live && !reached()) {
            return null;
        }
        RelationPlan plan = planOf(relation);
        if (plan == null || plan.overlap().held() == null) {
            return plan;
        }
        HeldChanges changes = plan.overlap().held();
        reloads.awaitRoom(changes);
        if (changes.enter()) {
            held = changes;
            return plan;
        }
        reloads.awaitRunning();
        return planOf(relation);
    }

    /** The message is done with. */
    private void leave() {
        if (held != null) {
            HeldChanges changes = held;
            held = null;
            changes.leave(new ChangePosition(commitLsn, ordinal + 1));
        }
    }

    private void count() {
        ordinal = 2 * messages++;
    }

    /** Whether the message at hand is not wholly at the target, of this transaction and of all after it. */
    private boolean reached() throws SQLException, InterruptedException {
        live = ChangePosition.compare(commitLsn, ordinal + 1, floor.commitLsn(), floor.ordinal()) > 0;
        if (live) {
            reloads.beforeFirst(new ChangePosition(commitLsn, ordinal));
        }
        return live;
    }

    /** {@code null} if the change is not to be sent: the task does not have its table, or the table's load has seen it. */
    private RelationPlan planOf(int relation) throws SQLException, InterruptedException {
        try {
            return plans.of(relation, commitLsn, ordinal, xid);
        } catch (StructureChangedException e) {
            reloads.now(new ChangePosition(commitLsn, ordinal), e);
            return null; // The load that came of it has seen all of the transaction.
        }
    }

    /** @param row by which the change replaces it; {@code null} if it is gone */
    private void delete(RelationPlan plan, Operation operation, OldTuple oldKind, Tuple old, Tuple row)
            throws InterruptedException {
        int group = plan.keyGroup(old);
        if (plan.marksDeleted()) {
            plan.copyMark(old, commitTimeMicros, begin(plan, ChangeKind.UPDATE, group, ordinal, ChangeWriter.MARK));
        } else {
            plan.copy(old, begin(plan, ChangeKind.DELETE, group, ordinal, 0));
        }
        end(plan, group, operation, oldKind, old, row);
    }

    private void update(RelationPlan plan, OldTuple oldKind, Tuple old, Tuple row)
            throws SQLException, InterruptedException {
        boolean same = plan.lane() != null && plan.lane().keepsVerdict(plan, oldKind, old, row);
        byte[][] missing = null;
        if (plan.lane() != null && plan.lane().lacksValues(plan, oldKind, old, row, same)) {
            missing = readBack.read(plan, oldKind, old, row, xid).orElse(null);
            if (missing == null) {
                return; // Gone since, as a later change of the stream says; it never arrives, not even marked.
            }
        }
        int group = plan.keyGroup(row, oldKind, old);
        ChangeWriter writer = begin(plan, ChangeKind.UPDATE, group, ordinal, same ? ChangeWriter.SAME_VERDICT : 0);
        if (missing == null) {
            plan.copyWhole(row, oldKind, old, writer);
        } else {
            plan.copyWhole(row, oldKind, old, missing, writer);
        }
        end(plan, group, Operation.UPDATE, oldKind, old, row);
    }

    private void changeKey(RelationPlan plan, OldTuple oldKind, Tuple old, Tuple row)
            throws SQLException, InterruptedException {
        boolean whole = plan.isWhole(row, oldKind, old);
        Optional<byte[][]> missing;
        try {
            missing = whole ? Optional.empty() : readBack.read(plan, oldKind, old, row, xid);
        } catch (StructureChangedException e) {
            if (held != null) {
                held.withdraw(); // the next load has it
                held = null;
            }
            reloads.now(new ChangePosition(commitLsn, ordinal), e);
            return;
        }
        delete(plan, Operation.UPDATE, oldKind, old, row);
        if (!whole && missing.isEmpty()) {
            return; // Gone since, as a later change of the stream says; it never arrives, not even marked.
        }
        int group = plan.keyGroup(row, oldKind, old);
        ChangeWriter writer = begin(plan, ChangeKind.INSERT, group, ordinal + 1, ChangeWriter.OVERLAP);
        if (whole) {
            plan.copyWhole(row, oldKind, old, writer);
        } else {
            plan.copyWhole(row, oldKind, old, missing.get(), writer);
        }
        end(plan, group, null, oldKind, old, row);
    }

    private ChangeWriter begin(RelationPlan plan, ChangeKind kind, int group, long ordinal, int more) {
        int flags = more | (plan.upserts() || plan.overlap().covers(commitLsn) ? ChangeWriter.OVERLAP : 0);
        if (kind == ChangeKind.UPDATE && !plan.inserts()) {
            flags |= ChangeWriter.EXISTING;
        }
        boolean stamped = plan.lane() != null && plan.lane().stamped();
        ChangeWriter writer = into().open(channel(plan, group), plan, commitTimeMicros)
                .begin(
                        kind,
                        stamped ? flags | ChangeWriter.STAMPED : flags,
                        group,
                        plan.table().id(),
                        commitLsn,
                        ordinal);
        if (stamped) {
            writer.stamp(commitTimeMicros, xid);
        }
        return writer;
    }

    private BlockPacker into() {
        return held == null ? packer : held.packer();
    }

    private int channel(RelationPlan plan, int group) {
        return held == null ? plan.firstChannel() + KeyGroups.channelOf(group, writers) : HeldChanges.CHANNEL;
    }

    /** @param operation what the table's history calls the change; {@code null} if it has it already */
    private void end(RelationPlan plan, int group, Operation operation, OldTuple oldKind, Tuple old, Tuple row)
            throws InterruptedException {
        int channel = channel(plan, group);
        into().close(channel);
        if (plan.history() != null && operation != null) {
            // In the block of its change, so that no writer can commit the one without the other.
            plan.history()
                    .write(
                            operation,
                            group,
                            commitLsn,
                            ordinal,
                            commitTimeMicros,
                            xid,
                            oldKind,
                            old,
                            row,
                            into().attach(channel, plan.history()));
        }
        if (held == null) {
            outflow.packed(channel);
        }
    }
}
