package io.walferry.job.control;

import io.walferry.job.model.ChangePosition;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * How long the target is behind the source, which on an idle source is not at all. Of changes that have just arrived, the time
 * from commit to commit is known. That nothing arrives can mean that there is nothing: so the source's position is sampled, and the
 * oldest sample that the target has not reached tells since when it waits.
 */
final class Lag {

    /** The writers note their position about once a second, so the target trails the samples by as much. */
    private static final long TRAIL_MS = 3_000;

    private static final int SAMPLES = 100_000;

    private record Sample(long atNanos, long walLsn) {}

    private final Deque<Sample> ahead = new ArrayDeque<>();

    /**
     * @param nowNanos by a clock that never goes back
     * @param walLsn the source's position, read before the target's
     * @param applied the lowest position of all writers
     * @param arrivedMs from commit to commit, of changes that have just arrived
     */
    long ms(long nowNanos, long walLsn, ChangePosition applied, OptionalLong arrivedMs) {
        ahead.addLast(new Sample(nowNanos, pageStart(walLsn)));
        long reached = reached(applied);
        while (!ahead.isEmpty() && Long.compareUnsigned(ahead.getFirst().walLsn(), reached) <= 0) {
            ahead.removeFirst();
        }
        if (ahead.size() > SAMPLES) {
            ahead.removeLast();
        }
        long waitingMs = ahead.isEmpty()
                ? 0
                : TimeUnit.NANOSECONDS.toMillis(nowNanos - ahead.getFirst().atNanos());
        return Math.max(arrivedMs.orElse(0), waitingMs > TRAIL_MS ? waitingMs : 0);
    }

    /** All before it is at the target: the position behind the end of a transaction. */
    static long reached(ChangePosition applied) {
        return applied.isEnd() ? applied.commitLsn() + 1 : applied.commitLsn();
    }

    /** Nothing is between a page's start and the end of its header, and the server calls the place by either. */
    static long pageStart(long lsn) {
        long inPage = lsn % 8192;
        return inPage <= 40 ? lsn - inPage : lsn;
    }
}
