package io.walferry.job.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNameTest {

    @ParameterizedTest
    @CsvSource({"apply, apply, 0", "aply, apply, 1", "appyl, apply, 1", "'', apply, 5", "batchRows, batch-rows, 2"})
    void countsEdits(String from, String to, int edits) {
        assertThat(NearestName.distance(from, to)).isEqualTo(edits);
        assertThat(NearestName.distance(to, from)).isEqualTo(edits);
    }

    @Test
    void prefersTheNearest() {
        assertThat(NearestName.of("batch-row", List.of("batch-bytes", "batch-rows")))
                .contains("batch-rows");
    }

    @Test
    void staysSilentWhenNothingIsNear() {
        assertThat(NearestName.of("colour", List.of("writers", "linger"))).isEmpty();
    }
}
