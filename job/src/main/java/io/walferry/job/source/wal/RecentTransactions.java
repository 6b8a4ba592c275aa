package io.walferry.job.source.wal;

/**
 * The transactions that the changelog has brought last. A commit is in the WAL before other sessions see it, for as long as a
 * synchronous standby takes to confirm it; so a snapshot is only as new as the stream once it sees all of these.
 */
final class RecentTransactions {

    private static final int KEPT = 1 << 15;

    private final int[] xids = new int[KEPT];
    private int next;
    private int count;

    void add(int xid) {
        xids[next] = xid;
        next = next + 1 & KEPT - 1;
        if (count < KEPT) {
            count++;
        }
    }

    boolean allSeenBy(SnapshotVisibility snapshot) {
        for (int i = 0; i < count; i++) {
            if (!snapshot.sees(xids[i])) {
                return false;
            }
        }
        return true;
    }
}
