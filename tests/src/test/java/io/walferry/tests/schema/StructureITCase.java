package io.walferry.tests.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.walferry.job.catalog.LeftOut;
import io.walferry.job.config.ObjectsConfig;
import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.Finding;
import io.walferry.job.failure.RefusedException;
import io.walferry.job.failure.SyncException;
import io.walferry.tests.postgres.PostgresServer;
import io.walferry.tests.support.Await;
import io.walferry.tests.support.TestServers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Whatever structure the source has, the target has it too; an interrupted start or post-load is finished by the next one. */
class StructureITCase {

    private static final ObjectsConfig SHOP =
            new ObjectsConfig(List.of("shop", "\"Odd \"\"Schema\""), List.of(), List.of());

    private StructurePair pair;

    private void use(PostgresServer target) throws SQLException {
        pair = new StructurePair(TestServers.source(), target);
    }

    @AfterEach
    void dropDatabases() throws SQLException {
        pair.close();
    }

    /** The name of what may differ: a child whose order of columns INHERITS cannot give. */
    private static boolean comparable(String fact) {
        return !fact.contains("|shop.reordered_child|");
    }

    private void assertAlike() throws SQLException {
        assertThat(pair.targetFacts().stream().filter(StructureITCase::comparable))
                .containsExactlyElementsOf(pair.sourceFacts().stream()
                        .filter(StructureITCase::comparable)
                        .toList());
    }

    private void makeAll() throws Exception {
        pair.before();
        pair.afterLoad();
        pair.atConsistency();
    }

    @Nested
    class ToVersion14 {

        @Test
        void makesTheTargetAlike() throws Exception {
            use(TestServers.target());
            pair.script("shop.sql").script("shop-14.sql").script("shop-17.sql");
            assertThat(pair.plan(SHOP).findings()).isEmpty();
            assertThat(pair.catalog().findings()).isEmpty();
            assertThat(pair.catalog().leftOut())
                    .extracting(LeftOut::object)
                    .containsExactly("rows of table shop.scratch");
            pair.refuseForeignTables(Set.of());
            makeAll();
            assertAlike();
            assertThat(order("shop.reordered_child", pair.pair.openTarget()))
                    .isEqualTo(order("shop.reordered_child", pair.pair.openSource()));
        }

        @Test
        void doesNothingTheSecondTime() throws Exception {
            use(TestServers.target());
            pair.script("shop.sql").script("shop-14.sql");
            pair.plan(SHOP);
            makeAll();
            List<String> before = pair.targetFacts();
            pair.refuseForeignTables(pair.claimed());
            pair.before();
            pair.afterLoad();
            assertThat(pair.made).isEmpty();
            pair.atConsistency();
            assertThat(pair.made).isEmpty();
            assertThat(pair.targetFacts()).isEqualTo(before);
        }

        @Test
        void loadsIntoTablesWithoutIndexes() throws Exception {
            use(TestServers.target());
            pair.script("shop.sql");
            pair.plan(SHOP);
            pair.before();
            assertThat(pair.targetFacts()).noneMatch(fact -> fact.startsWith("index|"));
            pair.afterLoad();
            assertThat(pair.targetFacts())
                    .anyMatch(fact -> fact.startsWith("index|shop.customer_h_idx|"))
                    .anyMatch(fact -> fact.startsWith("index|shop.event_pkey|t"))
                    .noneMatch(fact -> fact.startsWith("index|shop.customer_email_key|"))
                    .noneMatch(fact -> fact.startsWith("constraint|shop.booking|-|booking_room_during_excl|"));
        }

        @Test
        void findsAndLeavesOutWhatTheTargetCannotDo() throws Exception {
            use(TestServers.target());
            pair.atSource(
                    """
                    CREATE SCHEMA shop;
                    CREATE TABLE shop.t (id int PRIMARY KEY, a int, UNIQUE NULLS NOT DISTINCT (a));
                    CREATE TABLE shop.n (id int NOT NULL, UNIQUE NULLS NOT DISTINCT (id));
                    ALTER TABLE shop.n REPLICA IDENTITY FULL;
                    CREATE TABLE shop.hundreds (id numeric(3, -2) PRIMARY KEY)""");
            assertThat(pair.plan(new ObjectsConfig(List.of("shop"), List.of(), List.of()))
                            .findings())
                    .extracting(Finding::severity, Finding::where)
                    .containsExactlyInAnyOrder(
                            org.assertj.core.groups.Tuple.tuple(Finding.Severity.WARNING, "index shop.t_a_key"),
                            org.assertj.core.groups.Tuple.tuple(
                                    Finding.Severity.ERROR, "table shop.hundreds, column id"));
            assertThat(pair.plan(new ObjectsConfig(List.of("shop"), List.of(), List.of("shop.hundreds")))
                            .findings())
                    .extracting(Finding::severity)
                    .containsExactly(Finding.Severity.WARNING);
            makeAll();
            assertThat(pair.targetFacts())
                    .contains("constraint|shop.n|-|n_id_key|u|f|f|t|t|0|UNIQUE (id)")
                    .noneMatch(fact -> fact.contains("t_a_key"));
        }

        private String order(String table, Connection opened) throws SQLException {
            try (Connection connection = opened;
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(
                            "SELECT string_agg(attname, ',' ORDER BY attnum) FROM pg_attribute WHERE attrelid = '"
                                    + table + "'::regclass AND attnum > 0 AND NOT attisdropped")) {
                row.next();
                return row.getString(1);
            }
        }
    }

    @Nested
    class ToVersion11 {

        @Test
        void makesTheTargetAlike() throws Exception {
            use(TestServers.version(11));
            pair.script("shop.sql").script("shop-17.sql");
            assertThat(pair.plan(SHOP).findings()).isEmpty();
            makeAll();
            assertAlike();
        }

        @Test
        void findsWhatTheTargetCannotDo() throws Exception {
            use(TestServers.version(11));
            pair.script("shop.sql").script("shop-14.sql");
            assertThat(pair.plan(SHOP).findings())
                    .extracting(finding -> finding.severity() + " " + finding.where())
                    .contains(
                            "ERROR collation shop.ignore_case",
                            "ERROR function shop.with_body",
                            "ERROR table shop.generated, column b",
                            "ERROR table shop.generated, column m",
                            "ERROR table shop.generated, column jp",
                            "ERROR table shop.generated, column x",
                            "INFO table shop.generated",
                            "WARNING index shop.generated_a_idx",
                            "WARNING index shop.generated_id_a_idx");
        }
    }

    @Nested
    class Interrupted {

        @Test
        void finishesTablesTheNextTime() throws Exception {
            use(TestServers.target());
            pair.script("shop.sql").script("shop-14.sql").script("shop-17.sql");
            pair.plan(SHOP);
            refuse("CREATE TABLE", "event_2024_a");
            assertThatThrownBy(() -> pair.before())
                    .isInstanceOf(SyncException.class)
                    .hasMessageStartingWith(
                            "target table shop.event_2024_a: it cannot be created: not now (SQLSTATE P0001).")
                    .hasMessageContaining("CREATE TABLE \"shop\".\"event_2024_a\"")
                    .extracting(e -> ((SyncException) e).kind())
                    .isEqualTo(FailureKind.NEEDS_OPERATOR);
            allow();
            pair.refuseForeignTables(pair.claimed());
            makeAll();
            assertAlike();
        }

        @Test
        void finishesIndexesTheNextTime() throws Exception {
            use(TestServers.target());
            pair.script("shop.sql").script("shop-14.sql").script("shop-17.sql");
            pair.plan(SHOP);
            pair.before();
            refuse("CREATE INDEX", "event_2024_a_v_idx");
            assertThatThrownBy(() -> pair.afterLoad())
                    .isInstanceOf(SyncException.class)
                    .hasMessageStartingWith("target index shop.event_2024_a_v_idx: it cannot be created: not now");
            assertThat(pair.targetFacts()).noneMatch(fact -> fact.startsWith("index|shop.event_v|"));
            allow();
            refuse("ALTER TABLE", "event_2024_pkey");
            assertThatThrownBy(() -> pair.afterLoad())
                    .isInstanceOf(SyncException.class)
                    .hasMessageStartingWith("target constraint event_2024_pkey of table shop.event_2024: it cannot");
            allow();
            pair.afterLoad();
            refuse("ALTER INDEX", "event_at_id_v");
            assertThatThrownBy(() -> pair.atConsistency()).isInstanceOf(SyncException.class);
            allow();
            pair.atConsistency();
            assertAlike();
        }

        @Test
        void buildsAnIndexAnewThatWasLeftInvalid() throws Exception {
            use(TestServers.target());
            pair.script("shop.sql").script("shop-14.sql").script("shop-17.sql");
            pair.plan(SHOP);
            makeAll();
            pair.atTarget("UPDATE pg_index SET indisvalid = false WHERE indexrelid IN ('shop.customer_h_idx'::regclass,"
                    + " 'shop.\"Norm Index\"'::regclass)");
            pair.afterLoad();
            assertThat(pair.made.stream().map(line -> line.substring(0, line.indexOf(','))))
                    .containsExactlyInAnyOrder("created index shop.Norm Index", "created index shop.customer_h_idx");
            assertAlike();
        }

        @Test
        void endsSoonWhileItWaitsForALock() throws Exception {
            use(TestServers.target());
            pair.script("shop.sql").script("shop-14.sql").script("shop-17.sql");
            pair.plan(SHOP);
            pair.before();
            AtomicReference<Throwable> thrown = new AtomicReference<>();
            try (Connection other = pair.pair.openTarget();
                    Connection watch = pair.pair.openTarget();
                    Statement statement = other.createStatement()) {
                other.setAutoCommit(false);
                statement.execute("LOCK TABLE shop.customer IN ACCESS EXCLUSIVE MODE");
                Thread thread = new Thread(() -> {
                    try {
                        pair.afterLoad();
                    } catch (Throwable e) {
                        thrown.set(e);
                    }
                });
                thread.start();
                Await.until("all connections wait for the lock", Duration.ofSeconds(30), () -> waiting(watch) == 3);
                thread.interrupt();
                thread.join(10_000);
                assertThat(thread.isAlive()).isFalse();
                assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
            }
            pair.afterLoad();
            pair.atConsistency();
            assertAlike();
        }

        private int waiting(Connection watch) throws SQLException {
            try (Statement statement = watch.createStatement();
                    ResultSet row = statement.executeQuery("SELECT count(*) FROM pg_stat_activity WHERE datname ="
                            + " current_database() AND wait_event_type = 'Lock'")) {
                row.next();
                return row.getInt(1);
            }
        }

        /** Makes the target refuse statements of the kind whose text has the name. */
        private void refuse(String tag, String name) throws SQLException {
            pair.atTarget(
                    """
                    CREATE OR REPLACE FUNCTION public.refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$
                    BEGIN IF current_query() LIKE '%%"%2$s"%%' OR current_query() LIKE '%% %2$s %%' THEN RAISE 'not now'; END IF;
                    END $$;
                    CREATE EVENT TRIGGER refuse ON ddl_command_start WHEN TAG IN ('%1$s') EXECUTE FUNCTION public.refuse()"""
                            .formatted(tag, name));
        }

        private void allow() throws SQLException {
            pair.atTarget("DROP EVENT TRIGGER refuse; DROP FUNCTION public.refuse()");
        }
    }

    @Nested
    class WithTablesThatAreNotOurs {

        @Test
        void refusesAllOfThemAndMakesNothing() throws Exception {
            use(TestServers.target());
            pair.script("shop.sql");
            pair.plan(SHOP);
            pair.atTarget(
                    "CREATE SCHEMA shop; CREATE TABLE shop.customer (a int); CREATE VIEW shop.keyless AS SELECT 1;"
                            + " CREATE TABLE shop.hashed_1 (id int)");
            List<String> before = pair.targetFacts();
            assertThatThrownBy(() -> pair.refuseForeignTables(Set.of()))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("3 problems")
                    .hasMessageContaining("target table shop.customer: it exists and was not created by this task")
                    .hasMessageContaining("target table shop.keyless: it exists and was not created by this task")
                    .hasMessageContaining("target table shop.hashed_1: it exists and is no partition of shop.hashed");
            assertThat(pair.targetFacts()).isEqualTo(before);
        }

        @Test
        void refusesAnExtensionInAnotherSchema() throws Exception {
            use(TestServers.target());
            pair.script("shop.sql");
            pair.plan(SHOP);
            pair.atTarget("CREATE SCHEMA elsewhere; CREATE EXTENSION citext SCHEMA elsewhere");
            assertThatThrownBy(() -> pair.refuseForeignTables(Set.of()))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining(
                            "target extension citext: it is in the schema elsewhere, at the source in ext");
        }

        @Test
        void keepsTypesAndSequences() throws Exception {
            use(TestServers.target());
            pair.script("shop.sql").script("shop-14.sql").script("shop-17.sql");
            pair.plan(SHOP);
            pair.atTarget(
                    "CREATE SCHEMA shop; CREATE TYPE shop.mood AS ENUM ('sad', 'it''s ok', 'happy', E'back\\\\slash');"
                            + " CREATE SEQUENCE shop.free_seq AS integer INCREMENT 5 START 100 CACHE 7 CYCLE MAXVALUE 100000");
            pair.refuseForeignTables(Set.of());
            makeAll();
            assertAlike();
        }
    }

    @Test
    void setsSequencesToTheValuesOfTheSource() throws Exception {
        use(TestServers.target());
        pair.script("shop.sql");
        pair.atSource(
                """
                SELECT nextval('shop.customer_id_seq') FROM generate_series(1, 41);
                SELECT setval('shop.free_seq', 500, false);
                INSERT INTO "Odd ""Schema"."Select" DEFAULT VALUES""");
        pair.plan(SHOP);
        makeAll();
        try (Connection connection = pair.pair.openTarget();
                Statement statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT nextval('shop.customer_id_seq'), nextval('shop.free_seq'),"
                                + " nextval('\"Odd \"\"Schema\".\"Select_group_seq\"'), nextval('shop.down_seq')")) {
            row.next();
            assertThat(List.of(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4)))
                    .containsExactly(42L, 500L, 10L, -3L);
        }
    }

    @Test
    void namesAConstraintThatRowsBreakAndNoValue() throws Exception {
        use(TestServers.target());
        pair.atSource("CREATE SCHEMA shop; CREATE TABLE shop.t (id int PRIMARY KEY, secret text UNIQUE)");
        pair.plan(new ObjectsConfig(List.of("shop"), List.of(), List.of()));
        pair.before();
        pair.atTarget("INSERT INTO shop.t VALUES (1, 'zwq7value'), (2, 'zwq7value')");
        assertThatCode(() -> pair.afterLoad()).doesNotThrowAnyException();
        assertThatThrownBy(() -> pair.atConsistency())
                .isInstanceOf(SyncException.class)
                .hasMessage(
                        "target index shop.t_secret_key: it cannot be created: SQLSTATE 23505, constraint t_secret_key."
                                + " Remove the duplicates, which did not come from the source, then start again")
                .hasStackTraceContaining("23505")
                .satisfies(e -> assertThat(org.assertj.core.util.Throwables.getStackTrace(e))
                        .doesNotContain("zwq7value"));
    }

    @Test
    void readsHundredsOfTablesAtOnce() throws Exception {
        use(TestServers.target());
        pair.atSource(
                """
                CREATE SCHEMA many;
                DO $$ BEGIN FOR i IN 1..300 LOOP
                  EXECUTE format('CREATE TABLE many.t%s (id bigserial PRIMARY KEY, a int NOT NULL DEFAULT 1, b text, c numeric(10, 2),
                    d timestamptz DEFAULT now(), e jsonb, f varchar(20) CHECK (length(f) < 10), g int[], h uuid)', i);
                  EXECUTE format('CREATE INDEX ON many.t%s (b)', i);
                END LOOP; END $$""");
        ObjectsConfig many = new ObjectsConfig(List.of("many"), List.of(), List.of());
        pair.plan(many);
        long start = System.nanoTime();
        pair.plan(many);
        assertThat(pair.catalog().tables()).hasSize(300);
        // Far below this on an idle machine; a query for each table would take longer.
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }
}
