package io.walferry.job.source.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.job.model.ChangePosition;
import io.walferry.job.source.TargetSide.LoadWindow;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LoadOverlapTest {

    private static final LoadWindow FORM = new LoadWindow(100, Optional.of("10:10:"));

    @Test
    void rowsThatWereLoadedAfterTheirFormWasReadHaveMoreThanTheForm() {
        LoadOverlap overlap = LoadOverlap.ofReload(FORM).withRows(new LoadWindow(200, Optional.of("20:20:")));
        assertThat(overlap.has(90, 0, 9)).isTrue();
        assertThat(overlap.has(150, 0, 15)).isTrue();
        assertThat(overlap.has(250, 0, 25)).isFalse();
        assertThat(overlap.isAheadOf(new ChangePosition(90, 0), 9)).isTrue();
        assertThat(overlap.isAheadOf(new ChangePosition(150, 0), 15))
                .as("a change of structure after the form was read")
                .isFalse();
        assertThat(overlap.covers(150)).isTrue();
    }

    @Test
    void rowsOfAnEarlierLoadDoNotCount() {
        LoadOverlap overlap = LoadOverlap.ofReload(FORM).withRows(new LoadWindow(100, Optional.of("5:5:")));
        assertThat(overlap.has(90, 0, 9)).isTrue();
        assertThat(overlap.isAheadOf(new ChangePosition(90, 0), 9)).isTrue();
    }

    @Test
    void aLoadBesideTheStreamHasAllUpToItsLastChangeAndWhatItsSnapshotHasSeenAfterThat() {
        LoadOverlap overlap = LoadOverlap.ofReload(FORM.with(new ChangePosition(80, 4)));
        assertThat(overlap.has(80, 4, 11)).as("held while it was loaded").isTrue();
        assertThat(overlap.has(80, 6, 11)).isFalse();
        assertThat(overlap.has(90, 0, 9)).as("seen by the snapshot").isTrue();
        assertThat(overlap.has(90, 0, 11)).isFalse();
        assertThat(overlap.isAheadOf(new ChangePosition(80, 2), 11)).isTrue();
        assertThat(overlap.isAheadOf(new ChangePosition(90, 0), 11)).isFalse();
    }
}
