package io.walferry.tests.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.job.catalog.LeftOut;
import io.walferry.job.config.ObjectsConfig;
import io.walferry.job.failure.Finding;
import io.walferry.job.schema.StructurePlan;
import io.walferry.tests.support.TestServers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What belongs to tables follows them under other names: afterwards the source renames its own objects in the same way, and both
 * sides are alike but for what was told.
 */
class MappedStructureITCase {

    private static final String OBJECTS =
            """
            CREATE SCHEMA app; CREATE SCHEMA other;
            CREATE ROLE %1$s;
            CREATE TYPE app.state AS ENUM ('open', 'done');
            CREATE FUNCTION app.fold(t text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT lower(t) $$;
            CREATE TABLE app.customer (id serial PRIMARY KEY, name text NOT NULL, secret text, parent int,
              state app.state DEFAULT 'open', CONSTRAINT named CHECK (app.fold(name) <> ''), CONSTRAINT hidden CHECK (secret <> ''),
              CONSTRAINT family FOREIGN KEY (parent) REFERENCES app.customer DEFERRABLE INITIALLY DEFERRED);
            COMMENT ON TABLE app.customer IS 'who buys';
            COMMENT ON COLUMN app.customer.name IS 'as written';
            COMMENT ON COLUMN app.customer.secret IS 'gone';
            COMMENT ON CONSTRAINT named ON app.customer IS 'has a name';
            COMMENT ON CONSTRAINT hidden ON app.customer IS 'gone too';
            COMMENT ON CONSTRAINT customer_pkey ON app.customer IS 'the key';
            COMMENT ON CONSTRAINT family ON app.customer IS 'a tree';
            COMMENT ON SEQUENCE app.customer_id_seq IS 'numbers';
            CREATE INDEX customer_fold ON app.customer (app.fold(name), id DESC) WHERE state = 'open';
            COMMENT ON INDEX app.customer_fold IS 'for the search';
            CREATE INDEX customer_secret ON app.customer (secret);
            COMMENT ON INDEX app.customer_secret IS 'gone as well';
            CREATE TABLE app.orders (id bigint PRIMARY KEY, customer int NOT NULL DEFAULT 1, a int NOT NULL, b int,
              CONSTRAINT of_customer FOREIGN KEY (customer) REFERENCES app.customer (id) ON UPDATE CASCADE ON DELETE SET DEFAULT);
            CREATE UNIQUE INDEX orders_a ON app.orders (a, customer);
            ALTER TABLE app.orders REPLICA IDENTITY USING INDEX orders_a;
            ALTER TABLE app.orders ADD CONSTRAINT late FOREIGN KEY (b) REFERENCES app.customer NOT VALID;
            CREATE TABLE other.line (id int PRIMARY KEY, a int, customer int,
              CONSTRAINT "To order" FOREIGN KEY (a, customer) REFERENCES app.orders (a, customer) MATCH FULL);
            CREATE TABLE other.free (id int PRIMARY KEY, t text);
            CREATE VIEW other.free_texts AS SELECT t FROM other.free;
            CREATE RULE keep AS ON DELETE TO other.free_texts DO INSTEAD NOTHING;
            CREATE FUNCTION other.stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
            CREATE TRIGGER stamp BEFORE INSERT ON other.free FOR EACH ROW EXECUTE PROCEDURE other.stamp();
            CREATE STATISTICS other.free_stats (dependencies) ON id, t FROM other.free;
            GRANT SELECT, UPDATE ON app.customer TO %1$s WITH GRANT OPTION;
            GRANT INSERT (name), SELECT (secret) ON app.customer TO %1$s;
            GRANT USAGE ON SEQUENCE app.customer_id_seq TO %1$s;
            GRANT DELETE ON other.free_texts TO %1$s;
            CREATE VIEW app.names AS SELECT name FROM app.customer;
            COMMENT ON VIEW app.names IS 'only names';
            COMMENT ON COLUMN app.names.name IS 'a name';
            GRANT SELECT ON app.names TO %1$s;
            GRANT SELECT (name) ON app.names TO %1$s;
            CREATE VIEW other.lines AS SELECT id FROM other.line;
            CREATE MATERIALIZED VIEW app.counted AS SELECT state, count(*) AS n FROM app.customer GROUP BY state;
            CREATE TRIGGER watched AFTER INSERT ON app.orders FOR EACH ROW EXECUTE PROCEDURE other.stamp();
            CREATE RULE kept AS ON DELETE TO app.orders DO ALSO NOTHING;
            CREATE STATISTICS app.orders_stats (dependencies) ON a, b FROM app.orders;
            CREATE VIEW app.secrets AS SELECT id, secret FROM app.customer;
            CREATE VIEW app.few_secrets AS SELECT id FROM app.secrets;
            CREATE VIEW app."Of names" WITH (security_barrier) AS
              SELECT n.name AS "customer", app.fold(n.name) AS parent, 'app.customer name' AS words FROM app.names n;
            CREATE VIEW app.bought AS
              SELECT c.name, c.parent, o.*, (SELECT max(l.a) FROM other.line l WHERE l.customer = c.id) AS most
              FROM app.customer c JOIN app.orders o ON o.customer = c.id WHERE c.state = 'open';
            CREATE VIEW app.grouped AS SELECT c.id, c.name, count(*) AS n FROM app.customer c JOIN app.orders o ON o.customer = c.id
              GROUP BY c.id;
            ALTER VIEW app.names ALTER COLUMN name SET DEFAULT 'nobody';
            CREATE UNIQUE INDEX counted_state ON app.counted (state);
            CREATE TRIGGER picky BEFORE UPDATE OF b, a ON app.orders FOR EACH ROW
              WHEN (NEW.b IS DISTINCT FROM OLD.b AND NEW.customer > 0) EXECUTE PROCEDURE other.stamp();
            CREATE RULE noted AS ON DELETE TO app.orders WHERE OLD.customer > 5
              DO ALSO INSERT INTO other.free VALUES (OLD.id, 'customer');
            CREATE TABLE app.one (id int PRIMARY KEY, x int, y int);
            CREATE TABLE app.two (id int PRIMARY KEY, x int);
            CREATE VIEW app.ones AS SELECT id, x, y FROM app.one;
            CREATE VIEW app.both AS SELECT one.x AS a, two.x AS b FROM app.one JOIN app.two USING (id)""";

    private static final String MAPPING =
            """
            mapping:
              - table: app.customer
                to: shop."Customer"
                columns: {rename: {name: "Full name", parent: above}, leave-out: [secret]}
              - table: app.orders
                to: app.purchase
                columns: {rename: {customer: buyer, b: payer}}
              - from: other.l(.*)
                to: shop.l$1
              - table: app.one
                to: app.two
                columns: {rename: {x: y, y: x}}
              - table: app.two
                to: app.one
            """;

    /** What the mapping says, by the server's own means; what names a column that is left out is dropped. */
    private static final String RENAMED =
            """
            DROP VIEW app.few_secrets, app.secrets;
            CREATE SCHEMA shop;
            ALTER TABLE app.customer DROP COLUMN secret;
            ALTER TABLE app.customer RENAME name TO "Full name";
            ALTER TABLE app.customer RENAME parent TO above;
            ALTER TABLE app.customer RENAME TO "Customer";
            ALTER TABLE app."Customer" SET SCHEMA shop;
            ALTER TABLE app.orders RENAME customer TO buyer;
            ALTER TABLE app.orders RENAME b TO payer;
            ALTER TABLE app.orders RENAME TO purchase;
            ALTER TABLE other.line SET SCHEMA shop;
            ALTER TABLE app.one RENAME x TO z;
            ALTER TABLE app.one RENAME y TO x;
            ALTER TABLE app.one RENAME z TO y;
            ALTER TABLE app.one RENAME TO three;
            ALTER TABLE app.two RENAME TO one;
            ALTER TABLE app.three RENAME TO two""";

    @ParameterizedTest(name = "PostgreSQL {0} to {1}")
    @CsvSource({"17, 14", "10, 11", "11, 18", "12, 11", "12, 14"})
    void isAsIfTheSourceHadBeenRenamed(int sourceVersion, int targetVersion) throws Exception {
        String role = "mapped_" + Long.toHexString(System.nanoTime());
        StructurePair pair = new StructurePair(TestServers.version(sourceVersion), TestServers.version(targetVersion));
        try {
            pair.atSource(OBJECTS.formatted(role));
            pair.atTarget("CREATE ROLE " + role);
            StructurePlan plan = pair.plan(
                    new ObjectsConfig(
                            List.of("app", "other"), List.of(), List.of(), List.of(), List.of(), List.of(), true),
                    MAPPING);
            assertThat(plan.leftOut())
                    .extracting(LeftOut::object)
                    .containsExactlyInAnyOrder(
                            "part of table app.customer",
                            "part of table app.customer",
                            "view app.secrets",
                            "view app.few_secrets");
            assertThat(pair.catalog().findings()).noneMatch(finding -> finding.severity() == Finding.Severity.ERROR);
            pair.before();
            pair.afterLoad();
            pair.atConsistency();
            assertThat(pair.states.values()).as("%s", pair.states).containsOnly("done");
            pair.atSource(RENAMED);
            assertThat(differences(pair.sourceFacts(), pair.targetFacts())).isEmpty();
            assertThat(ofRole(pair.targetGrants(), role))
                    .hasSize(7)
                    .containsExactlyElementsOf(ofRole(pair.sourceGrants(), role));
        } finally {
            pair.close();
            StructurePair.dropRole(TestServers.version(sourceVersion), role);
            StructurePair.dropRole(TestServers.version(targetVersion), role);
        }
    }

    private static List<String> differences(List<String> source, List<String> target) {
        List<String> differences = new ArrayList<>();
        source.stream().filter(fact -> !target.contains(fact)).forEach(fact -> differences.add("-" + fact));
        target.stream().filter(fact -> !source.contains(fact)).forEach(fact -> differences.add("+" + fact));
        return differences;
    }

    private static List<String> ofRole(List<String> grants, String role) {
        return grants.stream().filter(line -> line.contains(role)).toList();
    }
}
