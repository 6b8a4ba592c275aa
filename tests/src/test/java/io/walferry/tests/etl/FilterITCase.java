package io.walferry.tests.etl;

import static io.walferry.tests.mapping.SameRows.assertSame;
import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.tests.support.TaskRun;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

/** {@code filter} in the task file: rows enter, leave and stay. */
class FilterITCase {

    private static final String MAPPING =
            """
            mapping:
              - table: public.orders
                filter: amount > 10 AND status <> 'gone'
              - table: public.log
                filter: level >= 3
            """;

    private static final String ORDERS = "SELECT * FROM public.orders WHERE amount > 10 AND status <> 'gone'";
    private static final String LOG = "SELECT * FROM public.log WHERE level >= 3";

    @Test
    void theTargetHasWhatTheConditionLetsThrough() throws Exception {
        try (TaskRun run = TaskRun.shared("filter")) {
            run.atSource(
                    "CREATE TABLE public.orders (id bigint PRIMARY KEY, amount numeric(10,2), status text NOT NULL,"
                            + " big text, at timestamptz)",
                    "ALTER TABLE public.orders ALTER COLUMN big SET STORAGE EXTERNAL",
                    "CREATE TABLE public.log (level int, line text)",
                    "ALTER TABLE public.log REPLICA IDENTITY FULL",
                    "CREATE TABLE public.plain (id int PRIMARY KEY, v text)",
                    "INSERT INTO public.orders SELECT i, i % 25, CASE WHEN i % 7 = 0 THEN 'gone' ELSE 'open\\\tx' END,"
                            + " CASE WHEN i % 3 = 0 THEN repeat('zwq7value' || i, 400) END, now() FROM generate_series(1, 2000) i",
                    "INSERT INTO public.orders VALUES (5000, NULL, 'null amount', NULL, NULL)",
                    "INSERT INTO public.log SELECT i % 6, 'line' || i % 10 FROM generate_series(1, 500) i",
                    "INSERT INTO public.plain SELECT i, 'v' FROM generate_series(1, 100) i",
                    "ANALYZE");
            run.file().chunkRows(300).more(MAPPING);
            run.start().awaitChanges().awaitInStep();
            compare(run);
            run.inOneTransaction(
                    "UPDATE public.orders SET amount = amount + 8 WHERE id % 2 = 0",
                    "UPDATE public.plain SET v = 'w' WHERE id < 50",
                    "UPDATE public.log SET level = level + 1 WHERE line LIKE 'line_'",
                    "INSERT INTO public.orders SELECT 3000 + i, i, 'new', repeat('y', 3000), now() FROM generate_series(1, 30) i");
            run.atSource(
                    // Neither of these logs the large values, of which some are in rows that enter now.
                    "UPDATE public.orders SET amount = 99 WHERE id % 9 = 0",
                    "UPDATE public.orders SET status = 'gone' WHERE id % 11 = 0",
                    "UPDATE public.orders SET status = 'back' WHERE id % 22 = 0",
                    "UPDATE public.orders SET at = now() WHERE id % 3 = 0",
                    "UPDATE public.orders SET id = id + 10000 WHERE id % 13 = 0",
                    "DELETE FROM public.orders WHERE id % 17 = 0",
                    "DELETE FROM public.log WHERE line = 'line3'",
                    "DELETE FROM public.log WHERE ctid IN (SELECT min(ctid) FROM public.log GROUP BY level, line)",
                    "UPDATE public.log SET level = 0 WHERE line = 'line4'");
            run.awaitInStep();
            compare(run);
            assertThat(one(run, "SELECT count(*) FROM walferry.progress")).isGreaterThanOrEqualTo(3);
            run.inOneTransaction(
                    "INSERT INTO public.log VALUES (9, 'before')",
                    "TRUNCATE public.orders, public.plain",
                    "INSERT INTO public.orders VALUES (1, 50, 'after', NULL, NULL), (2, 5, 'after', NULL, NULL)",
                    "INSERT INTO public.plain VALUES (1, 'after')",
                    "INSERT INTO public.log VALUES (9, 'after'), (1, 'after')");
            run.awaitInStep();
            compare(run);
            assertThat(one(run, "SELECT count(*) FROM public.orders")).isEqualTo(1);
            run.terminate();
        }
    }

    private static long one(TaskRun run, String sql) throws SQLException {
        try (Statement statement = run.target().createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static void compare(TaskRun run) throws Exception {
        assertSame(run, ORDERS, "SELECT * FROM public.orders");
        assertSame(run, LOG, "SELECT * FROM public.log");
        assertSame(run, "SELECT * FROM public.plain", "SELECT * FROM public.plain");
    }
}
