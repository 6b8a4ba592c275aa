package io.walferry.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProgressHistoryTest {

    private final ProgressHistory history = new ProgressHistory();

    @Test
    void knowsNoSpeedFromOneReading() {
        assertThat(history.add(at(0, 100, 0.1, 5))).isEqualTo(Progress.Rates.UNKNOWN);
    }

    @Test
    void averagesTheLoadSinceItWasFirstSeen() {
        history.add(at(0, 1_000, 0.2, 0));
        history.add(at(10, 1_000, 0.2, 0));
        Progress.Rates rates = history.add(at(20, 5_000, 0.6, 0));
        assertThat(rates.rowsPerSecond()).hasValue(200);
        assertThat(rates.bytesPerSecond()).hasValue(2_000);
        assertThat(rates.secondsLeft()).hasValue(20);
    }

    @Test
    void takesChangesOfTheLastSeconds() {
        history.add(at(0, 0, 1, 0));
        history.add(at(10, 0, 1, 1_000_000));
        Progress.Rates rates = history.add(at(14, 0, 1, 1_000_400));
        assertThat(rates.changesPerSecond()).hasValue(100);
        assertThat(rates.secondsLeft()).isEmpty();
    }

    private static Progress at(long second, long rows, double share, long changes) {
        return new Progress(
                TimeUnit.SECONDS.toNanos(second),
                "load",
                "",
                new Progress.Load(1, 0, rows, rows * 10, share),
                new Progress.Changes(changes, OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty()));
    }
}
