package io.walferry.job.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FlinkSettingsTest {

    @Test
    void takesLittleNetworkMemoryForFewChannels() {
        assertThat(FlinkSettings.networkBytes(2, 2)).isEqualTo(64 << 20);
        assertThat(FlinkSettings.networkBytes(8, 8)).isEqualTo(64 << 20);
    }

    @Test
    void takesMoreForMany() {
        assertThat(FlinkSettings.networkBytes(64, 64)).isGreaterThan(4L * 64 * 64 * 32_768);
    }
}
