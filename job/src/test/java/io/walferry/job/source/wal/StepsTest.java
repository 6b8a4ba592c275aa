package io.walferry.job.source.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.job.source.TargetSide.LoadWindow;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StepsTest {

    private static long consistentFrom(long... maxLsns) {
        return Steps.consistentFrom(Arrays.stream(maxLsns)
                .mapToObj(lsn -> new LoadWindow(lsn, Optional.empty()))
                .toList());
    }

    @Test
    void consistencyBeginsWhereTheLastWindowEnds() {
        assertThat(consistentFrom(0x16B3740, 0x16B3748, 0x1000)).isEqualTo(0x16B3748);
    }

    @Test
    void aWindowThatEndsAfterAPagesHeaderEndsAtThatPage() {
        assertThat(consistentFrom(0x2000018)).as("short header").isEqualTo(0x2000000);
        assertThat(consistentFrom(0x1000028)).as("long header").isEqualTo(0x1000000);
        assertThat(consistentFrom(0x2000030)).isEqualTo(0x2000030);
    }

    @Test
    void withoutAnyLoadItIsFromTheStart() {
        assertThat(Steps.consistentFrom(List.of())).isZero();
    }
}
