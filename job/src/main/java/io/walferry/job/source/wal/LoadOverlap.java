package io.walferry.job.source.wal;

import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import io.walferry.job.model.TableSchema;
import io.walferry.job.source.TargetSide.LoadWindow;

/**
 * What a table's load may have, or certainly has, of the changelog. For a table with a key, changes of the window are replayed
 * over the loaded rows, which converges. A table without one, and one of the target's own with further unique values, is loaded from a single snapshot, and what that snapshot saw is
 * left out, exactly; so is it for every table that was loaded anew.
 */
final class LoadOverlap {

    static final LoadOverlap NONE = new LoadOverlap(0, null, false, false);

    private final long maxLsn;
    /** {@code null} where changes are replayed. */
    private final SnapshotVisibility snapshot;

    private final boolean reload;
    private final boolean all;

    private LoadOverlap(long maxLsn, SnapshotVisibility snapshot, boolean reload, boolean all) {
        this.maxLsn = maxLsn;
        this.snapshot = snapshot;
        this.reload = reload;
        this.all = all;
    }

    /** The same until the table is loaded anew, further on in the stream: that load has all changes before it. */
    LoadOverlap untilReload() {
        return new LoadOverlap(maxLsn, snapshot, reload, true);
    }

    /** Of the first load. */
    static LoadOverlap of(TableSchema table, LoadWindow window) {
        boolean replayed = !table.loadedFromOneSnapshot()
                // Its load was planned before the target had a further unique index.
                || !table.key().isEmpty() && window.snapshot().isEmpty();
        if (replayed) {
            return new LoadOverlap(window.maxLsn(), null, false, false);
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
                false,
                false);
    }

    /** Of a table that was loaded anew; without a snapshot, changes are replayed over its rows. */
    static LoadOverlap ofReload(LoadWindow window) {
        return new LoadOverlap(
                window.maxLsn(),
                window.snapshot().map(SnapshotVisibility::parse).orElse(null),
                true,
                false);
    }

    /** Whether the table was loaded anew from a snapshot that has seen the transaction, in the form that it had then. */
    boolean isAheadOf(long commitLsn, int xid) {
        return reload && sees(commitLsn, xid);
    }

    /** Whether the load may have seen a transaction whose commit record is at {@code commitLsn}. */
    boolean covers(long commitLsn) {
        return Long.compareUnsigned(commitLsn, maxLsn) <= 0;
    }

    /** Whether the load has the transaction's changes already, or another load will have them. */
    boolean has(long commitLsn, int xid) {
        return all || sees(commitLsn, xid);
    }

    private boolean sees(long commitLsn, int xid) {
        return snapshot != null && covers(commitLsn) && snapshot.sees(xid);
    }
}
