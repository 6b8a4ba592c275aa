package io.walferry.tests.precheck;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.Finding;
import io.walferry.job.pipeline.StructureDecisions;
import io.walferry.job.precheck.CheckResult;
import io.walferry.job.precheck.CheckResult.State;
import io.walferry.job.sql.DdlCaptureSql;
import io.walferry.tests.support.Await;
import io.walferry.tests.support.TestServers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each item is found, mended as it says, and found no more. */
class ItemsITCase {

    @TempDir
    Path directory;

    private PrecheckTask task;

    @BeforeEach
    void makeATask() throws SQLException {
        task = PrecheckTask.shared(directory);
    }

    @AfterEach
    void drop() throws SQLException {
        task.close();
    }

    private void isMendedByItsRemedy(CheckItem item, State state, String what) throws Exception {
        isFound(item, state, what);
        task.mend(task.check(item));
        passes(item);
    }

    private void isFound(CheckItem item, State state, String what) throws Exception {
        CheckResult result = task.check(item);
        assertThat(result.findings()).as(item.label()).singleElement().satisfies(finding -> assertThat(finding.what())
                .contains(what));
        assertThat(result.state()).isEqualTo(state);
    }

    private void passes(CheckItem item) throws Exception {
        CheckResult result = task.check(item);
        assertThat(result.findings()).isEmpty();
        assertThat(result.state()).isEqualTo(State.PASSED);
    }

    @Test
    void aTaskWithoutProblemsPassesEveryItem() throws Exception {
        assertThat(task.check().results()).allSatisfy(result -> assertThat(result.state())
                .as(result.toString())
                // Other tests' transactions and slots are on the same servers.
                .isIn(
                        result.item() == CheckItem.OPEN_TRANSACTIONS || result.item() == CheckItem.STANDBYS
                                ? new State[] {State.PASSED, State.WARNING}
                                : new State[] {State.PASSED}));
        assertThat(task.traces()).isEmpty();
    }

    @Test
    void aPatternThatMatchesNothing() throws Exception {
        task.objects("  schemas: [public]\n  tables: [public.orders]\n");
        isFound(CheckItem.OBJECTS, State.ERROR, "no table or view of the source matches");
        task.atSource("CREATE TABLE public.orders (id int PRIMARY KEY)");
        passes(CheckItem.OBJECTS);
    }

    @Test
    void aSourceUserWhoMayNotCaptureChangesOfStructure() throws Exception {
        task.role(Finding.Side.SOURCE, "REPLICATION");
        isFound(CheckItem.STRUCTURE_CHANGES, State.WARNING, "the task's user may not create event triggers");
        for (String sql : StructureDecisions.captureScript(task.config())) {
            task.atSource(sql);
        }
        passes(CheckItem.STRUCTURE_CHANGES);
        for (String sql : DdlCaptureSql.remove()) {
            task.atSource(sql);
        }
    }

    @Test
    void aStatementThatNamesNoColumn() throws Exception {
        task.more("mapping:\n  - table: public.item\n    filter: \"nme = 'x'\"\n");
        isFound(CheckItem.STATEMENTS, State.ERROR, "nme");
        task.more("mapping:\n  - table: public.item\n    filter: \"name = 'x'\"\n");
        passes(CheckItem.STATEMENTS);
    }

    @Test
    void aTableWithoutReplicaIdentity() throws Exception {
        task.atSource("CREATE TABLE public.keyless (what text)");
        isMendedByItsRemedy(CheckItem.REPLICA_IDENTITY, State.ERROR, "it has no primary key");
        isFound(CheckItem.KEYS, State.WARNING, "it has no key");
        task.atSource("ALTER TABLE public.keyless ADD id int PRIMARY KEY");
        passes(CheckItem.KEYS);
    }

    @Test
    void aForeignKeyToATableThatIsNotSelected() throws Exception {
        task.atSource(
                "CREATE SCHEMA other",
                "CREATE TABLE other.parent (id int PRIMARY KEY)",
                "CREATE TABLE public.child (id int PRIMARY KEY, parent int CONSTRAINT of REFERENCES other.parent)");
        isFound(CheckItem.FOREIGN_KEY_PARENTS, State.WARNING, "foreign key of refers to other.parent");
        task.objects("  schemas: [public]\n  tables: [other.parent]\n");
        passes(CheckItem.FOREIGN_KEY_PARENTS);
    }

    @Test
    void aTypeThatTheTargetDoesNotHave() throws Exception {
        try (PrecheckTask toEleven = PrecheckTask.on(TestServers.source(), TestServers.version(11), directory)) {
            toEleven.atSource("CREATE TABLE public.spans (id int4multirange PRIMARY KEY)");
            CheckResult result = toEleven.check(CheckItem.STRUCTURE);
            assertThat(result.state()).isEqualTo(State.ERROR);
            assertThat(result.findings())
                    .extracting(Finding::what)
                    .contains("the target is PostgreSQL 11, and the type int4multirange came with 14");
            toEleven.objects("  schemas: [public]\n  exclude: [public.spans]\n");
            assertThat(toEleven.check(CheckItem.STRUCTURE).state()).isEqualTo(State.PASSED);
        }
    }

    @Test
    void aSourceThatIsTooOld() throws Exception {
        try (PrecheckTask fromNine = PrecheckTask.on(TestServers.version(9), TestServers.target(), directory)) {
            CheckResult result = fromNine.check(CheckItem.SOURCE_VERSION);
            assertThat(result.state()).isEqualTo(State.ERROR);
            assertThat(result.findings())
                    .extracting(Finding::what)
                    .containsExactly("it is PostgreSQL 9, older than 10");
            // A newer server holds the same.
            fromNine.with("source", "port", String.valueOf(task.pair().source().port()))
                    .with("source", "database", task.pair().sourceDatabase());
            assertThat(fromNine.check(CheckItem.SOURCE_VERSION).findings()).isEmpty();
        }
    }

    @Test
    void aTargetThatIsTooOld() throws Exception {
        try (PrecheckTask toTen = PrecheckTask.on(TestServers.source(), TestServers.version(10), directory)) {
            CheckResult result = toTen.check(CheckItem.TARGET_PRODUCT);
            assertThat(result.state()).isEqualTo(State.ERROR);
            assertThat(result.findings())
                    .extracting(Finding::what)
                    .containsExactly("it is PostgreSQL 10, older than PostgreSQL 11");
            toTen.with("target", "port", String.valueOf(task.pair().target().port()))
                    .with("target", "database", task.pair().targetDatabase());
            assertThat(toTen.check(CheckItem.TARGET_PRODUCT).findings()).isEmpty();
        }
    }

    /** A server whose own types differ as those of relatives of PostgreSQL do, by other casts. */
    @Test
    void typesThatAreNotPostgresOwn() throws Exception {
        task.atTarget(
                """
                CREATE FUNCTION public.cut(v varchar, length int, explicit boolean) RETURNS varchar LANGUAGE sql IMMUTABLE AS
                  $$ SELECT left(v, (length - 4) / 2)::varchar $$""",
                "CREATE FUNCTION public.with_time(d date) RETURNS text LANGUAGE sql IMMUTABLE AS"
                        + " $$ SELECT to_char(d, 'YYYY-MM-DD HH24:MI:SS') $$",
                "CREATE CAST (date AS text) WITH FUNCTION public.with_time(date)",
                "UPDATE pg_cast SET castfunc = 'public.cut'::regproc WHERE castsource = 'varchar'::regtype"
                        + " AND casttarget = 'varchar'::regtype");
        CheckResult result = task.check(CheckItem.TARGET_TYPES);
        assertThat(result.state()).isEqualTo(State.ERROR);
        assertThat(result.findings())
                .extracting(Finding::what)
                .containsExactly(
                        "pg_catalog.date holds a time of day", "the length of pg_catalog.varchar counts bytes");
        task.atTarget(
                "UPDATE pg_cast SET castfunc = 'pg_catalog.varchar(varchar, int4, bool)'::regprocedure WHERE castsource = 'varchar'::regtype"
                        + " AND casttarget = 'varchar'::regtype",
                "DROP CAST (date AS text)");
        passes(CheckItem.TARGET_TYPES);
    }

    @Test
    void anExtensionThatOnlyASuperuserMayCreate() throws Exception {
        String role = task.role(Finding.Side.TARGET, "");
        task.atTarget("ALTER DATABASE \"" + task.pair().targetDatabase() + "\" OWNER TO \"" + role + "\"");
        task.atSource(
                "CREATE EXTENSION earthdistance CASCADE", "CREATE TABLE public.place (id int PRIMARY KEY, at earth)");
        isMendedByItsRemedy(CheckItem.EXTENSIONS, State.ERROR, "may not create it");
        task.atTarget("ALTER DATABASE \"" + task.pair().targetDatabase() + "\" OWNER TO CURRENT_USER");
    }

    @Test
    void aTableThatTheTargetHas() throws Exception {
        task.atTarget("CREATE TABLE public.item (id int PRIMARY KEY)");
        isFound(CheckItem.TARGET_CONFLICTS, State.ERROR, "it exists and was not created by this task");
        task.atTarget("ALTER TABLE public.item RENAME TO former_item");
        passes(CheckItem.TARGET_CONFLICTS);
    }

    @Test
    void aViewThatTheTargetHasInAnotherForm() throws Exception {
        task.atSource("CREATE VIEW public.names AS SELECT name FROM public.item");
        task.atTarget("CREATE VIEW public.names AS SELECT 'nobody'::text AS name");
        isFound(CheckItem.TARGET_CONFLICTS, State.WARNING, "its definition reads differently");
        task.atTarget("DROP VIEW public.names");
        passes(CheckItem.TARGET_CONFLICTS);
        task.atTarget(
                "CREATE TABLE public.item (id int PRIMARY KEY, name text)",
                "CREATE VIEW public.names AS SELECT name FROM public.item");
        task.more("on-existing: proceed\n");
        passes(CheckItem.TARGET_CONFLICTS);
    }

    @Test
    void aTriggerOfTheTargetThatActsOnReplicas() throws Exception {
        task.atTarget(
                "CREATE TABLE public.item (id int PRIMARY KEY)",
                "CREATE FUNCTION public.act() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
                "CREATE TRIGGER acts BEFORE INSERT ON public.item FOR EACH ROW EXECUTE FUNCTION public.act()");
        passes(CheckItem.TARGET_TRIGGERS);
        task.atTarget("ALTER TABLE public.item ENABLE ALWAYS TRIGGER acts");
        isFound(CheckItem.TARGET_TRIGGERS, State.WARNING, "acts");
        task.atTarget("ALTER TABLE public.item DISABLE TRIGGER acts");
        passes(CheckItem.TARGET_TRIGGERS);
    }

    @Test
    void aUserWhoCannotSilenceTriggers() throws Exception {
        // From version 15 on there is a right that can be granted.
        try (PrecheckTask to17 = PrecheckTask.on(TestServers.target(), TestServers.source(), directory)) {
            to17.role(Finding.Side.TARGET, "");
            CheckResult warned = to17.check(CheckItem.TARGET_TRIGGERS);
            assertThat(warned.state()).isEqualTo(State.WARNING);
            to17.atTarget("CREATE TABLE public.item (id int PRIMARY KEY REFERENCES public.item, name text)");
            assertThat(to17.check(CheckItem.TARGET_TRIGGERS).state()).isEqualTo(State.ERROR);
            to17.mend(warned);
            assertThat(to17.check(CheckItem.TARGET_TRIGGERS).findings()).isEmpty();
        }
    }

    @Test
    void aSlotThatAnotherTaskHasLeft() throws Exception {
        task.atSource("SELECT pg_create_logical_replication_slot('walferry_precheck', 'pgoutput')");
        isMendedByItsRemedy(CheckItem.LEFTOVERS, State.ERROR, "the target has no record of task precheck");
    }

    @Test
    void aPublicationOfAllTables() throws Exception {
        task.atSource("CREATE PUBLICATION walferry_precheck FOR ALL TABLES");
        isMendedByItsRemedy(CheckItem.LEFTOVERS, State.ERROR, "it publishes all tables");
    }

    @Test
    void recordsOfAnotherVersion() throws Exception {
        for (String sql : io.walferry.job.sql.ControlSql.create()) {
            task.atTarget(sql);
        }
        task.atTarget("INSERT INTO walferry.version VALUES (0)");
        isFound(CheckItem.TASK_RECORDS, State.ERROR, "it has version 0");
        task.atTarget("UPDATE walferry.version SET version = " + io.walferry.job.sql.ControlSql.VERSION);
        passes(CheckItem.TASK_RECORDS);
    }

    @Test
    void aTransactionThatTheSlotWouldWaitFor() throws Exception {
        try (Connection writer = task.pair().openSource();
                Statement statement = writer.createStatement()) {
            writer.setAutoCommit(false);
            statement.execute("INSERT INTO public.item VALUES (1)");
            Await.until(
                    "the transaction is old enough to be told",
                    Duration.ofSeconds(60),
                    () -> openTransaction() != null);
            task.mend(openTransaction());
            Await.until("it has ended", Duration.ofSeconds(30), () -> openTransaction() == null);
        } catch (SQLException e) {
            // The session was ended.
            assertThat(e.getSQLState()).startsWith("08");
        }
    }

    @Test
    void aPreparedTransactionThatTheSlotWouldWaitFor() throws Exception {
        task.atSource("BEGIN; INSERT INTO public.item VALUES (1); PREPARE TRANSACTION 'forgotten'");
        Finding finding = openTransaction();
        assertThat(finding.what()).contains("transaction forgotten", "is prepared and has not ended");
        task.mend(finding);
        assertThat(openTransaction()).isNull();
    }

    /** Of this test's database; others may be open on the same server. */
    private Finding openTransaction() throws Exception {
        return task.check(CheckItem.OPEN_TRANSACTIONS).findings().stream()
                .filter(finding -> finding.what().contains(task.pair().sourceDatabase()))
                .findFirst()
                .orElse(null);
    }

    @ParameterizedTest
    @EnumSource(Finding.Side.class)
    void aTimeoutThatWouldEndOurSessions(Finding.Side side) throws Exception {
        boolean source = side == Finding.Side.SOURCE;
        task.role(side, "REPLICATION");
        String sql = "ALTER DATABASE \"%s\" SET idle_session_timeout = '10min'";
        if (source) {
            task.atSource(sql.formatted(task.pair().sourceDatabase()));
        } else {
            task.atTarget(sql.formatted(task.pair().targetDatabase()));
        }
        isMendedByItsRemedy(
                source ? CheckItem.SOURCE_TIMEOUTS : CheckItem.TARGET_TIMEOUTS,
                State.WARNING,
                "idle_session_timeout is 10min");
    }

    @Test
    void aTimeoutThatOurSessionsSwitchOffIsNoMatter() throws Exception {
        task.atTarget("ALTER DATABASE \"" + task.pair().targetDatabase()
                + "\" SET idle_in_transaction_session_timeout = '1min'");
        passes(CheckItem.TARGET_TIMEOUTS);
    }

    @Test
    void sizesAreTold() throws Exception {
        task.atSource("INSERT INTO public.item SELECT i, repeat('x', 500) FROM generate_series(1, 4000) i");
        CheckResult result = task.check(CheckItem.TARGET_SPACE);
        assertThat(result.state()).isEqualTo(State.PASSED);
        assertThat(result.findings().get(0).what())
                .matches("the selected tables take [0-9]+ kB at the source, .* the target's database has [0-9]+ kB .*");
    }

    @Test
    void anEncodingAndACollationThatDiffer() throws Exception {
        String latin = task.pair().targetDatabase() + "_latin";
        String right = task.pair().targetDatabase();
        try (Connection target = task.pair().target().connect("postgres");
                Statement statement = target.createStatement()) {
            statement.execute("CREATE DATABASE " + latin + " ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
            try {
                task.with("target", "database", latin);
                isFound(CheckItem.ENCODING, State.WARNING, "its encoding is LATIN1, the source's is UTF8");
                isFound(CheckItem.COLLATION, State.WARNING, "its default collation is C (libc)");
                task.with("target", "database", right);
                passes(CheckItem.ENCODING);
                passes(CheckItem.COLLATION);
            } finally {
                statement.execute("DROP DATABASE " + latin);
            }
        }
    }

    @Test
    void aTimeZoneThatDiffers() throws Exception {
        task.atSource("ALTER DATABASE \"" + task.pair().sourceDatabase() + "\" SET TimeZone = 'Asia/Tokyo'");
        isMendedByItsRemedy(CheckItem.TIME_ZONE, State.WARNING, "time zone UTC, the source's Asia/Tokyo");
    }

    @Test
    void aLocaleOfMoneyThatDiffersMattersOnlyWithMoney() throws Exception {
        task.atSource("ALTER DATABASE \"" + task.pair().sourceDatabase() + "\" SET lc_monetary = 'POSIX'");
        passes(CheckItem.LC_MONETARY);
        task.atSource("ALTER TABLE public.item ADD price money");
        isMendedByItsRemedy(CheckItem.LC_MONETARY, State.WARNING, "at the source POSIX");
    }

    @Test
    void aNameThatTheTargetReserves() throws Exception {
        try (PrecheckTask to17 = PrecheckTask.on(TestServers.target(), TestServers.source(), directory)) {
            to17.atSource("ALTER TABLE public.item ADD system_user text");
            CheckResult result = to17.check(CheckItem.RESERVED_WORDS);
            assertThat(result.state()).isEqualTo(State.WARNING);
            assertThat(result.findings().get(0).what()).contains("column public.item.system_user");
            to17.atSource("ALTER TABLE public.item RENAME system_user TO who");
            assertThat(to17.check(CheckItem.RESERVED_WORDS).findings()).isEmpty();
        }
    }
}
