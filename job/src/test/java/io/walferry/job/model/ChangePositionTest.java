package io.walferry.job.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ChangePositionTest {

    @Test
    void aNoteOfAnEndIsAfterAllChangesAndDoesNotReachTheEnd() {
        ChangePosition note = ChangePosition.justBeforeEndOf(100);
        assertThat(note).isGreaterThan(new ChangePosition(100, 1L << 40)).isLessThan(ChangePosition.endOf(100));
        assertThat(note.isEnd()).isTrue();
        assertThat(ChangePosition.endOf(100).isEnd()).isTrue();
        assertThat(new ChangePosition(100, 2).isEnd()).isFalse();
        assertThat(note).hasToString("0/64");
    }
}
