package io.walferry.job.schema;

import static io.walferry.job.schema.Fixtures.check;
import static io.walferry.job.schema.Fixtures.column;
import static io.walferry.job.schema.Fixtures.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.job.catalog.SourceObject;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ObjectDdlTest {

    @Test
    void quotesLabels() {
        assertThat(ObjectDdl.create(new SourceObject.EnumType(id("mood"), List.of("ok", "it's", "back\\slash"))))
                .isEqualTo("CREATE TYPE \"shop\".\"mood\" AS ENUM ('ok', 'it''s', E'back\\\\slash')");
    }

    @Test
    void createsACompositeType() {
        assertThat(ObjectDdl.create(new SourceObject.CompositeType(
                        id("address"),
                        List.of(column("street", "pg_catalog.text"), column("Zip", "pg_catalog.varchar(10)")))))
                .isEqualTo(
                        "CREATE TYPE \"shop\".\"address\" AS (\"street\" pg_catalog.text, \"Zip\" pg_catalog.varchar(10))");
    }

    @Test
    void createsADomainWithItsChecks() {
        assertThat(ObjectDdl.create(new SourceObject.DomainType(
                        id("price"),
                        "pg_catalog.numeric(8,2)",
                        Optional.empty(),
                        true,
                        Optional.of("1"),
                        List.of(
                                check("positive", "CHECK ((VALUE > (0)::numeric))", true),
                                new SourceObject.Check("late", "CHECK (true) NOT VALID", true, false, false, true)))))
                .isEqualTo("CREATE DOMAIN \"shop\".\"price\" AS pg_catalog.numeric(8,2) DEFAULT 1 NOT NULL CONSTRAINT"
                        + " \"positive\" CHECK ((VALUE > (0)::numeric))");
    }

    @Test
    void namesAMultirangeWhereThereAreSome() {
        SourceObject.RangeType range = new SourceObject.RangeType(
                id("span"),
                "pg_catalog.float8",
                "pg_catalog.float8_ops",
                Optional.empty(),
                Optional.empty(),
                Optional.of("float8mi"),
                Optional.of("spans"));
        String common = "CREATE TYPE \"shop\".\"span\" AS RANGE (subtype = pg_catalog.float8, subtype_opclass ="
                + " pg_catalog.float8_ops, subtype_diff = float8mi";
        assertThat(ObjectDdl.create(range, false)).isEqualTo(common + ")");
        assertThat(ObjectDdl.create(range, true)).isEqualTo(common + ", multirange_type_name = \"shop\".\"spans\")");
    }

    @Test
    void createsACollation() {
        assertThat(ObjectDdl.create(new SourceObject.Collation(
                        id("ci"), 'i', null, null, Optional.of("und-u-ks-level2"), false, Optional.empty())))
                .isEqualTo(
                        "CREATE COLLATION \"shop\".\"ci\" (provider = icu, locale = 'und-u-ks-level2', deterministic = false)");
    }

    @Test
    void createsASequence() {
        assertThat(ObjectDdl.create(new SourceObject.Sequence(
                        id("s"), "pg_catalog.int8", 5, -1, -9, 9, 2, true, Optional.empty(), Optional.empty(), false)))
                .isEqualTo(
                        "CREATE SEQUENCE \"shop\".\"s\" AS pg_catalog.int8 START WITH 5 INCREMENT BY -1 MINVALUE -9 MAXVALUE 9"
                                + " CACHE 2 CYCLE");
    }
}
