package io.walferry.tests.etl;

import static io.walferry.tests.mapping.SameRows.assertRows;
import static io.walferry.tests.mapping.SameRows.assertSame;
import static io.walferry.tests.mapping.SameRows.rows;
import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.tests.postgres.PostgresServer;
import io.walferry.tests.support.TaskRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Statements of an ETL file: functions, look-ups, jars, and how they go together with mapping and lanes. */
class StatementsITCase {

    private static final Path CONF = Path.of("..", "conf");

    @TempDir
    private Path directory;

    @Test
    void theExampleMasksAndEnriches() throws Exception {
        try (TaskRun run = TaskRun.shared("etl_example")) {
            run.atSource(
                    "CREATE SCHEMA shop",
                    "CREATE TABLE shop.customers (id bigint PRIMARY KEY, name text NOT NULL, email text UNIQUE, phone text,"
                            + " city varchar(40), card text)",
                    "CREATE TABLE shop.orders (id bigint PRIMARY KEY, customer bigint REFERENCES shop.customers, total numeric(10,2),"
                            + " status text)",
                    "INSERT INTO shop.customers VALUES (1, 'Alice', 'alice@example.com', '+49 170 1234567', 'Ulm', '4111'),"
                            + " (2, 'Bob', NULL, '', NULL, NULL)",
                    "INSERT INTO shop.orders VALUES (1, 1, 100, 'paid'), (2, 2, 10.5, 'draft'), (3, NULL, 1, 'paid')");
            run.atTarget(
                    "CREATE SCHEMA crm",
                    "CREATE TABLE crm.segments (id bigint PRIMARY KEY, segment text)",
                    "INSERT INTO crm.segments VALUES (1, 'gold'), (3, 'silver')");
            run.file()
                    .schemas("shop")
                    .more(section("etl.yaml", "etl").replace("file: etl.sql", "file: " + example(run)));
            run.start().awaitChanges().awaitInStep();
            String customers = "SELECT id, name, email, phone, city FROM shop.customers";
            String orders = "SELECT id, customer, total, status, tax, segment FROM shop.orders";
            assertRows(run, customers, "(1,A****,a****@example.com,\"+49 1** ***4567\",Ulm)", "(2,B**,,\"\",)");
            assertRows(run, orders, "(1,1,100.00,paid,19.0000,gold)", "(3,,1.00,paid,0.1900,)");
            run.inOneTransaction(
                    "INSERT INTO shop.customers VALUES (3, 'Čaj', 'c@x.y', NULL, 'Brno', NULL)",
                    "UPDATE shop.orders SET status = 'paid', customer = 3 WHERE id = 2",
                    "UPDATE shop.orders SET status = 'draft' WHERE id = 3",
                    "UPDATE shop.customers SET name = 'Bobby', card = '1' WHERE id = 2",
                    "INSERT INTO shop.orders VALUES (4, 2, NULL, 'paid')");
            run.awaitInStep();
            assertRows(
                    run,
                    customers,
                    "(1,A****,a****@example.com,\"+49 1** ***4567\",Ulm)",
                    "(2,B****,,\"\",)",
                    "(3,Č**,*@x.y,,Brno)");
            assertRows(
                    run, orders, "(1,1,100.00,paid,19.0000,gold)", "(2,3,10.50,paid,1.9950,silver)", "(4,2,,paid,,)");
            assertThat(rows(
                            run.target(),
                            "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = 'shop'"
                                    + " AND column_name IN ('tax', 'segment', 'email', 'card')"))
                    .containsExactly("(email,text)", "(segment,text)", "(tax,numeric)");
            run.terminate();
        }
    }

    @Test
    void theExampleKeepsATenant() throws Exception {
        try (TaskRun run = TaskRun.shared("filter_example")) {
            run.atSource("CREATE SCHEMA shop");
            for (String table : new String[] {"shop.tenant_customers", "shop.tenant_notes"}) {
                run.atSource(
                        "CREATE TABLE " + table + " (id int PRIMARY KEY, tenant int, name text)",
                        "INSERT INTO " + table + " VALUES (1, 42, 'zwq7value'), (2, 41, 'x'), (3, NULL, 'y')");
            }
            run.atSource(
                    "CREATE TABLE shop.orders (id int PRIMARY KEY, tenant int, status text, total numeric(10,2))",
                    "INSERT INTO shop.orders VALUES (1, 42, 'draft', 1000), (2, 42, 'draft', 1000.01), (3, 42, 'paid', 1),"
                            + " (4, 41, 'paid', 1)");
            run.file().schemas("shop").more(section("filter.yaml", "mapping"));
            run.start().awaitChanges().awaitInStep();
            assertRows(run, "SELECT * FROM shop.customers", "(1,zwq7value)");
            assertRows(run, "SELECT * FROM shop.orders", "(2,42,draft,1000.01)", "(3,42,paid,1.00)");
            run.inOneTransaction(
                    "UPDATE shop.tenant_customers SET tenant = 83 - tenant",
                    "UPDATE shop.orders SET status = 'paid' WHERE id = 1",
                    "UPDATE shop.orders SET total = 1 WHERE id = 2",
                    "INSERT INTO shop.tenant_notes VALUES (4, 42, 'new')");
            run.awaitInStep();
            assertRows(run, "SELECT * FROM shop.customers", "(2,x)");
            assertRows(run, "SELECT * FROM shop.notes", "(1,zwq7value)", "(4,new)");
            assertRows(run, "SELECT * FROM shop.orders", "(1,42,paid,1000.00)", "(3,42,paid,1.00)");
            run.terminate();
        }
    }

    @Test
    void metadataOfAChangeAreColumnsToTheStatement() throws Exception {
        Path statements = Files.writeString(
                directory.resolve("etl.sql"),
                """
                INSERT INTO public.item SELECT i.id, i.n, walferry_operation AS op, UPPER(i.walferry_schema) AS s,
                  walferry_table AS t, walferry_task AS task, walferry_lsn AS lsn, walferry_commit_time AS at_,
                  walferry_transaction AS xid
                FROM public.item AS i WHERE walferry_table = 'item'
                """);
        try (TaskRun run = TaskRun.shared("etl_metadata")) {
            run.atSource(
                    "CREATE TABLE public.item (id int PRIMARY KEY, n int)",
                    "CREATE TABLE public.told (xid bigint PRIMARY KEY, lsn pg_lsn)",
                    "INSERT INTO public.item VALUES (1, 1), (2, 2), (3, 3)");
            run.file().more("etl: {file: " + statements + "}\n");
            run.start().awaitChanges().awaitInStep();
            run.inOneTransaction(
                    "INSERT INTO public.item VALUES (4, 4)",
                    "UPDATE public.item SET n = 20 WHERE id = 2",
                    "UPDATE public.item SET id = 30 WHERE id = 3",
                    "INSERT INTO public.told SELECT txid_current() % (1::bigint << 32), pg_current_wal_insert_lsn()");
            run.awaitInStep();
            assertRows(
                    run,
                    "SELECT i.id, i.n, op, s, t, task, i.lsn::pg_lsn >= told.lsn, abs(extract(epoch FROM now() - at_)) < 300,"
                            + " i.xid = told.xid FROM public.item i, public.told",
                    "(1,1,load,PUBLIC,item,etl_metadata,,,)",
                    "(2,20,update,PUBLIC,item,etl_metadata,t,t,t)",
                    "(30,3,insert,PUBLIC,item,etl_metadata,t,t,t)",
                    "(4,4,insert,PUBLIC,item,etl_metadata,t,t,t)");
            run.terminate();
        }
    }

    /** What an example says under a key of its own, to its end. */
    private static String section(String example, String key) throws IOException {
        String text = Files.readString(CONF.resolve(example));
        return text.substring(text.indexOf("\n" + key + ":") + 1);
    }

    /** The example's file, with the look-up of this test. */
    private Path example(TaskRun run) throws IOException {
        PostgresServer target = run.pair().target();
        String url = "jdbc:postgresql://" + target.hostname() + ":" + target.port() + "/"
                + run.pair().targetDatabase();
        String text = Files.readString(CONF.resolve("etl.sql"))
                .replaceAll("\\$\\{LOOKUP_URL[^}]*}", Matcher.quoteReplacement(url))
                .replaceAll("\\$\\{LOOKUP_USER[^}]*}", PostgresServer.USERNAME)
                .replaceAll("\\$\\{LOOKUP_PASSWORD[^}]*}", Matcher.quoteReplacement(target.password()));
        return Files.writeString(directory.resolve("etl.sql"), text);
    }

    @Test
    void severalTablesArriveTogetherWithAFunctionOfTheUsersAcrossKillsAndOtherNumbersOfWriters() throws Exception {
        Path statements = Files.writeString(
                directory.resolve("etl.sql"),
                """
                CREATE FUNCTION DISCOUNT AS 'shop.Discount';
                INSERT INTO whole.items SELECT id, DISCOUNT(price) AS price, name FROM a.items WHERE price > 10;
                INSERT INTO whole.items SELECT id, price, name FROM b.items WHERE price > 20
                """);
        try (TaskRun run = TaskRun.shared("etl_together")) {
            for (String schema : new String[] {"a", "b"}) {
                run.atSource(
                        "CREATE SCHEMA " + schema,
                        "CREATE TABLE " + schema + ".items (id int PRIMARY KEY, price int, name text)",
                        "INSERT INTO " + schema
                                + ".items SELECT i, i % 40, 'zwq7value' || i FROM generate_series(1, 500) i");
            }
            run.atSource("CREATE TABLE a.plain (id int PRIMARY KEY, n int)", "ANALYZE");
            run.file()
                    .schemas("a", "b")
                    .chunkRows(100)
                    .more(
                            """
                            mapping:
                              - {from: (.*).items, to: whole.items, constant: {column: origin, type: text, value: $1}}
                            etl: {file: %s, jars: [%s]}
                            """
                                    .formatted(statements, UserFunction.jar(directory)));
            run.start().awaitChanges();
            for (int writers : new int[] {2, 1, 3}) {
                change(run, writers);
                run.kill();
                change(run, writers + 10);
                run.file().writers(writers);
                run.start().awaitChanges().awaitInStep();
                compare(run);
            }
            assertThat(rows(run.target(), "SELECT count(DISTINCT lane) FROM walferry.progress"))
                    .containsExactly("(3)");
            run.terminate();
        }
    }

    private static void change(TaskRun run, int round) throws Exception {
        for (int i = 0; i < 20; i++) {
            run.inOneTransaction(
                    "UPDATE a.items SET price = price + 1 WHERE id % 20 = " + i,
                    "UPDATE b.items SET price = (price + 7) % 60 WHERE id % 20 = " + i,
                    "INSERT INTO a.plain VALUES (" + (round * 100 + i) + ", 1)",
                    "DELETE FROM a.items WHERE id % 211 = " + (round + i),
                    "INSERT INTO b.items VALUES (" + (10_000 + round * 100 + i) + ", " + i * 3 + ", 'new')",
                    "UPDATE b.items SET id = id + 100000 WHERE id % 97 = " + (round + i));
        }
    }

    private static void compare(TaskRun run) throws Exception {
        assertSame(
                run,
                "SELECT id, price - price / 10, name, 'a' FROM a.items WHERE price > 10"
                        + " UNION ALL SELECT id, price, name, 'b' FROM b.items WHERE price > 20",
                "SELECT id, price, name, origin FROM whole.items");
        assertSame(run, "SELECT * FROM a.plain", "SELECT * FROM a.plain");
    }

    @Test
    void withoutFollowingStructureAChangeThatTheStatementDoesNotUseGoesUnnoticedAndOneThatItUsesStops()
            throws Exception {
        Path statements = Files.writeString(
                directory.resolve("etl.sql"),
                "INSERT INTO public.items SELECT id, n * 2 AS twice FROM public.items WHERE n > 0");
        try (TaskRun run = TaskRun.shared("etl_ddl")) {
            run.atSource(
                    "CREATE TABLE public.items (id int PRIMARY KEY, n int, other text)",
                    "INSERT INTO public.items VALUES (1, 1, 'x'), (2, -2, 'y')");
            run.file().more("ddl: ignore\netl: {file: " + statements + "}\n");
            run.start().awaitChanges().awaitInStep();
            run.atSource(
                    "ALTER TABLE public.items ADD COLUMN more text DEFAULT 'd', DROP COLUMN other",
                    "INSERT INTO public.items VALUES (3, 3, 'z')",
                    "UPDATE public.items SET n = 4 WHERE id = 2");
            run.awaitInStep();
            assertRows(run, "SELECT id, twice FROM public.items", "(1,2)", "(2,8)", "(3,6)");
            run.atSource(
                    "ALTER TABLE public.items RENAME COLUMN n TO m", "INSERT INTO public.items VALUES (5, 5, 'z')");
            assertThat(run.job().awaitExit(Duration.ofSeconds(60))).isEqualTo(1);
            assertThat(run.job().output())
                    .contains("source table public.items: its statement uses n, which it does not have any more")
                    .contains("Adapt the filter or statement for it");
        }
    }

    @Test
    void aLookUpThatFindsSeveralRowsForOneStopsTheTask() throws Exception {
        try (TaskRun run = TaskRun.shared("etl_ambiguous")) {
            PostgresServer server = run.pair().target();
            Path statements = Files.writeString(
                    directory.resolve("etl.sql"),
                    """
                    CREATE TABLE names (k INT, name STRING) WITH ('connector' = 'jdbc', 'table-name' = 'names',
                      'url' = 'jdbc:postgresql://%s:%d/%s', 'username' = '%s', 'password' = '%s');
                    INSERT INTO public.item SELECT i.id, c.name FROM public.item AS i
                      LEFT JOIN names FOR SYSTEM_TIME AS OF PROCTIME() AS c ON c.k = i.id
                    """
                            .formatted(
                                    server.hostname(),
                                    server.port(),
                                    run.pair().targetDatabase(),
                                    PostgresServer.USERNAME,
                                    server.password()));
            run.atTarget(
                    "CREATE TABLE public.names (k int, name text)",
                    "INSERT INTO public.names VALUES (1, 'one'), (2, 'two'), (2, 'zwq7value')");
            run.atSource("CREATE TABLE public.item (id int PRIMARY KEY)", "INSERT INTO public.item VALUES (1)");
            run.file().more("etl: {file: " + statements + "}\n");
            run.start().awaitChanges().awaitInStep();
            assertRows(run, "SELECT id, name FROM public.item", "(1,one)");
            run.atSource("INSERT INTO public.item VALUES (2)");
            assertThat(run.job().awaitExit(Duration.ofSeconds(60))).isEqualTo(1);
            assertThat(run.job().output())
                    .contains("statement for source table public.item: a look-up finds several rows for one")
                    .contains("Look up by a unique key");
            assertRows(run, "SELECT id, name FROM public.item", "(1,one)");
        }
    }

    @Test
    void whatCannotBeDoneIsRefusedBeforeTheStart() throws Exception {
        Path statements = Files.writeString(
                directory.resolve("etl.sql"),
                """
                INSERT INTO public.a SELECT DISTINCT id FROM public.a;
                INSERT INTO public.b SELECT id + 1 AS id FROM public.b;
                INSERT INTO public.c SELECT id, MISSING(n) AS n FROM public.c;
                INSERT INTO public.d SELECT line, CURRENT_DATE AS today FROM public.d;
                INSERT INTO public.x SELECT id FROM public.x
                """);
        try (TaskRun run = TaskRun.shared("etl_refused")) {
            run.atSource(
                    "CREATE TABLE public.a (id int PRIMARY KEY, n int)",
                    "CREATE TABLE public.b (id int PRIMARY KEY, n int)",
                    "CREATE TABLE public.c (id int PRIMARY KEY, n int)",
                    "CREATE TABLE public.d (line text)",
                    "ALTER TABLE public.d REPLICA IDENTITY FULL");
            run.file().more("etl: {file: " + statements + "}\n");
            run.start();
            assertThat(run.job().awaitExit(Duration.ofSeconds(60))).isEqualTo(3);
            assertThat(run.job().output())
                    .contains("statement for source table public.a: DISTINCT compares a row with all others")
                    .contains("source table public.b: its statement does not bring id unchanged")
                    .contains("statement for source table public.c: No match found for function signature MISSING")
                    .contains("it reads public.x, which is no table of the task");
            assertThat(rows(
                            run.source(),
                            "SELECT slot_name FROM pg_replication_slots WHERE slot_name LIKE '%etl_refused%'"))
                    .isEmpty();
        }
    }
}
