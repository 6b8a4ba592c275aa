package io.walferry.job.source;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AllowanceTest {

    private static final long SECOND = 1_000_000_000L;

    private final Allowance allowance = new Allowance(0);

    @Test
    void hasNoLimitAtFirst() {
        allowance.spend(1e12);
        assertThat(allowance.owes(0)).isFalse();
    }

    @Test
    void owesWhatWasSpentBeyondTheRate() {
        allowance.rate(100, 0);
        allowance.spend(200);
        assertThat(allowance.owes(SECOND)).isTrue();
        assertThat(allowance.owes(2 * SECOND)).isFalse();
    }

    @Test
    void keepsHalfASecondOfWhatWasNotSpent() {
        allowance.rate(100, 0);
        assertThat(allowance.owes(60 * SECOND)).isFalse();
        allowance.spend(60);
        assertThat(allowance.owes(60 * SECOND)).isTrue();
        assertThat(allowance.owes(60 * SECOND + SECOND / 10)).isFalse();
    }

    @Test
    void forgetsALargeDebtWhenTheRateChanges() {
        allowance.rate(1, 0);
        allowance.spend(100_000);
        allowance.rate(1_000, SECOND);
        assertThat(allowance.owes(SECOND)).isTrue();
        assertThat(allowance.owes(2 * SECOND)).isFalse();
        allowance.rate(0, 2 * SECOND);
        allowance.spend(1e12);
        allowance.rate(5, 2 * SECOND);
        assertThat(allowance.owes(2 * SECOND)).isFalse();
    }
}
