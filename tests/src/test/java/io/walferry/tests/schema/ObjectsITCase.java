package io.walferry.tests.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.job.catalog.LeftOut;
import io.walferry.job.config.ObjectsConfig;
import io.walferry.job.failure.Finding;
import io.walferry.tests.postgres.PostgresServer;
import io.walferry.tests.support.TestServers;
import java.sql.SQLException;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every kind of object arrives, from and to every version; what does not is told. */
class ObjectsITCase {

    private static final ObjectsConfig ALL =
            new ObjectsConfig(List.of("app", "base", "\"Mixed Case\""), List.of(), List.of());

    private StructurePair pair;

    @AfterEach
    void dropDatabases() throws SQLException {
        if (pair != null) {
            pair.close();
        }
    }

    private void makeAll() throws Exception {
        pair.before();
        pair.afterLoad();
        pair.atConsistency();
    }

    /** Lines of one side alone, those of the source with a minus. */
    private List<String> differences() throws SQLException {
        TreeSet<String> differences = new TreeSet<>();
        List<String> source = pair.sourceFacts();
        List<String> target = pair.targetFacts();
        source.stream().filter(fact -> !target.contains(fact)).forEach(fact -> differences.add("-" + fact));
        target.stream().filter(fact -> !source.contains(fact)).forEach(fact -> differences.add("+" + fact));
        return List.copyOf(differences);
    }

    /** What no target gets: told, and nothing else may differ. */
    static final List<String> TOLD = List.of(
            "-column|app.uses_it|",
            "-relation|app.uses_it|",
            "-view|app.uses_it|",
            "-rule|\"Mixed Case\".\"Note\"|no_update|",
            "-trigger|app.\"Order\"|always|A|",
            "+trigger|app.\"Order\"|always|O|",
            "-trigger|app.\"Order\"|only_replica|R|",
            "+trigger|app.\"Order\"|only_replica|D|");

    private void assertOnlyToldDifferences(List<String> more) throws SQLException {
        Predicate<String> told = line ->
                TOLD.stream().anyMatch(line::startsWith) || more.stream().anyMatch(line::startsWith);
        assertThat(differences().stream().filter(told.negate())).isEmpty();
    }

    private List<String> leftOut(io.walferry.job.schema.StructurePlan plan) {
        return plan.leftOut().stream().map(LeftOut::object).toList();
    }

    @ParameterizedTest(name = "to PostgreSQL {0}")
    @ValueSource(ints = {14, 18})
    void arriveAsTheyAre(int version) throws Exception {
        pair = new StructurePair(TestServers.source(), TestServers.version(version));
        pair.script("objects.sql").script("objects-11.sql").script("objects-14.sql");
        var plan = pair.plan(ALL);
        assertThat(leftOut(plan))
                .containsExactlyInAnyOrder(
                        "rows of table app.scratch",
                        "function base.in_c(integer)",
                        "view app.uses_it",
                        "text search dictionary app.words",
                        "policy own of app.places",
                        "rule no_update of Mixed Case.Note");
        assertThat(plan.findings())
                .extracting(Finding::severity, Finding::where)
                .containsExactlyInAnyOrder(
                        org.assertj.core.groups.Tuple.tuple(
                                Finding.Severity.WARNING, "rule no_update of Mixed Case.Note"),
                        org.assertj.core.groups.Tuple.tuple(Finding.Severity.WARNING, "trigger always of app.Order"),
                        org.assertj.core.groups.Tuple.tuple(
                                Finding.Severity.WARNING, "trigger only_replica of app.Order"));
        makeAll();
        assertThat(pair.states.values()).containsOnly("done");
        assertOnlyToldDifferences(List.of());
        pair.atConsistency();
        assertThat(pair.made).isEmpty();
        assertThat(pair.differing()).isEmpty();
    }

    @Test
    void thatTheTargetHadAreComparedWithTheSources() throws Exception {
        pair = new StructurePair(TestServers.source(), TestServers.target());
        pair.script("objects.sql").script("objects-11.sql").script("objects-14.sql");
        pair.plan(ALL);
        makeAll();
        assertThat(pair.differing()).isEmpty();
        pair.atTarget(
                """
                CREATE OR REPLACE FUNCTION base.norm(t text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT upper(t) $$;
                CREATE OR REPLACE PROCEDURE app.clean(INOUT n int, minimum numeric DEFAULT 2) LANGUAGE plpgsql AS
                  $$ BEGIN n := n + 1; END $$;
                CREATE OR REPLACE AGGREGATE base.rows_seen(*) (SFUNC = int8inc, STYPE = int8, INITCOND = '7');
                ALTER TYPE base.status ADD VALUE 'third';
                ALTER TYPE base.point3 ADD ATTRIBUTE w int;
                ALTER DOMAIN base.positive SET DEFAULT 5;
                ALTER SEQUENCE base.tickets INCREMENT 8;
                CREATE TABLE base.customer (LIKE app.customer);
                CREATE OR REPLACE VIEW app.open_customers AS
                  SELECT id, name FROM base.customer WHERE status = 'new' WITH CASCADED CHECK OPTION;
                DROP MATERIALIZED VIEW app.empty_one;
                CREATE MATERIALIZED VIEW app.empty_one WITH (fillfactor = 70) AS SELECT * FROM app.per_status LIMIT 1 WITH NO DATA;
                CREATE OR REPLACE RULE no_delete AS ON DELETE TO app.open_customers DO INSTEAD SELECT 1;
                DROP TRIGGER stamp ON app."Order";
                CREATE TRIGGER stamp BEFORE INSERT ON app."Order" FOR EACH ROW EXECUTE FUNCTION app.stamp();
                ALTER TABLE app."Order" ENABLE TRIGGER "Off";
                DROP STATISTICS app.customer_stats;
                CREATE STATISTICS app.customer_stats ON email, code FROM app.customer;
                DROP OPERATOR base.@#@ (NONE, base.point3);
                CREATE FUNCTION base.keep(p base.point3) RETURNS base.point3 LANGUAGE sql IMMUTABLE AS 'SELECT p';
                CREATE OPERATOR base.@#@ (RIGHTARG = base.point3, PROCEDURE = base.keep);
                DROP CAST (int4 AS base.status);
                CREATE CAST (int4 AS base.status) WITH INOUT AS ASSIGNMENT;
                ALTER OPERATOR FAMILY base.loose USING hash DROP OPERATOR 1 (int4, int8);
                DROP AGGREGATE base.middle(float8 ORDER BY anyelement);
                CREATE FUNCTION base.middle(float8, anyelement) RETURNS int LANGUAGE sql AS 'SELECT 1'""");
        assertThat(pair.differing().keySet())
                .extracting(Object::toString)
                .containsExactlyInAnyOrder(
                        "function base.norm(t text)",
                        "procedure app.clean(INOUT n integer, IN minimum numeric)",
                        "aggregate base.rows_seen()",
                        "type base.status",
                        "type base.point3",
                        "domain base.positive",
                        "sequence base.tickets",
                        "view app.open_customers",
                        "materialized view app.empty_one",
                        "rule no_delete of app.open_customers",
                        "trigger stamp of app.Order",
                        "trigger Off of app.Order",
                        "statistics app.customer_stats",
                        "operator base.@#@(NONE, base.point3)",
                        "cast (integer AS base.status)",
                        "operator family base.loose for hash");
    }

    @Test
    void areFinishedAfterManyStops() throws Exception {
        pair = new StructurePair(TestServers.source(), TestServers.target());
        pair.script("objects.sql").script("objects-11.sql").script("objects-14.sql");
        var plan = pair.plan(ALL);
        pair.stopAfter(4);
        int stops = 0;
        while (stop()) {
            stops++;
        }
        assertThat(stops).isGreaterThan(15);
        assertThat(pair.states.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        plan.objects().stream().map(Object::toString).toList());
        assertOnlyToldDifferences(List.of());
    }

    /** Runs from the beginning until some more objects are done; false if there were none. */
    private boolean stop() throws Exception {
        try {
            pair.refuseForeignTables(pair.claimed());
            makeAll();
            return false;
        } catch (SQLException e) {
            assertThat(e.getMessage()).isEqualTo(StructurePair.STOPPED);
            return true;
        }
    }

    @Test
    void thatFailKeepNothingElse() throws Exception {
        pair = new StructurePair(TestServers.source(), TestServers.target());
        pair.atSource(
                """
                CREATE SCHEMA app; CREATE SCHEMA base;
                CREATE TABLE app.t (id int PRIMARY KEY, p int REFERENCES app.t);
                CREATE FUNCTION app.bad() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RAISE 'value %', 'zwq7value'; END $$;
                CREATE MATERIALIZED VIEW app.m AS SELECT id FROM app.t WITH NO DATA;
                CREATE VIEW app.good AS SELECT id FROM app.t""");
        pair.plan(new ObjectsConfig(List.of("app"), List.of(), List.of()));
        pair.before();
        pair.afterLoad();
        pair.atTarget("INSERT INTO app.t VALUES (1, 5); CREATE TYPE app.good AS (a int)");
        pair.atConsistency();
        assertThat(pair.states)
                .containsEntry("view app.good", "failed: relation \"good\" already exists (SQLSTATE 42P07)")
                .containsEntry("foreign key t_p_fkey of table app.t", "failed: SQLSTATE 23503, constraint t_p_fkey")
                .containsEntry("materialized view app.m", "done")
                .containsEntry("function app.bad()", "done");
        pair.atTarget("DROP TYPE app.good; DELETE FROM app.t");
        pair.atConsistency();
        assertThat(pair.states).containsEntry("view app.good", "done");
        assertThat(pair.states.values()).containsOnly("done");
    }

    @Test
    void comeWithTablesOnlyWhenNamed() throws Exception {
        pair = new StructurePair(TestServers.source(), TestServers.target());
        pair.script("objects.sql");
        var plan = pair.plan(new ObjectsConfig(
                List.of(),
                List.of("app.customer", "app.places"),
                List.of(),
                List.of("app.open_*", "app.order_sums"),
                List.of("base.to_text"),
                List.of(),
                false));
        assertThat(pair.catalog().findings().stream().filter(finding -> finding.severity() == Finding.Severity.ERROR))
                .isEmpty();
        assertThat(plan.objects().stream().map(Object::toString))
                .contains(
                        "table app.customer",
                        "function base.norm(t text)",
                        "function base.to_text(p base.point3)",
                        "operator class base.point3_ops for btree",
                        "sequence app.customer_id_seq",
                        "foreign key customer_parent_fkey of table app.customer",
                        "view app.open_customers")
                .doesNotContain("function app.stamp()", "table app.Order", "sequence base.span");
        assertThat(pair.catalog().leftOut().stream().map(LeftOut::toString))
                .contains(
                        "foreign key best of table app.customer: it refers to app.Order, which is not selected",
                        "view app.order_sums: it needs table app.\"Order\", which is not moved",
                        "rule no_delete of app.open_customers: it comes with a whole schema, or when objects.triggers"
                                + " names it",
                        "policy own of app.places: row security is not moved");
        makeAll();
        assertThat(pair.states.values()).containsOnly("done");
    }

    @Test
    void carryPrivilegesOnRequest() throws Exception {
        pair = new StructurePair(TestServers.source(), TestServers.target());
        String role = "reader_" + Long.toHexString(System.nanoTime());
        try {
            pair.atTarget("CREATE ROLE " + role);
            pair.atSource("CREATE ROLE " + role + "; CREATE ROLE " + role + "_gone");
            pair.atSource(
                    """
                    CREATE SCHEMA app;
                    GRANT USAGE ON SCHEMA app TO %1$s;
                    CREATE TABLE app.t (id int PRIMARY KEY, secret text);
                    GRANT SELECT (id), UPDATE (secret) ON app.t TO %1$s;
                    GRANT INSERT ON app.t TO %1$s WITH GRANT OPTION;
                    GRANT DELETE ON app.t TO PUBLIC, %1$s_gone;
                    CREATE FUNCTION app.f() RETURNS int LANGUAGE sql AS 'SELECT 1';
                    REVOKE ALL ON FUNCTION app.f() FROM PUBLIC;
                    GRANT EXECUTE ON FUNCTION app.f() TO %1$s;
                    CREATE VIEW app.v AS SELECT id FROM app.t;
                    GRANT SELECT ON app.v TO %1$s"""
                            .formatted(role));
            pair.plan(new ObjectsConfig(List.of("app"), List.of(), List.of(), List.of(), List.of(), List.of(), true));
            makeAll();
            String gone = "grant DELETE on table app.t to " + role + "_gone";
            assertThat(pair.states)
                    .containsEntry(gone, "failed: role \"" + role + "_gone\" does not exist (SQLSTATE 42704)");
            pair.states.remove(gone);
            assertThat(pair.states.values()).containsOnly("done");
            assertThat(pair.targetGrants().stream().filter(line -> !line.contains(PostgresServer.USERNAME)))
                    .hasSizeGreaterThan(6)
                    .containsExactlyElementsOf(pair.sourceGrants().stream()
                            .filter(line -> !line.contains("_gone") && !line.contains(PostgresServer.USERNAME))
                            .toList());
            // What is there is not granted again; what could not be is tried again.
            pair.atConsistency();
            assertThat(pair.made).containsExactly("failed to create " + gone + ", 1 of 1");
            pair.atTarget("REVOKE SELECT (id) ON app.t FROM " + role);
            pair.atConsistency();
            assertThat(pair.made).hasSize(2).anyMatch(made -> made.contains("grant SELECT on column app.t.id"));
        } finally {
            pair.close();
            pair = null;
            StructurePair.dropRole(TestServers.source(), role + "_gone");
            StructurePair.dropRole(TestServers.source(), role);
            StructurePair.dropRole(TestServers.target(), role);
        }
    }
}
