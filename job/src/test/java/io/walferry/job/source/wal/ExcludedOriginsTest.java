package io.walferry.job.source.wal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ExcludedOriginsTest {

    @Test
    void aTaskIsKnownByItsOriginsAndItsMessages() {
        ExcludedOrigins excluded = new ExcludedOrigins(List.of("shop"));
        assertThat(excluded.hasOrigin("walferry_shop:1")).isTrue();
        assertThat(excluded.hasOrigin("walferry_shop:12")).isTrue();
        assertThat(excluded.hasOrigin("walferry_shop_1:1")).isFalse();
        assertThat(excluded.hasMessage("walferry", "shop")).isTrue();
        assertThat(excluded.hasMessage("walferry", "shop_1")).isFalse();
        assertThat(excluded.hasMessage("other", "shop")).isFalse();
    }

    @Test
    void anOriginOfAnotherMakerIsKnownByItsName() {
        ExcludedOrigins excluded = new ExcludedOrigins(List.of("pg_16394"));
        assertThat(excluded.hasOrigin("pg_16394")).isTrue();
        assertThat(excluded.hasOrigin("pg_163940")).isFalse();
    }

    @Test
    void aStarLeavesAllOut() {
        ExcludedOrigins excluded = new ExcludedOrigins(List.of("*"));
        assertThat(excluded.hasOrigin("pg_16394")).isTrue();
        assertThat(excluded.hasMessage("walferry", "shop")).isTrue();
        assertThat(excluded.hasMessage("other", "shop")).isFalse();
    }

    @Test
    void nobodyIsLeftOutUnlessAsked() {
        ExcludedOrigins excluded = new ExcludedOrigins(List.of());
        assertThat(excluded.hasOrigin("walferry_shop:1")).isFalse();
        assertThat(excluded.hasMessage("walferry", "shop")).isFalse();
    }
}
