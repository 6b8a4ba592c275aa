package io.walferry.job.source.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SamplingTest {

    @Test
    void cutsIntoChunksOfAboutTheSizeAskedFor() {
        assertThat(Sampling.chunks(0, 500_000)).isEqualTo(1);
        assertThat(Sampling.chunks(740_000, 500_000)).isEqualTo(1);
        assertThat(Sampling.chunks(760_000, 500_000)).isEqualTo(2);
        assertThat(Sampling.chunks(2_000_000, 500_000)).isEqualTo(4);
        assertThat(Sampling.chunks(Long.MAX_VALUE, 1)).isEqualTo(100_000);
    }

    @Test
    void looksAtTheSamePagesPerChunkHoweverLargeTheTable() {
        assertThat(Sampling.percentForBounds(100_000, 10)).isEqualTo(1.0);
        assertThat(Sampling.percentForBounds(1_000_000, 10)).isEqualTo(0.1);
    }

    @Test
    void looksAtFewerPagesPerChunkWhereThereAreVeryMany() {
        assertThat(Sampling.percentForBounds(100_000_000, 10_000)).isEqualTo(0.05);
        assertThat(Sampling.percentForBounds(1_000_000_000, 100_000)).isEqualTo(0.04);
    }

    @Test
    void looksAtTheWholeOfASmallTable() {
        assertThat(Sampling.percentForBounds(500, 3)).isEqualTo(100);
        assertThat(Sampling.percentForDensity(2_000)).isEqualTo(100);
        assertThat(Sampling.percentForDensity(100_000)).isEqualTo(1.0);
    }
}
