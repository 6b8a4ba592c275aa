package io.walferry.job.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.job.config.ObjectsConfig;
import java.util.List;
import org.junit.jupiter.api.Test;

class NamePatternsTest {

    @Test
    void saysInPostgresWhatTheTaskFileSays() {
        ObjectsConfig objects = new ObjectsConfig(List.of("shop_*"), List.of("public.\"Or.ders\""), List.of("*.tmp"));
        assertThat(NamePatterns.included(objects)).containsExactly("^shop_.*\\..*$", "^public\\.Or\\.ders$");
        assertThat(NamePatterns.excluded(objects)).containsExactly("^.*\\.tmp$");
    }
}
