package io.walferry.job.alert;

import io.walferry.job.config.AlertsConfig.AlertRules;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.LongSupplier;

/** How long the target has not answered, and who was told so: all that can be kept of it while it does not. */
final class TargetOutage {

    private final AlertRules rules;
    private final LongSupplier nanoTime;
    private long sinceNanos;
    private long toldNanos;
    private int told;
    private boolean lasts;

    /** @param nanoTime as {@link System#nanoTime()} */
    TargetOutage(AlertRules rules, LongSupplier nanoTime) {
        this.rules = rules;
        this.nanoTime = nanoTime;
    }

    /** What is to be told now. */
    record Due(Instant since, boolean reminder) {}

    record Passed(Instant since) {}

    /** The target does not answer. */
    Optional<Due> due() {
        long now = nanoTime.getAsLong();
        if (!lasts) {
            lasts = true;
            told = 0;
            sinceNanos = now;
        }
        boolean time = told == 0
                ? now - sinceNanos >= rules.downFor().toNanos()
                : told <= rules.repeat() && now - toldNanos >= rules.mute().toNanos();
        return time ? Optional.of(new Due(since(now), told > 0)) : Optional.empty();
    }

    void told() {
        told++;
        toldNanos = nanoTime.getAsLong();
    }

    /** The target answers; returns what is to be told of that. */
    Optional<Passed> ended() {
        boolean tell = lasts && told > 0;
        lasts = false;
        return tell ? Optional.of(new Passed(since(nanoTime.getAsLong()))) : Optional.empty();
    }

    private Instant since(long now) {
        return Instant.now().minus(Duration.ofNanos(now - sinceNanos));
    }
}
