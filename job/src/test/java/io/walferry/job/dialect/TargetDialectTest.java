package io.walferry.job.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.job.failure.Finding;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TargetDialectTest {

    private static TargetFacts facts(int version) {
        return new TargetFacts(
                version, "PostgreSQL", Optional.empty(), false, false, true, List.of(), List.of(), "UTF8", Map.of());
    }

    @Test
    void hasNothingAgainstPostgres() {
        TargetDialect dialect = new TargetDialect(facts(140022));
        assertThat(dialect.findings()).isEmpty();
        assertThat(dialect.name()).isEqualTo("PostgreSQL 14");
    }

    @Test
    void knowsWhatCameWhen() {
        TargetDialect eleven = new TargetDialect(facts(110022));
        assertThat(eleven.supports(Feature.GENERATED_COLUMN)).isFalse();
        assertThat(eleven.missingType("int4multirange")).contains(14);
        assertThat(eleven.missingType("jsonb")).isEmpty();
        assertThat(eleven.missingStorageParameter("vacuum_truncate")).contains(12);
        TargetDialect fourteen = new TargetDialect(facts(140022));
        assertThat(fourteen.supports(Feature.GENERATED_COLUMN)).isTrue();
        assertThat(fourteen.supports(Feature.NULLS_NOT_DISTINCT)).isFalse();
        assertThat(fourteen.missingType("int4multirange")).isEmpty();
    }

    @Test
    void findsWhatMakesTheTargetUnfit() {
        TargetDialect dialect = new TargetDialect(new TargetFacts(
                100023,
                "PostgreSQL",
                Optional.of("2.0.14.3.0"),
                true,
                true,
                false,
                List.of(),
                List.of("polar_comp_stmt_level_tx"),
                "LATIN1",
                Map.of()));
        assertThat(dialect.name()).isEqualTo("PolarDB 2.0.14.3.0 (PostgreSQL 10, Oracle mode)");
        assertThat(dialect.findings())
                .extracting(Finding::severity)
                .containsExactly(Finding.Severity.ERROR, Finding.Severity.ERROR);
    }
}
