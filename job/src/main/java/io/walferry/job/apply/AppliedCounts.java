package io.walferry.job.apply;

import java.util.concurrent.atomic.LongAdder;

/** Rows and bytes that are in the target, or in its open transaction; counted by the threads that write. */
final class AppliedCounts {

    private final LongAdder rows = new LongAdder();
    private final LongAdder bytes = new LongAdder();

    void add(long moreRows, long moreBytes) {
        rows.add(moreRows);
        bytes.add(moreBytes);
    }

    long rows() {
        return rows.sum();
    }

    long bytes() {
        return bytes.sum();
    }
}
