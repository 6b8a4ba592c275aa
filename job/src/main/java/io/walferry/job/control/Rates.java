package io.walferry.job.control;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/** Speeds over the last seconds; of the load over more of them, because whole chunks arrive at once. */
final class Rates {

    private static final long LOAD_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long CHANGES_NANOS = TimeUnit.SECONDS.toNanos(5);

    private record Moment(long atNanos, long rows, long bytes, long changes, long appliedLsn) {}

    private final Deque<Moment> moments = new ArrayDeque<>();

    void add(long nowNanos, long rows, long bytes, long changes, long appliedLsn) {
        moments.addLast(new Moment(nowNanos, rows, bytes, changes, appliedLsn));
        while (moments.size() > 2 && nowNanos - moments.getFirst().atNanos() > LOAD_NANOS) {
            moments.removeFirst();
        }
    }

    long rowsPerSecond() {
        Moment from = moments.getFirst();
        return perSecond(from, moments.getLast().rows() - from.rows());
    }

    long bytesPerSecond() {
        Moment from = moments.getFirst();
        return perSecond(from, moments.getLast().bytes() - from.bytes());
    }

    long changesPerSecond() {
        Moment from = recent();
        return perSecond(from, moments.getLast().changes() - from.changes());
    }

    /** Of the source's WAL, read through by the target. */
    long walBytesPerSecond() {
        Moment from = recent();
        return from.appliedLsn() == 0 ? 0 : perSecond(from, moments.getLast().appliedLsn() - from.appliedLsn());
    }

    private Moment recent() {
        Moment last = moments.getLast();
        return moments.stream()
                .filter(moment -> last.atNanos() - moment.atNanos() <= CHANGES_NANOS)
                .findFirst()
                .orElse(last);
    }

    private long perSecond(Moment from, long amount) {
        double seconds = (moments.getLast().atNanos() - from.atNanos()) / 1e9;
        return seconds <= 0 ? 0 : Math.max(0, Math.round(amount / seconds));
    }
}
