package io.walferry.job.pipeline;

import io.walferry.job.config.ThrottleConfig;
import io.walferry.job.config.ThrottleConfig.Limit;
import io.walferry.job.control.Vitals;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/** Metrics of the task as a whole, from its monitor's beat once a second; what is not known is -1, as with Flink's own. */
final class TaskMetrics {

    private static final long UNKNOWN = -1;

    private final MetricGroup group;
    private final Supplier<Vitals> vitals;

    private TaskMetrics(MetricGroup group, Supplier<Vitals> vitals) {
        this.group = group;
        this.vitals = vitals;
    }

    static void register(MetricGroup coordinator, ThrottleConfig file, Supplier<Vitals> vitals) {
        TaskMetrics metrics = new TaskMetrics(coordinator.addGroup("walferry"), vitals);
        metrics.known("lagMs", Vitals::lagMs);
        metrics.known("bytesBehind", Vitals::bytesBehind);
        metrics.known("slotRetainedBytes", Vitals::retainedWalBytes);
        metrics.known("slotSafeBytes", Vitals::safeWalBytes);
        metrics.gauge("slotActive", now -> now.slotActive() ? 1 : 0);
        metrics.gauge("changesApplied", Vitals::changes);
        metrics.gauge("rowsLoaded", now -> now.counts().rows());
        metrics.gauge("bytesLoaded", now -> now.counts().bytes());
        metrics.gauge("chunks", now -> now.counts().chunks());
        metrics.gauge("chunksLoaded", now -> now.counts().chunksLoaded());
        metrics.gauge("deadLetters", now -> now.counts().deadLetters());
        metrics.gauge("ddlSteps", now -> now.counts().steps());
        metrics.gauge("ddlFailed", now -> now.counts().failedSteps());
        metrics.gauge("paused", now -> now.paused() ? 1 : 0);
        for (Limit limit : Limit.values()) {
            metrics.gauge("limit_" + limit.key().replace('.', '_'), now -> now.limits()
                    .getOrDefault(limit, file.of(limit)));
        }
    }

    private void known(String name, java.util.function.Function<Vitals, OptionalLong> value) {
        gauge(name, now -> value.apply(now).orElse(UNKNOWN));
    }

    private void gauge(String name, ToLongFunction<Vitals> value) {
        group.gauge(name, (Gauge<Long>) () -> value.applyAsLong(vitals.get()));
    }
}
