package io.walferry.job.cli;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * Speeds out of what was read before: of the load since it was first seen, because whole chunks arrive at once; of changes
 * over the last seconds.
 */
final class ProgressHistory {

    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final double LEAST_SHARE = 0.02;

    private final Deque<Progress> window = new ArrayDeque<>();
    private Progress loadBegin;

    /** Takes note of it; returns the speeds up to it. */
    Progress.Rates add(Progress progress) {
        if (loadBegin == null) {
            loadBegin = progress;
        }
        window.addLast(progress);
        while (window.size() > 2 && progress.atNanos() - window.getFirst().atNanos() > WINDOW_NANOS) {
            window.removeFirst();
        }
        Progress.Load begin = loadBegin.load();
        Progress.Load now = progress.load();
        double loadSeconds = seconds(loadBegin, progress);
        return new Progress.Rates(
                perSecond(now.rows() - begin.rows(), loadSeconds),
                perSecond(now.bytes() - begin.bytes(), loadSeconds),
                secondsLeft(begin.share(), now.share(), loadSeconds),
                perSecond(
                        progress.changes().applied()
                                - window.getFirst().changes().applied(),
                        seconds(window.getFirst(), progress)));
    }

    private static double seconds(Progress from, Progress to) {
        return (to.atNanos() - from.atNanos()) / 1e9;
    }

    private static OptionalLong perSecond(long amount, double seconds) {
        return seconds <= 0 ? OptionalLong.empty() : OptionalLong.of(Math.max(0, Math.round(amount / seconds)));
    }

    private static OptionalLong secondsLeft(double begin, double now, double seconds) {
        return now - begin < LEAST_SHARE || now >= 1
                ? OptionalLong.empty()
                : OptionalLong.of(Math.round(seconds / (now - begin) * (1 - now)));
    }
}
