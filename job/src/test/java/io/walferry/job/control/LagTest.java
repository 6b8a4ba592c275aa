package io.walferry.job.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.job.model.ChangePosition;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LagTest {

    private final Lag lag = new Lag();

    private long at(long second, long wal, ChangePosition applied, long arrivedMs) {
        return lag.ms(
                TimeUnit.SECONDS.toNanos(second),
                wal,
                applied,
                arrivedMs < 0 ? OptionalLong.empty() : OptionalLong.of(arrivedMs));
    }

    @Test
    void isNoneOnAnIdleSource() {
        for (int second = 0; second < 100; second++) {
            assertThat(at(second, 1_000, ChangePosition.endOf(999), -1)).isZero();
        }
    }

    @Test
    void isThatOfTheChangesThatArrive() {
        assertThat(at(0, 1_000, ChangePosition.endOf(900), 28)).isEqualTo(28);
        assertThat(at(1, 2_000, ChangePosition.endOf(1_900), 31)).isEqualTo(31);
    }

    @Test
    void growsWhileNothingArrives() {
        at(0, 1_000, ChangePosition.endOf(999), -1);
        at(1, 1_500, ChangePosition.endOf(999), -1);
        assertThat(at(20, 9_000, ChangePosition.endOf(999), -1)).isEqualTo(19_000);
        assertThat(at(21, 9_000, ChangePosition.endOf(8_000), -1)).isZero();
    }

    @Test
    void takesAPageHeaderForItsPagesStart() {
        for (int second = 0; second < 10; second++) {
            assertThat(at(second, 8192 + 24, ChangePosition.endOf(8191), -1)).isZero();
        }
    }
}
