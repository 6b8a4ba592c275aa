package io.walferry.job.schema.ddl;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConversionsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "int4|int8|ALTER TABLE t ALTER c TYPE bigint|true",
                "int4|text|alter table t alter c type text|true",
                "numeric|numeric|ALTER TABLE t ALTER c TYPE numeric(8,2)|true",
                "int4|int8|ALTER TABLE t ALTER c TYPE bigint USING c * 2|false",
                "int4|int8|SELECT change_it()|false",
                "timestamp|timestamptz|ALTER TABLE t ALTER c TYPE timestamptz|false",
                "text|int4|ALTER TABLE t ALTER c TYPE int|false",
                "float8|text|ALTER TABLE t ALTER c TYPE text|false"
            })
    void trustsOnlyCastsThatGiveTheSameEverywhere(String from, String to, String text, boolean alike) {
        assertThat(Conversions.alike("pg_catalog.\"" + from + "\"", "pg_catalog.\"" + to + "\"", text))
                .isEqualTo(alike);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ALTER TABLE t ALTER c TYPE bigint|false",
                "ALTER TABLE t ADD COLUMN a int; alter table t ALTER c TYPE bigint; |false",
                "ALTER TABLE t ALTER c TYPE int USING c + 1|true",
                "ALTER TABLE t ADD COLUMN a int; SELECT change_it()|true",
                "DO $$ BEGIN PERFORM change_it(); END $$|true",
                "(not kept: it may hold a password)|true"
            })
    void anExpressionMayBeInTheTextOrInAFunctionThatItCalls(String text, boolean mayCompute) {
        assertThat(Conversions.mayCompute(text)).isEqualTo(mayCompute);
    }

    @Test
    void ofATextThatWasCutOffNobodyKnows() {
        assertThat(Conversions.mayCompute("ALTER TABLE t ALTER c TYPE bigint" + " ".repeat(10_000)))
                .isTrue();
    }
}
