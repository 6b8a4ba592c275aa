package io.walferry.job.model;

import java.io.Serializable;

/**
 * Where a change stands in the changelog: the LSN of its transaction's commit record (unsigned), then its ordinal in the
 * transaction. Each row or TRUNCATE message that the server sends takes two ordinals ({@code 2i} and {@code 2i+1}), so
 * that a key change, sent on as a delete and an upsert, has one for each; the count is made before any selection, hence
 * equal on every replay.
 */
public record ChangePosition(long commitLsn, long ordinal) implements Comparable<ChangePosition>, Serializable {

    /** Before every change. */
    public static final ChangePosition START = new ChangePosition(0, 0);

    /** The end of the transaction whose commit record is at {@code commitLsn}: at or after each of its changes. */
    public static ChangePosition endOf(long commitLsn) {
        return new ChangePosition(commitLsn, Long.MAX_VALUE);
    }

    /**
     * As {@link #endOf}, and before it: for what merely notes how far all is. So whoever waits for what happens at that end does
     * not take the note for it.
     */
    public static ChangePosition justBeforeEndOf(long commitLsn) {
        return new ChangePosition(commitLsn, Long.MAX_VALUE - 1);
    }

    /** At or after each change before this one. */
    public ChangePosition before() {
        return ordinal == 0 ? endOf(commitLsn - 1) : new ChangePosition(commitLsn, ordinal - 1);
    }

    /** Whether the transaction with this commit LSN is whole at this position. */
    public boolean isEnd() {
        return ordinal >= Long.MAX_VALUE - 1;
    }

    public static int compare(long lsnA, long ordinalA, long lsnB, long ordinalB) {
        int byLsn = Long.compareUnsigned(lsnA, lsnB);
        return byLsn != 0 ? byLsn : Long.compare(ordinalA, ordinalB);
    }

    @Override
    public int compareTo(ChangePosition other) {
        return compare(commitLsn, ordinal, other.commitLsn, other.ordinal);
    }

    @Override
    public String toString() {
        return Lsn.format(commitLsn) + (isEnd() ? "" : "+" + ordinal);
    }
}
