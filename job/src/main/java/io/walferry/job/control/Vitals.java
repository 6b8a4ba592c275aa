package io.walferry.job.control;

import io.walferry.job.config.ThrottleConfig;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What a running job knew of itself at its last beat, for metrics.
 *
 * @param lagMs from commit to commit; empty: changes are not followed yet, or the source does not answer
 * @param bytesBehind WAL that the target has not seen
 * @param slotActive whether the slot is there and in use
 * @param changes applied ever, by this task
 * @param limits that walferry set has set, per second
 */
public record Vitals(
        OptionalLong lagMs,
        OptionalLong bytesBehind,
        OptionalLong retainedWalBytes,
        OptionalLong safeWalBytes,
        boolean slotActive,
        long changes,
        Counts counts,
        boolean paused,
        Map<ThrottleConfig.Limit, Long> limits) {

    public static final Vitals UNKNOWN = new Vitals(
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            false,
            0,
            new Counts(0, 0, 0, 0, 0, 0, 0),
            false,
            Map.of());

    public Vitals {
        limits = Map.copyOf(limits);
    }

    /**
     * What the records count.
     *
     * @param rows of the load, at the target
     * @param bytes likewise
     * @param steps changes of structure that are done
     * @param failedSteps that the target has refused
     */
    public record Counts(
            long rows, long bytes, long chunks, long chunksLoaded, long deadLetters, long steps, long failedSteps) {}
}
