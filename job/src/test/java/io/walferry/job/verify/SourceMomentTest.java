package io.walferry.job.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.job.model.Lsn;
import org.junit.jupiter.api.Test;

class SourceMomentTest {

    @Test
    void aTransactionThatRanInBothMomentsIsSeen() {
        assertThat(SourceMoment.someStillRun("10:20:11,15", "11:30:11,25")).isTrue();
        assertThat(SourceMoment.someStillRun("10:20:11,15", "16:30:25")).isFalse();
        assertThat(SourceMoment.someStillRun("10:10:", "10:10:")).isFalse();
        // 1 is no part of 11.
        assertThat(SourceMoment.someStillRun("1:20:1", "11:30:11")).isFalse();
    }

    @Test
    void aPositionBehindAPagesHeaderIsReachedAtThePagesStart() {
        assertThat(SourceMoment.reachable(Lsn.parse("0/2000028"))).isEqualTo(Lsn.parse("0/2000000"));
        assertThat(SourceMoment.reachable(Lsn.parse("0/2002018"))).isEqualTo(Lsn.parse("0/2002000"));
        assertThat(SourceMoment.reachable(Lsn.parse("0/2000050"))).isEqualTo(Lsn.parse("0/2000050"));
    }
}
