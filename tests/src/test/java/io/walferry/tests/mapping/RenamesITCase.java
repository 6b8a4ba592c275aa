package io.walferry.tests.mapping;

import static io.walferry.tests.mapping.SameRows.assertRows;
import static io.walferry.tests.mapping.SameRows.assertSame;
import static io.walferry.tests.mapping.SameRows.rows;
import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.tests.support.TaskRun;
import io.walferry.tests.support.TestServers;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Schemas, tables and columns under other names, and columns left out, by load and by changes. */
class RenamesITCase {

    private static final String MAPPING =
            """
            mapping:
              - from: public.(.*)
                to: shop.$1
              - table: public.orders
                to: sales."Orders 2024"
                columns:
                  rename: {amount: total, "Größe": size}
                  leave-out: [secret, note]
              - table: public.log
                to: sales.events
                columns: {rename: {line: message}, leave-out: [at]}
              - from: old_(.*).t_(.*)
                to: archive.$1_$2
            """;

    private static final String ORDERS = "SELECT id, amount, \"Größe\", doubled, state::text FROM public.orders";
    private static final String ORDERS_THERE =
            "SELECT id, total, size, doubled, state::text FROM sales.\"Orders 2024\"";

    @Test
    void arriveByTheLoadAndByChanges() throws Exception {
        try (TaskRun run = TaskRun.shared("renames")) {
            run.atSource(
                    "CREATE SCHEMA old_a",
                    "CREATE SCHEMA old_b",
                    "CREATE TYPE public.state AS ENUM ('open', 'done')",
                    "CREATE TABLE public.customer (id serial PRIMARY KEY, name text NOT NULL, mail text UNIQUE)",
                    """
                    CREATE TABLE public.orders (id bigserial, amount numeric(12,2) NOT NULL DEFAULT 1,
                      "Größe" int CHECK ("Größe" > 0 AND "Größe" < 1000), secret text DEFAULT 'zwq7value', note text,
                      customer int REFERENCES public.customer, state public.state NOT NULL DEFAULT 'open',
                      doubled numeric GENERATED ALWAYS AS (amount * 2) STORED, tsv text, PRIMARY KEY (id),
                      CONSTRAINT amount_ok CHECK (amount >= 0), CONSTRAINT hidden CHECK (secret <> ''))
                    """,
                    "CREATE INDEX orders_amount ON public.orders (amount DESC, lower(tsv)) WHERE amount > 5",
                    "CREATE INDEX orders_secret ON public.orders (secret)",
                    "CREATE TABLE public.log (line text, at timestamptz DEFAULT now(), n int)",
                    "ALTER TABLE public.log REPLICA IDENTITY FULL",
                    "CREATE TABLE old_a.t_x (id int PRIMARY KEY, v text)",
                    "CREATE TABLE old_b.t_x (id int PRIMARY KEY, v text)",
                    "INSERT INTO public.customer SELECT i, 'n' || i, 'zwq7value' || i FROM generate_series(1, 50) i",
                    "INSERT INTO public.orders (amount, \"Größe\", note, customer, tsv) SELECT i, 1 + i % 90, 'x', 1 + i % 50,"
                            + " 'T' || i FROM generate_series(1, 500) i",
                    "INSERT INTO public.log SELECT 'l' || i % 7, now(), i % 3 FROM generate_series(1, 100) i",
                    "INSERT INTO old_a.t_x SELECT i, 'a' FROM generate_series(1, 9) i",
                    "INSERT INTO old_b.t_x SELECT i, 'b' FROM generate_series(1, 9) i",
                    "ALTER TABLE public.orders ALTER tsv SET STORAGE EXTERNAL",
                    "UPDATE public.orders SET tsv = repeat('zwq7value', 900) WHERE id % 10 = 0",
                    "ANALYZE");
            run.file().schemas("public", "old_*").chunkRows(100).more(MAPPING);
            run.start().awaitChanges().awaitInStep();
            compare(run);
            assertThat(rows(
                            run.target(),
                            "SELECT conname FROM pg_constraint WHERE conrelid = 'sales.\"Orders 2024\"'::regclass"
                                    + " AND contype IN ('c', 'p')"))
                    .containsExactly("(amount_ok)", "(orders_Größe_check)", "(orders_pkey)");
            assertThat(rows(run.target(), "SELECT pg_get_indexdef('sales.orders_amount'::regclass)")
                            .get(0))
                    .contains("(total DESC, lower(tsv)) WHERE (total > (5)::numeric)");
            assertThat(run.job().output())
                    .contains("its constraint hidden is left out")
                    .contains("its index orders_secret is left out");

            run.atSource(
                    "INSERT INTO public.orders (amount, note) VALUES (9000, 'new')",
                    "UPDATE public.orders SET amount = amount + 1 WHERE id % 3 = 0",
                    "UPDATE public.orders SET secret = 'zwq7value2', note = 'only what is left out' WHERE id < 100",
                    "UPDATE public.orders SET id = id + 100000 WHERE id % 50 = 0",
                    "UPDATE public.orders SET id = id + 100000, tsv = 'small' WHERE id % 50 = 1",
                    "DELETE FROM public.orders WHERE id % 7 = 0",
                    "UPDATE public.customer SET mail = NULL WHERE id < 5",
                    "UPDATE public.log SET at = now() + interval '1 day'",
                    "UPDATE public.log SET line = 'changed' WHERE n = 1 AND line = 'l1'",
                    "DELETE FROM public.log WHERE n = 2 AND line IN ('l2', 'l5')",
                    "INSERT INTO public.log VALUES ('again', NULL, 5), ('again', NULL, 5)",
                    "TRUNCATE old_a.t_x",
                    "INSERT INTO old_a.t_x VALUES (77, 'after')",
                    "UPDATE old_b.t_x SET id = id + 100 WHERE id < 4");
            run.awaitInStep();
            compare(run);
            // The defaults of the target stand on sequences that have moved with their tables.
            run.atTarget("INSERT INTO sales.\"Orders 2024\" (size) VALUES (3)");
            assertRows(
                    run,
                    "SELECT id > 500, total FROM sales.\"Orders 2024\" WHERE size = 3 AND tsv IS NULL",
                    "(t,1.00)");
            run.terminate();
        }
    }

    @ParameterizedTest(name = "PostgreSQL {0} to {1}")
    @CsvSource({"10, 11", "12, 11"})
    void arriveBetweenOlderVersions(int sourceVersion, int targetVersion) throws Exception {
        try (TaskRun run =
                TaskRun.on(TestServers.version(sourceVersion), TestServers.version(targetVersion), "renames_older")) {
            for (String branch : List.of("north", "south")) {
                run.atSource(
                        "CREATE SCHEMA branch_" + branch,
                        "CREATE TABLE branch_" + branch
                                + ".sale (id int PRIMARY KEY, amount numeric, secret text, big text)",
                        "ALTER TABLE branch_" + branch + ".sale ALTER big SET STORAGE EXTERNAL",
                        "INSERT INTO branch_" + branch
                                + ".sale SELECT i, i / 7.0, 'zwq7value', repeat('b', i * 10) FROM generate_series(1, 400) i");
            }
            run.file()
                    .schemas("branch_*")
                    .chunkRows(100)
                    .more(
                            """
                            mapping:
                              - from: branch_(.*).sale
                                to: shop.sales
                                constant: {column: branch, type: text, value: $1}
                                columns: {rename: {amount: total}, leave-out: [secret]}
                            """);
            run.start().awaitChanges();
            for (String branch : List.of("north", "south")) {
                run.atSource(
                        "INSERT INTO branch_" + branch + ".sale VALUES (1001, 5, 'zwq7value', 'new')",
                        "UPDATE branch_" + branch + ".sale SET amount = -amount WHERE id % 3 = 0",
                        "UPDATE branch_" + branch + ".sale SET id = id + 5000 WHERE id % 50 = 0",
                        "DELETE FROM branch_" + branch + ".sale WHERE id % 7 = 0");
            }
            // Version 10 does not log it for others.
            String empty = sourceVersion == 10 ? "DELETE FROM " : "TRUNCATE ";
            run.atSource(empty + "branch_south.sale", "INSERT INTO branch_south.sale VALUES (1, 2, 'zwq7value', 'b')");
            run.awaitInStep();
            assertSame(
                    run,
                    "SELECT id, amount, big, 'north' FROM branch_north.sale"
                            + " UNION ALL SELECT id, amount, big, 'south' FROM branch_south.sale",
                    "SELECT id, total, big, branch FROM shop.sales");
            run.terminate();
        }
    }

    @Test
    void followPartitionsAndInheritance() throws Exception {
        try (TaskRun run = TaskRun.shared("renamed_parts")) {
            run.atSource(
                    "CREATE TABLE public.parted (id int GENERATED ALWAYS AS IDENTITY, day date, v text, gone int,"
                            + " PRIMARY KEY (id, day)) PARTITION BY RANGE (day)",
                    "CREATE TABLE public.parted_1 PARTITION OF public.parted FOR VALUES FROM ('2024-01-01') TO ('2024-02-01')",
                    "CREATE TABLE public.parted_2 (gone int, v text, day date NOT NULL, id int NOT NULL)",
                    "ALTER TABLE public.parted ATTACH PARTITION public.parted_2 FOR VALUES FROM ('2024-02-01') TO ('2024-03-01')",
                    "CREATE INDEX parted_v ON public.parted (v, day)",
                    "CREATE TABLE public.parent (id int PRIMARY KEY, v text)",
                    "CREATE TABLE public.child (w int, PRIMARY KEY (id)) INHERITS (public.parent)",
                    "INSERT INTO public.parted (day, v) SELECT '2024-01-01'::date + i, 'zwq7value' FROM generate_series(0, 55) i",
                    "INSERT INTO public.parent VALUES (1, 'p')",
                    "INSERT INTO public.child VALUES (2, 'c', 3)");
            run.file()
                    .more(
                            """
                            mapping:
                              - table: public.parted
                                to: new.rooted
                                columns: {rename: {day: on_day, id: number}, leave-out: [gone]}
                              - from: public.(.*)
                                to: new.$1
                            """);
            run.start().awaitChanges().awaitInStep();
            run.atSource(
                    "UPDATE public.parted SET v = 'x' WHERE id < 5",
                    "UPDATE public.parted SET day = '2024-02-10' WHERE id = 6",
                    "DELETE FROM public.parted WHERE id > 50",
                    "UPDATE public.child SET v = 'y'",
                    "INSERT INTO public.parent VALUES (9, 'new')");
            run.awaitInStep();
            assertSame(run, "SELECT id, day, v FROM public.parted", "SELECT number, on_day, v FROM new.rooted");
            assertSame(run, "SELECT id, day, v FROM public.parted_2", "SELECT number, on_day, v FROM new.parted_2");
            assertSame(run, "SELECT * FROM ONLY public.parent", "SELECT * FROM ONLY new.parent");
            assertSame(run, "SELECT id, v, w FROM public.child", "SELECT id, v, w FROM new.child");
            run.atSource("TRUNCATE public.parted, public.child");
            run.awaitInStep();
            assertRows(run, "SELECT count(*), (SELECT count(*) FROM new.parent) FROM new.rooted", "(0,2)");
            run.terminate();
        }
    }

    private static void compare(TaskRun run) throws Exception {
        assertSame(
                run,
                ORDERS + " UNION ALL SELECT id, 0, 0, 0, md5(tsv) FROM public.orders",
                ORDERS_THERE + " UNION ALL SELECT id, 0, 0, 0, md5(tsv) FROM sales.\"Orders 2024\"");
        assertSame(run, "SELECT id, name, mail FROM public.customer", "SELECT * FROM shop.customer");
        assertSame(run, "SELECT line, n FROM public.log", "SELECT message, n FROM sales.events");
        assertSame(run, "SELECT id, v FROM old_a.t_x", "SELECT * FROM archive.a_x");
        assertSame(run, "SELECT id, v FROM old_b.t_x", "SELECT * FROM archive.b_x");
    }
}
