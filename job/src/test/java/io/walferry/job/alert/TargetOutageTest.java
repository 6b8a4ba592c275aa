package io.walferry.job.alert;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.job.config.AlertsConfig.AlertRules;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TargetOutageTest {

    private static final AlertRules RULES = new AlertRules(
            Duration.ofSeconds(20), Duration.ofMinutes(1), Duration.ofMinutes(5), 80, 0, 1, 1, Duration.ofHours(1), 1);

    private long seconds;
    private final TargetOutage outage = new TargetOutage(RULES, () -> TimeUnit.SECONDS.toNanos(seconds));

    @Test
    void isToldAfterAWhileThenRemindedOfAsOftenAsWanted() {
        assertThat(outage.due()).isEmpty();
        seconds += 19;
        assertThat(outage.due()).isEmpty();
        seconds += 1;
        assertThat(outage.due().orElseThrow().reminder()).isFalse();
        outage.told();
        assertThat(outage.due()).isEmpty();
        seconds += 3_600;
        assertThat(outage.due().orElseThrow().reminder()).isTrue();
        outage.told();
        seconds += 10_000;
        assertThat(outage.due()).isEmpty();
        assertThat(outage.ended()).isPresent();
        assertThat(outage.ended()).isEmpty();
    }

    @Test
    void isNotToldToHavePassedIfNobodyKnew() {
        outage.due();
        seconds += 5;
        assertThat(outage.ended()).isEmpty();
        seconds += 100;
        assertThat(outage.due()).as("the next one begins anew").isEmpty();
    }
}
