package io.walferry.tests.mapping;

import static io.walferry.tests.mapping.SameRows.assertSame;
import static io.walferry.tests.mapping.SameRows.rows;
import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.tests.command.WalferryProcess;
import io.walferry.tests.support.TaskRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code soft-delete}: what the source deletes stays at the target, marked, and a row that comes again loses its mark. */
class SoftDeleteITCase {

    private static final Path EXAMPLE = Path.of("..", "conf", "soft-delete.yaml");

    @TempDir
    private Path directory;

    @Test
    void deletedRowsStayMarkedAcrossKillsOtherNumbersOfWritersAndChangesOfStructure() throws Exception {
        long seed = Long.getLong("tests.seed", System.nanoTime() % 1_000_000);
        System.out.println("Soft delete test: seed " + seed);
        Random random = new Random(seed);
        try (TaskRun run = TaskRun.shared("soft_delete")) {
            run.atSource(
                    "CREATE TABLE public.item (id int PRIMARY KEY, code text UNIQUE, n int, big text)",
                    "ALTER TABLE public.item ALTER COLUMN big SET STORAGE EXTERNAL",
                    "CREATE TABLE public.part (day date, id int, item int, v text, PRIMARY KEY (day, id)) PARTITION BY RANGE (day)",
                    "CREATE TABLE public.part_1 PARTITION OF public.part FOR VALUES FROM ('2024-01-01') TO ('2024-02-01')",
                    "CREATE TABLE public.part_2 PARTITION OF public.part FOR VALUES FROM ('2024-02-01') TO ('2025-01-01')",
                    "CREATE TABLE public.session (id int PRIMARY KEY, item int REFERENCES public.item ON UPDATE CASCADE ON DELETE CASCADE)",
                    "CREATE SCHEMA a",
                    "CREATE SCHEMA b",
                    "CREATE TABLE a.visit (id int PRIMARY KEY, v text)",
                    "CREATE TABLE b.visit (v text, id int PRIMARY KEY)",
                    "INSERT INTO public.item SELECT i, 'c' || i, i % 5, repeat('zwq7value' || i, 400) FROM generate_series(1, 300) i",
                    "INSERT INTO public.part SELECT date '2024-01-01' + i % 90, i, i, 'v' FROM generate_series(1, 300) i",
                    "INSERT INTO public.session SELECT i, i FROM generate_series(1, 300) i",
                    "INSERT INTO a.visit SELECT i, 'a' FROM generate_series(1, 200) i",
                    "INSERT INTO b.visit SELECT 'b', i FROM generate_series(1, 200) i",
                    "ANALYZE");
            rememberKeys(run, "public.item", "new.id::text", "true");
            rememberKeys(run, "public.part", "new.day || ' ' || new.id", "true");
            rememberKeys(run, "a.visit", "'a ' || new.id", "true");
            rememberKeys(run, "b.visit", "'b ' || new.id", "true");
            run.file()
                    .schemas("public", "a", "b")
                    .exclude("public.seen")
                    .chunkRows(100)
                    .batchRows(50)
                    .checkpointInterval("300ms")
                    .more(
                            """
                            soft-delete: deleted_at
                            mapping:
                              - {table: public.session, soft-delete: none}
                              - {table: public.item, columns: {rename: {n: number}}}
                              - {from: (.*).visit, to: whole.visit, constant: {column: origin, type: text, value: $1}}
                            """);
            run.start().awaitChanges().awaitInStep();
            assertThat(rows(run.target(), "SELECT id FROM public.item WHERE deleted_at IS NOT NULL"))
                    .isEmpty();
            for (int writers : new int[] {2, 1, 3}) {
                for (int i = 0; i < 30; i++) {
                    run.inOneTransaction(change(random), change(random), change(random), change(random));
                    if (i == 15) {
                        run.kill();
                    }
                }
                run.file().writers(writers);
                run.start().awaitChanges().awaitInStep();
                compareAll(run);
            }
            run.inOneTransaction(
                    "TRUNCATE public.session, public.item, a.visit",
                    "INSERT INTO public.item (id, code, n) VALUES (1, 'again', 1), (2, 'c1', 2)",
                    "INSERT INTO a.visit VALUES (7, 'again')");
            run.awaitInStep();
            compareAll(run);
            run.atSource(
                    "ALTER TABLE public.item ADD COLUMN more int DEFAULT 4, DROP COLUMN big",
                    "ALTER TABLE public.item RENAME COLUMN code TO sign",
                    "UPDATE public.item SET more = 5 WHERE id = 1",
                    "DELETE FROM public.item WHERE id = 2",
                    "CREATE TABLE public.late (id int PRIMARY KEY, v text)",
                    "INSERT INTO public.late VALUES (1, 'x'), (2, 'y')",
                    "DELETE FROM public.late WHERE id = 1",
                    "CREATE TABLE public.bare (id int PRIMARY KEY)",
                    "INSERT INTO public.bare VALUES (1), (2)",
                    "ALTER TABLE public.item ADD COLUMN drawn float8 DEFAULT random()",
                    "DELETE FROM public.item WHERE id = 1",
                    "INSERT INTO public.item (id, sign) VALUES (2, 'c2')");
            run.awaitInStep();
            compareItems(run, "id, sign, n, more, drawn", "id, sign, number, more, drawn");
            assertSame(run, "SELECT * FROM public.late", "SELECT id, v FROM public.late WHERE deleted_at IS NULL");
            assertThat(rows(run.target(), "SELECT id, v FROM public.late WHERE deleted_at IS NOT NULL"))
                    .containsExactly("(1,x)");
            // A mark is for a row that is there, also where it has all values that a row needs.
            run.atTarget("DELETE FROM public.bare WHERE id = 2");
            run.atSource("DELETE FROM public.bare");
            run.awaitInStep();
            assertThat(rows(run.target(), "SELECT id FROM public.bare WHERE deleted_at IS NOT NULL"))
                    .containsExactly("(1)");
            assertThat(verify(run)).isZero();
            run.atTarget("UPDATE public.late SET deleted_at = now() WHERE id = 2");
            assertThat(verify(run)).isEqualTo(1);
            run.terminate();
        }
    }

    private int verify(TaskRun run) throws Exception {
        Path file = run.file().write(directory.resolve("task.yaml"));
        try (WalferryProcess process = WalferryProcess.start(
                Path.of("..").toAbsolutePath().normalize(),
                Map.of(),
                ProcessBuilder.Redirect.to(directory.resolve("output").toFile()),
                "verify",
                "--new",
                file.toString())) {
            return process.exitStatus();
        }
    }

    private static String change(Random random) {
        int id = 1 + random.nextInt(320);
        String where = " WHERE id = " + id;
        return switch (random.nextInt(14)) {
            case 0, 1 -> "DELETE FROM public.item" + where;
            case 2 -> "UPDATE public.item SET n = n + 1" + where;
            case 3 -> "INSERT INTO public.item VALUES (" + id + ", 'd" + id + "', 1, repeat('y', 3000))"
                    + " ON CONFLICT (id) DO UPDATE SET n = 9";
            case 4 -> "UPDATE public.item SET id = id + 1000 WHERE id = " + id
                    + " AND NOT EXISTS (SELECT FROM public.item WHERE id = " + (id + 1000) + ")";
            case 5 -> "DELETE FROM public.part WHERE id % 40 = " + id % 40;
            case 6 -> "INSERT INTO public.part VALUES ('2024-01-05', " + id + ", 1, 'again') ON CONFLICT DO NOTHING";
            case 7 -> "UPDATE public.part SET v = v || 'x'" + where;
            case 8 -> "UPDATE public.part SET day = '2024-02-05' WHERE day < '2024-01-15' AND id = " + id
                    + " AND NOT EXISTS (SELECT FROM public.part WHERE day = '2024-02-05' AND id = " + id + ")";
            case 9 -> "DELETE FROM a.visit" + where;
            case 10 -> "DELETE FROM b.visit" + where;
            case 11 -> "INSERT INTO a.visit VALUES (" + id + ", 'new') ON CONFLICT (id) DO UPDATE SET v = 'newer'";
            case 12 -> "INSERT INTO b.visit VALUES ('new', " + id + ") ON CONFLICT (id) DO UPDATE SET v = 'newer'";
            default -> "DELETE FROM public.session" + where;
        };
    }

    private static void compareAll(TaskRun run) throws Exception {
        compareItems(run, "id, code, n, big", "id, code, number, big");
        compare(run, "public.part", "day, id, item, v", "public.part", "day, id, item, v", "day || ' ' || id");
        compare(
                run,
                "(SELECT id, v, 'a' AS origin FROM a.visit UNION ALL SELECT id, v, 'b' FROM b.visit) s",
                "id, v, origin",
                "whole.visit",
                "id, v, origin",
                "origin || ' ' || id");
        assertThat(rows(run.target(), "SELECT * FROM public.session"))
                .containsExactlyElementsOf(rows(run.source(), "SELECT * FROM public.session"));
    }

    private static void compareItems(TaskRun run, String atSource, String atTarget) throws Exception {
        compare(run, "public.item", atSource, "public.item", atTarget, "id::text");
    }

    /** The rows that are there, then the keys of those that are not any more. */
    private static void compare(TaskRun run, String source, String atSource, String target, String atTarget, String key)
            throws Exception {
        assertThat(rows(run.target(), "SELECT " + atTarget + " FROM " + target + " WHERE deleted_at IS NULL"))
                .as(target)
                .containsExactlyElementsOf(rows(run.source(), "SELECT " + atSource + " FROM " + source));
        String tables = target.equals("whole.visit") ? "'a.visit', 'b.visit'" : "'" + target + "'";
        assertThat(rows(
                        run.target(),
                        "SELECT " + key + " FROM " + target + " WHERE deleted_at BETWEEN now() - interval '10 min' AND"
                                + " now() + interval '1 s'"))
                .as("deleted of " + target)
                .containsExactlyElementsOf(rows(
                        run.source(),
                        "SELECT key FROM public.seen WHERE name IN (" + tables + ") EXCEPT SELECT " + key + " FROM "
                                + source));
    }

    /** Has the source itself remember the key of every row that passes. */
    private static void rememberKeys(TaskRun run, String table, String key, String passes) throws Exception {
        String name = table.replace('.', '_');
        run.atSource(
                "CREATE TABLE IF NOT EXISTS public.seen (name text, key text, PRIMARY KEY (name, key))",
                "INSERT INTO public.seen SELECT '" + table + "', " + key + " FROM " + table + " new WHERE " + passes,
                "CREATE FUNCTION public.see_" + name + "() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF " + passes
                        + " THEN INSERT INTO public.seen VALUES ('" + table + "', " + key
                        + ") ON CONFLICT DO NOTHING; END IF; RETURN NULL; END $$",
                "CREATE TRIGGER see AFTER INSERT OR UPDATE ON " + table + " FOR EACH ROW EXECUTE FUNCTION public.see_"
                        + name + "()");
    }

    @Test
    void theExampleMarksWhatLeavesAFilterToo() throws Exception {
        long seed = Long.getLong("tests.seed", System.nanoTime() % 1_000_000);
        System.out.println("Soft delete test with statements: seed " + seed);
        Random random = new Random(seed);
        String text = Files.readString(EXAMPLE);
        Path statements = Files.writeString(
                directory.resolve("etl.sql"),
                "INSERT INTO shop.people SELECT id, UPPER(name) AS name, note FROM shop.customers WHERE CHAR_LENGTH(name) < 6");
        try (TaskRun run = TaskRun.shared("soft_delete_example")) {
            run.atSource(
                    "CREATE SCHEMA shop",
                    "CREATE TABLE shop.orders (id int PRIMARY KEY, status text NOT NULL, note text)",
                    "ALTER TABLE shop.orders ALTER COLUMN note SET STORAGE EXTERNAL",
                    // Else one that is paid for and deleted before its note can be read back never arrives.
                    "ALTER TABLE shop.orders REPLICA IDENTITY FULL",
                    "CREATE TABLE shop.customers (id int PRIMARY KEY, name text, note text)",
                    "ALTER TABLE shop.customers ALTER COLUMN note SET STORAGE EXTERNAL",
                    "ALTER TABLE shop.customers REPLICA IDENTITY FULL",
                    "CREATE TABLE shop.sessions (id int PRIMARY KEY)",
                    "INSERT INTO shop.orders SELECT i, CASE i % 3 WHEN 0 THEN 'draft' ELSE 'paid' END, repeat('n', 3000)"
                            + " FROM generate_series(1, 100) i",
                    "INSERT INTO shop.customers SELECT i, repeat('x', i % 10), repeat('n', 3000) FROM generate_series(1, 100) i",
                    "INSERT INTO shop.sessions VALUES (1), (2)",
                    "ANALYZE");
            rememberKeys(run, "shop.orders", "new.id::text", "new.status <> 'draft'");
            rememberKeys(run, "shop.customers", "new.id::text", "char_length(new.name) < 6");
            run.file()
                    .schemas("shop")
                    .batchRows(50)
                    .more(text.substring(text.indexOf("soft-delete:")) + "etl: {file: " + statements + "}\n");
            run.start().awaitChanges();
            for (int writers : new int[] {1, 3}) {
                for (int i = 0; i < 40; i++) {
                    run.inOneTransaction(chosenChange(random), chosenChange(random), chosenChange(random));
                    if (i == 20) {
                        run.kill();
                    }
                }
                run.atSource("DELETE FROM shop.sessions WHERE id = " + writers);
                run.file().writers(writers);
                run.start().awaitChanges().awaitInStep();
                compareChosen(run);
            }
            run.inOneTransaction(
                    "TRUNCATE shop.orders, shop.customers",
                    "INSERT INTO shop.orders VALUES (1, 'paid', 'again'), (2, 'draft', 'again')",
                    "INSERT INTO shop.customers VALUES (1, 'again', 'x'), (2, 'too long', 'x')");
            run.awaitInStep();
            compareChosen(run);
            run.terminate();
        }
    }

    private static String chosenChange(Random random) {
        int id = 1 + random.nextInt(120);
        String where = " WHERE id = " + id;
        return switch (random.nextInt(8)) {
            case 0 -> "DELETE FROM shop.orders" + where;
            case 1 -> "UPDATE shop.orders SET status = '" + (random.nextBoolean() ? "draft" : "paid") + "'" + where;
            case 2 -> "INSERT INTO shop.orders VALUES (" + id + ", 'paid', repeat('m', 3000)) ON CONFLICT DO NOTHING";
            case 3 -> "UPDATE shop.orders SET id = id + 1000 WHERE id = " + id
                    + " AND NOT EXISTS (SELECT FROM shop.orders WHERE id = " + (id + 1000) + ")";
            case 4 -> "DELETE FROM shop.customers" + where;
            case 5 -> "UPDATE shop.customers SET name = repeat('y', " + random.nextInt(10) + ")" + where;
            case 6 -> "UPDATE shop.customers SET note = repeat('z', 2500)" + where;
            default -> "INSERT INTO shop.customers VALUES (" + id + ", 'new', 'm') ON CONFLICT (id) DO UPDATE SET"
                    + " name = 'newer'";
        };
    }

    private static void compareChosen(TaskRun run) throws Exception {
        assertThat(rows(run.target(), "SELECT id, status, note FROM shop.orders WHERE left_at IS NULL"))
                .containsExactlyElementsOf(rows(run.source(), "SELECT * FROM shop.orders WHERE status <> 'draft'"));
        assertThat(rows(run.target(), "SELECT id, name, note FROM shop.people WHERE deleted_at IS NULL"))
                .containsExactlyElementsOf(rows(
                        run.source(), "SELECT id, upper(name), note FROM shop.customers WHERE char_length(name) < 6"));
        assertThat(rows(run.target(), "SELECT id::text FROM shop.orders WHERE left_at IS NOT NULL"))
                .containsExactlyElementsOf(rows(
                        run.source(),
                        "SELECT key FROM public.seen WHERE name = 'shop.orders' EXCEPT SELECT id::text FROM shop.orders"
                                + " WHERE status <> 'draft'"));
        assertThat(rows(run.target(), "SELECT id::text FROM shop.people WHERE deleted_at IS NOT NULL"))
                .containsExactlyElementsOf(rows(
                        run.source(),
                        "SELECT key FROM public.seen WHERE name = 'shop.customers' EXCEPT SELECT id::text FROM shop.customers"
                                + " WHERE char_length(name) < 6"));
        assertThat(rows(run.target(), "SELECT * FROM shop.sessions"))
                .containsExactlyElementsOf(rows(run.source(), "SELECT * FROM shop.sessions"));
    }

    @Test
    void whereDeletedRowsCannotBeMarkedTheStartIsRefused() throws Exception {
        try (TaskRun run = TaskRun.shared("soft_delete_refused")) {
            run.atSource(
                    "CREATE TABLE public.log (line text)",
                    "ALTER TABLE public.log REPLICA IDENTITY FULL",
                    "CREATE TABLE public.has (id int PRIMARY KEY, deleted_at text)",
                    "CREATE TABLE public.kept (id int PRIMARY KEY)",
                    "CREATE TABLE public.own (id int PRIMARY KEY, code text)");
            run.atTarget("CREATE TABLE public.own (id int PRIMARY KEY, code text UNIQUE, deleted_at timestamptz)");
            run.file()
                    .more(
                            """
                            soft-delete: deleted_at
                            mapping:
                              - {table: public.kept, operations: [insert, update]}
                              - {table: public.own, on-existing: proceed}
                            """);
            run.start();
            assertThat(run.job().awaitExit(Duration.ofSeconds(60))).isEqualTo(3);
            assertThat(run.job().output())
                    .contains(
                            "source table public.log: it has no key, so its deleted rows cannot be marked in deleted_at")
                    .contains("source table public.has: it has a column deleted_at itself")
                    .contains(
                            "source table public.kept: its deleted rows are to be marked in deleted_at, and its deletes are"
                                    + " not replicated")
                    .contains("target table public.own: it has a unique or exclusion constraint besides its key");
        }
    }
}
