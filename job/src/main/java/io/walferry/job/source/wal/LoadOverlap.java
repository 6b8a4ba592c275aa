package io.walferry.job.source.wal;

import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import io.walferry.job.model.ChangePosition;
import io.walferry.job.model.TableSchema;
import io.walferry.job.source.TargetSide.LoadWindow;

/**
 * What a table's load may have, or certainly has, of the changelog. For a table with a key, changes of the window are replayed
 * over the loaded rows, which converges. A table without one, and one of the target's own with further unique values, is
 * loaded from a single snapshot, and what that snapshot saw is left out, exactly; so is it for every table that was loaded anew.
 */
final class LoadOverlap {

    static final LoadOverlap NONE = new LoadOverlap(0, null, null, null, false, null);

    private final long maxLsn;
    /** {@code null} where changes are replayed. */
    private final SnapshotVisibility snapshot;

    /** All changes up to here are in the load, beside what its snapshot has seen; {@code null}: nothing beside that. */
    private final ChangePosition upTo;

    /** What the table's form has of the changelog; {@code null} if that is the stream's. */
    private final LoadOverlap form;

    private final boolean all;
    private final HeldChanges held;

    private LoadOverlap(
            long maxLsn,
            SnapshotVisibility snapshot,
            ChangePosition upTo,
            LoadOverlap form,
            boolean all,
            HeldChanges held) {
        this.maxLsn = maxLsn;
        this.snapshot = snapshot;
        this.upTo = upTo;
        this.form = form;
        this.all = all;
        this.held = held;
    }

    /** The same until the table is loaded anew, further on in the stream: that load has all changes before it. */
    LoadOverlap untilReload() {
        return new LoadOverlap(maxLsn, snapshot, upTo, form, true, null);
    }

    /** Of the first load. */
    static LoadOverlap of(TableSchema table, LoadWindow window) {
        boolean replayed = !table.loadedFromOneSnapshot()
                // Its load was planned before the target had a further unique index.
                || !table.key().isEmpty() && window.snapshot().isEmpty();
        if (replayed) {
            return new LoadOverlap(window.maxLsn(), null, null, null, false, null);
        }
        return new LoadOverlap(
                window.maxLsn(),
                window.snapshot()
                        .map(SnapshotVisibility::parse)
                        .orElseThrow(() -> new SyncException(
                                FailureKind.NEEDS_OPERATOR,
                                "table " + table.id(),
                                "it has no key, and the snapshot of its load is not recorded",
                                "Release the task and start it anew, which loads the table again")),
                null,
                null,
                false,
                null);
    }

    /** Of a table that was loaded anew; without a snapshot, changes are replayed over its rows. */
    static LoadOverlap ofReload(LoadWindow window) {
        LoadOverlap rows = rows(window);
        return new LoadOverlap(rows.maxLsn, rows.snapshot, rows.upTo, rows, false, null);
    }

    private static LoadOverlap rows(LoadWindow window) {
        return new LoadOverlap(
                window.maxLsn(),
                window.snapshot().map(SnapshotVisibility::parse).orElse(null),
                window.upTo().orElse(null),
                null,
                false,
                null);
    }

    /** The same form, with rows that were loaded in that form later, if they were. */
    LoadOverlap withRows(LoadWindow window) {
        LoadOverlap rows = rows(window);
        return covers(window.maxLsn()) ? this : new LoadOverlap(rows.maxLsn, rows.snapshot, rows.upTo, form, all, null);
    }

    /** Of a table that is being loaded anew from a snapshot: what that has not seen is held until the load has come to it. */
    static LoadOverlap whileLoading(LoadWindow window, HeldChanges held) {
        LoadOverlap rows = rows(window);
        return new LoadOverlap(rows.maxLsn, rows.snapshot, rows.upTo, rows, false, held);
    }

    /** Where the table's changes go; {@code null}: to the writers. */
    HeldChanges held() {
        return held;
    }

    /** Whether the table's form is from a load that has in it what was done at the position. */
    boolean isAheadOf(ChangePosition position, int xid) {
        return form != null
                && (form.sees(position.commitLsn(), xid) || form.isBehind(position.commitLsn(), position.ordinal()));
    }

    /** Whether the load may have seen a transaction whose commit record is at {@code commitLsn}. */
    boolean covers(long commitLsn) {
        return Long.compareUnsigned(commitLsn, maxLsn) <= 0;
    }

    /** Whether the load has the change already, or another load will have it. */
    boolean has(long commitLsn, long ordinal, int xid) {
        return all || sees(commitLsn, xid) || isBehind(commitLsn, ordinal);
    }

    private boolean isBehind(long commitLsn, long ordinal) {
        return upTo != null && ChangePosition.compare(commitLsn, ordinal, upTo.commitLsn(), upTo.ordinal()) <= 0;
    }

    /** Whether the load's snapshot has seen the whole transaction. */
    boolean sees(long commitLsn, int xid) {
        return snapshot != null && covers(commitLsn) && snapshot.sees(xid);
    }
}
