package io.walferry.job.schema;

import static io.walferry.job.schema.Fixtures.check;
import static io.walferry.job.schema.Fixtures.column;
import static io.walferry.job.schema.Fixtures.id;
import static io.walferry.job.schema.Fixtures.inherited;
import static io.walferry.job.schema.Fixtures.table;
import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.job.catalog.SourceObject.Sequence;
import io.walferry.job.catalog.SourceObject.Table;
import io.walferry.job.model.Column;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TableDdlTest {

    private static List<String> create(Table table, Table... others) {
        return create(table, List.of(), others);
    }

    private static List<String> create(Table table, List<Sequence> sequences, Table... others) {
        Map<io.walferry.job.model.TableId, Table> tables = new HashMap<>();
        tables.put(table.id(), table);
        for (Table other : others) {
            tables.put(other.id(), other);
        }
        return new TableDdl(tables, sequences).create(table);
    }

    private static Sequence sequence(String name, String column, boolean identity) {
        return new Sequence(
                id(name),
                "pg_catalog.int4",
                1,
                1,
                1,
                100,
                1,
                false,
                Optional.of(id("t")),
                Optional.of(column),
                identity);
    }

    @Test
    void createsColumnsAndChecks() {
        Table table = table(
                "t",
                1,
                List.of(
                        column(
                                "id",
                                "pg_catalog.int4",
                                Optional.of("nextval('shop.s'::regclass)"),
                                ' ',
                                true,
                                true,
                                Column.Identity.NONE),
                        column("na\"me", "pg_catalog.text"),
                        column(
                                "twice",
                                "pg_catalog.int4",
                                Optional.of("(id * 2)"),
                                's',
                                true,
                                false,
                                Column.Identity.NONE),
                        column("i", "pg_catalog.int4", Optional.empty(), ' ', true, true, Column.Identity.ALWAYS)),
                List.of(check("positive", "CHECK ((id > 0))", true)),
                Optional.empty(),
                Optional.empty(),
                List.of());
        assertThat(create(table, List.of(sequence("s", "id", false), sequence("t_i_seq", "i", true))))
                .containsExactly(
                        """
                        CREATE TABLE "shop"."t" (
                          "id" pg_catalog.int4 DEFAULT nextval('shop.s'::regclass) NOT NULL,
                          "na""me" pg_catalog.text,
                          "twice" pg_catalog.int4 GENERATED ALWAYS AS ((id * 2)) STORED,
                          "i" pg_catalog.int4 NOT NULL GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME "shop"."t_i_seq" START WITH 1\
                         INCREMENT BY 1 MINVALUE 1 MAXVALUE 100 CACHE 1 NO CYCLE),
                          CONSTRAINT "positive" CHECK ((id > 0))
                        )""",
                        "ALTER SEQUENCE \"shop\".\"s\" OWNED BY \"shop\".\"t\".\"id\"");
    }

    @Test
    void createsATableWithoutColumns() {
        assertThat(create(table("t", 1, List.of())).get(0)).startsWith("CREATE TABLE \"shop\".\"t\" (\n  )");
    }

    @Test
    void attachesAPartition() {
        Table partition = table(
                "p",
                2,
                List.of(inherited("id", "pg_catalog.int4", "7", true)),
                List.of(check("positive", "CHECK ((id > 0))", false)),
                Optional.of("LIST (id)"),
                Optional.of("t"),
                List.of());
        assertThat(create(partition))
                .containsExactly(
                        """
                        CREATE TABLE "shop"."p" (
                          "id" pg_catalog.int4 DEFAULT 7 NOT NULL,
                          CONSTRAINT "positive" CHECK ((id > 0))
                        ) PARTITION BY LIST (id)""",
                        "ALTER TABLE \"shop\".\"t\" ATTACH PARTITION \"shop\".\"p\" FOR VALUES IN (1)");
    }

    @Test
    void declaresOnlyAChildsOwnColumns() {
        Table parent = table("t", 1, List.of(column("a", "pg_catalog.int4"), column("b", "pg_catalog.text")));
        Table child = table(
                "c",
                2,
                List.of(
                        inherited("a", "pg_catalog.int4", "5", true),
                        inherited("b", "pg_catalog.text", null, false),
                        column("own", "pg_catalog.date")),
                List.of(check("positive", "CHECK ((a > 0))", false)),
                Optional.empty(),
                Optional.empty(),
                List.of(id("t")));
        assertThat(create(child, parent))
                .containsExactly(
                        """
                        CREATE TABLE "shop"."c" (
                          "own" pg_catalog.date
                        ) INHERITS ("shop"."t")""",
                        "ALTER TABLE ONLY \"shop\".\"c\" ALTER COLUMN \"a\" SET DEFAULT 5",
                        "ALTER TABLE ONLY \"shop\".\"c\" ALTER COLUMN \"a\" SET NOT NULL");
    }

    @Test
    void keepsAChildsOrderOfColumns() {
        Table parent = table("t", 1, List.of(column("a", "pg_catalog.int4"), column("late", "pg_catalog.text")));
        Table child = table(
                "c",
                2,
                List.of(
                        inherited("a", "pg_catalog.int4", null, false),
                        column("own", "pg_catalog.date"),
                        inherited("late", "pg_catalog.text", null, false)),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                List.of(id("t")));
        assertThat(create(child, parent))
                .containsExactly(
                        """
                        CREATE TABLE "shop"."c" (
                          "a" pg_catalog.int4,
                          "own" pg_catalog.date,
                          "late" pg_catalog.text
                        )""",
                        "ALTER TABLE \"shop\".\"c\" INHERIT \"shop\".\"t\"");
    }
}
