package io.walferry.job.source.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.job.source.TargetSide.LoadWindow;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LoadOverlapTest {

    private static final LoadWindow FORM = new LoadWindow(100, Optional.of("10:10:"));

    @Test
    void rowsThatWereLoadedAfterTheirFormWasReadHaveMoreThanTheForm() {
        LoadOverlap overlap = LoadOverlap.ofReload(FORM).withRows(new LoadWindow(200, Optional.of("20:20:")));
        assertThat(overlap.has(90, 9)).isTrue();
        assertThat(overlap.has(150, 15)).isTrue();
        assertThat(overlap.has(250, 25)).isFalse();
        assertThat(overlap.isAheadOf(90, 9)).isTrue();
        assertThat(overlap.isAheadOf(150, 15))
                .as("a change of structure after the form was read")
                .isFalse();
        assertThat(overlap.covers(150)).isTrue();
    }

    @Test
    void rowsOfAnEarlierLoadDoNotCount() {
        LoadOverlap overlap = LoadOverlap.ofReload(FORM).withRows(new LoadWindow(100, Optional.of("5:5:")));
        assertThat(overlap.has(90, 9)).isTrue();
        assertThat(overlap.isAheadOf(90, 9)).isTrue();
    }
}
