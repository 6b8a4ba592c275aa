package io.walferry.tests.mapping;

import static io.walferry.tests.mapping.SameRows.rows;
import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.tests.support.TaskRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code audit}: every change has one row in the history, held against what a trigger at the source has written down. */
class AuditITCase {

    private static final Path EXAMPLE = Path.of("..", "conf", "audit.yaml");

    /** What happened, without positions: those are the changelog's alone. */
    private static final String HISTORY =
            "SELECT table_name, operation, transaction_id, old_row ->> 'id' AS old_id, new_row ->> 'id' AS new_id,"
                    + " new_row ->> 'v' AS v FROM audit.%s";

    @TempDir
    private Path directory;

    @Test
    void everyChangeIsKeptOnceAcrossKillsAndOtherNumbersOfWriters() throws Exception {
        long seed = Long.getLong("tests.seed", System.nanoTime() % 1_000_000);
        System.out.println("Audit test: seed " + seed);
        Random random = new Random(seed);
        String text = Files.readString(EXAMPLE);
        Path statements = Files.writeString(
                directory.resolve("etl.sql"),
                "INSERT INTO shop.loud SELECT id, UPPER(v) AS v FROM shop.quiet WHERE CHAR_LENGTH(v) < 6");
        try (TaskRun run = TaskRun.shared("audit")) {
            run.atSource(
                    "CREATE SCHEMA shop",
                    "CREATE TABLE shop.orders (id int PRIMARY KEY, v text, big text)",
                    "ALTER TABLE shop.orders ALTER COLUMN big SET STORAGE EXTERNAL",
                    "CREATE TABLE shop.items (id int PRIMARY KEY, v text, n int[])",
                    "ALTER TABLE shop.items REPLICA IDENTITY FULL",
                    "CREATE TABLE shop.log (id int, v text)",
                    "ALTER TABLE shop.log REPLICA IDENTITY FULL",
                    "CREATE TABLE shop.quiet (id int PRIMARY KEY, v text)",
                    "CREATE TABLE shop.sessions (id int PRIMARY KEY)",
                    "CREATE TABLE public.expected (n serial, table_name text, operation text, transaction_id bigint,"
                            + " old_id text, new_id text, v text)",
                    "INSERT INTO shop.orders SELECT i, 'v', repeat('zwq7value', 400) FROM generate_series(1, 100) i",
                    "INSERT INTO shop.items SELECT i, 'v', '{1,2}' FROM generate_series(1, 100) i",
                    "INSERT INTO shop.log SELECT i, 'v' FROM generate_series(1, 100) i",
                    "INSERT INTO shop.quiet SELECT i, 'v' FROM generate_series(1, 100) i",
                    "CREATE FUNCTION public.expect() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                            + " INSERT INTO public.expected (table_name, operation, transaction_id, old_id, new_id, v)"
                            + " VALUES (TG_TABLE_NAME, lower(TG_OP), txid_current() % (1::bigint << 32),"
                            // Without FULL, an old row is logged only if the key changes.
                            + " CASE WHEN TG_OP = 'DELETE' OR TG_OP = 'UPDATE' AND (TG_TABLE_NAME <> 'orders' OR"
                            + " old.id <> new.id) THEN old.id::text END,"
                            + " CASE WHEN TG_OP <> 'DELETE' THEN new.id::text END,"
                            + " CASE WHEN TG_OP <> 'DELETE' THEN new.v END); RETURN NULL; END $$",
                    "ANALYZE");
            for (String table : new String[] {"orders", "items", "log"}) {
                run.atSource("CREATE TRIGGER expect AFTER INSERT OR UPDATE OR DELETE ON shop." + table
                        + " FOR EACH ROW EXECUTE FUNCTION public.expect()");
            }
            run.file()
                    .schemas("shop")
                    .batchRows(20)
                    .checkpointInterval("300ms")
                    .more(text.substring(text.indexOf("audit: ")) + "etl: {file: " + statements + "}\n");
            run.start().awaitChanges().awaitInStep();
            assertThat(rows(run.target(), HISTORY.formatted("orders"))).isEmpty();
            assertThat(rows(run.target(), HISTORY.formatted("changes"))).isEmpty();
            for (int writers : new int[] {2, 1, 3}) {
                for (int i = 0; i < 40; i++) {
                    run.inOneTransaction(change(random), change(random), change(random));
                    if (i == 10 || i == 25) {
                        run.kill();
                        run.file().writers(i == 10 ? 3 : writers);
                        run.start();
                    }
                }
                run.atSource("INSERT INTO shop.sessions VALUES (" + writers + ")");
                run.awaitChanges().awaitInStep();
                compare(run, seed);
            }
            run.inOneTransaction(
                    "UPDATE shop.quiet SET v = 'in' WHERE id = 1",
                    "UPDATE shop.quiet SET v = 'too long' WHERE id = 1",
                    "DELETE FROM shop.quiet WHERE id = 2",
                    "INSERT INTO shop.quiet VALUES (1000, 'new')",
                    "UPDATE shop.items SET n = NULL, v = E'\\t\"\\\\ä' WHERE id = (SELECT min(id) FROM shop.items)");
            run.awaitInStep();
            compare(run, seed);
            assertThat(rows(
                            run.target(),
                            "SELECT ordinal > 0, operation, old_row, new_row, committed_at BETWEEN now() - interval '5 min' AND now()"
                                    + " FROM audit.changes WHERE table_schema = 'shop' AND table_name = 'quiet'"))
                    .containsExactlyInAnyOrder(
                            "(f,update,,\"{\"\"v\"\": \"\"IN\"\", \"\"id\"\": \"\"1\"\"}\",t)",
                            "(t,delete,\"{\"\"id\"\": \"\"1\"\"}\",,t)",
                            "(t,delete,\"{\"\"id\"\": \"\"2\"\"}\",,t)",
                            "(t,insert,,\"{\"\"v\"\": \"\"NEW\"\", \"\"id\"\": \"\"1000\"\"}\",t)");
            // A typed row again, in the form of the target's table.
            assertThat(rows(
                            run.target(),
                            "SELECT r.* FROM audit.changes, jsonb_populate_record(NULL::shop.items, old_row) r"
                                    + " WHERE table_name = 'items' ORDER BY commit_lsn DESC, ordinal DESC LIMIT 1"))
                    .hasSize(1)
                    .allMatch(row -> row.contains("{1,2}"));
            run.inOneTransaction(
                    "TRUNCATE shop.orders, shop.items, shop.log", "INSERT INTO shop.items VALUES (1, 'x')");
            run.awaitInStep();
            assertThat(rows(
                            run.target(),
                            "SELECT table_name, operation, old_row, new_row ->> 'id' FROM (SELECT * FROM audit.changes"
                                    + " UNION ALL SELECT * FROM audit.orders) h WHERE commit_lsn = (SELECT max(commit_lsn) FROM"
                                    + " audit.changes)"))
                    .containsExactly(
                            "(items,insert,,1)", "(items,truncate,,)", "(log,truncate,,)", "(orders,truncate,,)");
            run.terminate();
        }
    }

    private static String change(Random random) {
        int id = 1 + random.nextInt(120);
        String where = " WHERE id = " + id;
        return switch (random.nextInt(10)) {
            case 0 -> "DELETE FROM shop.orders" + where;
            case 1 -> "UPDATE shop.orders SET v = v || 'o' WHERE id % 15 = " + id % 15;
            case 2 -> "INSERT INTO shop.orders VALUES (" + id + ", 'new', 'b') ON CONFLICT DO NOTHING";
            case 3 -> "UPDATE shop.orders SET id = id + 1000 WHERE id = " + id
                    + " AND NOT EXISTS (SELECT FROM shop.orders WHERE id = " + (id + 1000) + ")";
            case 4 -> "DELETE FROM shop.items" + where;
            case 5 -> "UPDATE shop.items SET v = 'i" + id + "' WHERE id % 25 = " + id % 25;
            case 6 -> "INSERT INTO shop.items VALUES (" + id + ", 'new') ON CONFLICT (id) DO UPDATE SET v = 'newer'";
            case 7 -> "INSERT INTO shop.log VALUES (" + id + ", 'new')";
            case 8 -> "UPDATE shop.log SET v = 'l" + id + "'" + where;
            default -> "DELETE FROM shop.log" + where;
        };
    }

    private static void compare(TaskRun run, long seed) throws Exception {
        String expected = "SELECT table_name, operation, transaction_id, old_id, new_id, v FROM public.expected";
        assertThat(rows(run.target(), HISTORY.formatted("orders")))
                .as("seed %d", seed)
                .containsExactlyElementsOf(rows(run.source(), expected + " WHERE table_name = 'orders'"));
        assertThat(rows(run.target(), HISTORY.formatted("changes") + " WHERE table_name <> 'quiet'"))
                .as("seed %d", seed)
                .containsExactlyElementsOf(rows(run.source(), expected + " WHERE table_name <> 'orders'"));
        // The order of the rows is that of the changes.
        assertThat(inOrder(
                        run.target(),
                        "SELECT table_name || operation || coalesce(new_row ->> 'id', old_row ->> 'id')"
                                + " FROM (SELECT * FROM audit.orders UNION ALL SELECT * FROM audit.changes) h"
                                + " WHERE table_name <> 'quiet' ORDER BY commit_lsn, ordinal"))
                .as("seed %d", seed)
                .isEqualTo(inOrder(
                        run.source(),
                        "SELECT table_name || operation || coalesce(new_id, old_id)"
                                + " FROM public.expected ORDER BY n"));
        for (String table : new String[] {"orders", "items", "log"}) {
            assertThat(rows(run.target(), "SELECT * FROM shop." + table))
                    .containsExactlyElementsOf(rows(run.source(), "SELECT * FROM shop." + table));
        }
    }

    private static String inOrder(Connection connection, String query) throws Exception {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT string_agg(q.*::text, ' ') FROM (" + query + ") q")) {
            row.next();
            return row.getString(1);
        }
    }

    @Test
    void aTableThatIsThereIsNotTaken() throws Exception {
        try (TaskRun run = TaskRun.shared("audit_refused")) {
            run.atSource("CREATE TABLE public.item (id int PRIMARY KEY)");
            run.atTarget("CREATE TABLE public.history (id int)");
            run.file().more("audit: public.history\nmapping:\n  - {table: public.item, audit: public.item}\n");
            run.start();
            assertThat(run.job().awaitExit(Duration.ofSeconds(60))).isEqualTo(3);
            assertThat(run.job().output())
                    .contains(
                            "target table public.history: it is there, and this task, which has not started, has not made it")
                    .contains(
                            "target table public.item: rows of the source arrive there, and audit names it for changes");
        }
    }
}
