package io.walferry.job.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class CanonicalFormTest {

    private static final CanonicalForm PLAIN = new CanonicalForm(false, false, false);

    @Test
    void isTheColumnItselfWhereBothSidesWriteItAlike() {
        assertThat(PLAIN.of("a\"b", column("float8", "double precision"), column("float8", "double precision")))
                .isEqualTo(new CanonicalForm.Pair("r.\"a\"\"b\"", "r.\"a\"\"b\""));
    }

    @Test
    void isTheBytesOfAFloatThatTheVersionsWriteDifferently() {
        CanonicalForm.Pair pair = new CanonicalForm(true, false, false)
                .of("f", column("float8", "double precision"), column("float8", "double precision"));
        assertThat(pair.source()).isEqualTo(pair.target()).contains("float8send(r.\"f\")", "'NaN'");
    }

    @Test
    void isTheColumnItselfWhereTheTargetsTypeIsWider() {
        assertThat(PLAIN.of("i", column("int4", "integer"), column("int8", "bigint")))
                .isEqualTo(new CanonicalForm.Pair("r.\"i\"", "r.\"i\""));
        assertThat(PLAIN.of("v", column("varchar", "character varying(9)"), column("text", "text")))
                .isEqualTo(new CanonicalForm.Pair("r.\"v\"", "r.\"v\""));
    }

    @Test
    void readsTheSourcesTextByTheTargetsType() {
        assertThat(PLAIN.of("n", column("numeric", "numeric(10,2)"), column("numeric", "numeric(12,4)")))
                .isEqualTo(new CanonicalForm.Pair("(r.\"n\"::pg_catalog.text)::numeric(12,4)", "r.\"n\""));
        assertThat(PLAIN.of("j", column("json", "json"), column("jsonb", "jsonb"))
                        .source())
                .isEqualTo("(r.\"j\"::pg_catalog.text)::pg_catalog.\"jsonb\"");
        assertThat(PLAIN.of("c", column("bpchar", "character(4)"), column("text", "text"))
                        .source())
                .isEqualTo("pg_catalog.rtrim(r.\"c\"::pg_catalog.text)");
    }

    @Test
    void forgivesOnlyWhatTheTargetCannotTell() {
        CanonicalForm oracle = new CanonicalForm(false, true, true);
        assertThat(oracle.of("t", column("text", "text"), column("text", "text")))
                .isEqualTo(new CanonicalForm.Pair("NULLIF(r.\"t\", '')", "r.\"t\""));
        assertThat(oracle.of("d", column("date", "date"), column("date", "date"))
                        .source())
                .isEqualTo("r.\"d\"::pg_catalog.timestamp");
        assertThat(oracle.of("i", column("int4", "integer"), column("int4", "integer"))
                        .source())
                .isEqualTo("r.\"i\"");
    }

    private static ColumnFacts column(String type, String declared) {
        return new ColumnFacts(Optional.of(type), false, declared, true, false, Optional.empty());
    }
}
