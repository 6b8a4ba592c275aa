package io.walferry.job.source.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotVisibilityTest {

    @ParameterizedTest(name = "{0} sees {1}: {2}")
    @CsvSource({
        "100:200:150, 99, true",
        "100:200:100|150, 100, false",
        "100:200:150, 149, true",
        "100:200:150, 150, false",
        "100:200:150, 199, true",
        "100:200:150, 200, false",
        "100:200:150, 4294967295, true",
        "100:100:, 99, true",
        "100:100:, 100, false",
        // Epoch 3, at the turn of the 32-bit counter.
        "12884901880:12884901900:12884901890|12884901898, 4294967287, true",
        "12884901880:12884901900:12884901890|12884901898, 0, true",
        "12884901880:12884901900:12884901890|12884901898, 2, false",
        "12884901880:12884901900:12884901890|12884901898, 10, false",
        "12884901880:12884901900:12884901890|12884901898, 11, true",
        "12884901880:12884901900:12884901890|12884901898, 12, false",
        "12884901890:12884901900:, 4294967295, true",
    })
    void seesWhatCommittedBeforeItWasTaken(String snapshot, long xid, boolean seen) {
        assertThat(SnapshotVisibility.parse(snapshot.replace('|', ',')).sees((int) xid))
                .isEqualTo(seen);
    }

    @Test
    void takesIdsInAnyOrder() {
        SnapshotVisibility snapshot = SnapshotVisibility.parse("10:20:15,12");
        assertThat(snapshot.sees(12)).isFalse();
        assertThat(snapshot.sees(15)).isFalse();
        assertThat(snapshot.sees(13)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1:2", "a:b:c"})
    void refusesOtherText(String text) {
        assertThatThrownBy(() -> SnapshotVisibility.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
