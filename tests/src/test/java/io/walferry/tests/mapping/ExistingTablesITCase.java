package io.walferry.tests.mapping;

import static io.walferry.tests.mapping.SameRows.assertRows;
import static io.walferry.tests.mapping.SameRows.assertSame;
import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.tests.support.TaskRun;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Tables that the target has before the task, with rows of their own. */
class ExistingTablesITCase {

    @Test
    void keepTheirRowsInTheLoadAndAreOverwrittenByChanges() throws Exception {
        try (TaskRun run = TaskRun.shared("proceed")) {
            run.atSource(
                    "CREATE TABLE public.t (id int PRIMARY KEY, v text, n int)",
                    "INSERT INTO public.t SELECT i, 'zwq7value' || i, 0 FROM generate_series(1, 200) i",
                    "CREATE TABLE public.log (line text)",
                    "ALTER TABLE public.log REPLICA IDENTITY FULL",
                    "INSERT INTO public.log SELECT 'l' || i FROM generate_series(1, 10) i",
                    "CREATE TABLE public.fresh (id int PRIMARY KEY)",
                    "INSERT INTO public.fresh SELECT generate_series(1, 5)",
                    "ANALYZE");
            run.atTarget(
                    // Columns in another order, one wider, one more.
                    "CREATE TABLE public.t (n bigint, own text DEFAULT 'own', v text, id int PRIMARY KEY)",
                    "INSERT INTO public.t (id, v, n) SELECT i, 'target', 7 FROM generate_series(191, 260) i",
                    "CREATE INDEX mine ON public.t (own)",
                    "CREATE TABLE public.log (line text)",
                    "INSERT INTO public.log VALUES ('own line')");
            run.file().chunkRows(30).more("on-existing: proceed\n");
            run.start().awaitChanges().awaitInStep();
            assertSame(
                    run,
                    "SELECT id, CASE WHEN id > 190 THEN 'target' ELSE v END, CASE WHEN id > 190 THEN 7 ELSE n END"
                            + " FROM public.t",
                    "SELECT id, v, n FROM public.t WHERE id <= 200");
            assertRows(run, "SELECT count(*), min(own) FROM public.t", "(260,own)");
            assertRows(run, "SELECT table_name, sum(rows) FROM walferry.kept_rows GROUP BY 1", "(t,10)");
            assertRows(run, "SELECT count(*) FROM public.log", "(11)");
            assertThat(run.job().output())
                    .contains("Of the rows of public.t, 10 found others at the target, which were kept")
                    .contains("a TRUNCATE of public.t is not replicated");
            run.atSource(
                    "UPDATE public.t SET n = n + 1 WHERE id IN (1, 191)",
                    "INSERT INTO public.t VALUES (250, 'source', 1), (300, 'new', 1)",
                    "DELETE FROM public.t WHERE id IN (2, 192)",
                    "UPDATE public.t SET id = 251 WHERE id = 3",
                    "INSERT INTO public.log VALUES ('new')",
                    "DELETE FROM public.log WHERE line = 'l1'",
                    "INSERT INTO public.fresh VALUES (6)");
            run.awaitInStep();
            assertSame(
                    run,
                    "SELECT id, v, n FROM public.t WHERE id IN (1, 2, 3, 191, 192, 250, 251, 300)",
                    "SELECT id, v, n FROM public.t WHERE id IN (1, 2, 3, 191, 192, 250, 251, 300)");
            assertRows(run, "SELECT count(*) FROM public.t WHERE v = 'target'", "(66)");
            assertSame(run, "SELECT line FROM public.log UNION ALL SELECT 'own line'", "SELECT line FROM public.log");
            assertSame(run, "SELECT * FROM public.fresh", "SELECT * FROM public.fresh");
            assertRows(
                    run,
                    "SELECT relname FROM pg_class WHERE oid IN (SELECT indexrelid FROM pg_index WHERE indrelid ="
                            + " 'public.t'::regclass)",
                    "(mine)",
                    "(t_pkey)");
            run.atSource("TRUNCATE public.t");
            run.awaitInStep();
            assertRows(run, "SELECT count(*) > 0 FROM public.t", "(t)");
            run.terminate();
            // On a second start the tables are still the user's.
            run.start().awaitChanges().awaitInStep();
            run.atSource("INSERT INTO public.t VALUES (252, 'once more', 1)");
            run.awaitInStep();
            assertRows(run, "SELECT v FROM public.t WHERE id = 252", "(\"once more\")");
        }
    }

    @Test
    void mayHaveFurtherUniqueValuesThatWanderDuringTheLoad() throws Exception {
        AtomicBoolean stopped = new AtomicBoolean();
        try (TaskRun run = TaskRun.shared("wandering")) {
            run.atSource(
                    "CREATE TABLE public.u (id int PRIMARY KEY, v int UNIQUE)",
                    "INSERT INTO public.u SELECT i, i FROM generate_series(1, 20000) i",
                    "ANALYZE");
            run.atTarget(
                    "CREATE TABLE public.u (id int PRIMARY KEY, v int UNIQUE)",
                    "INSERT INTO public.u SELECT -i, -i FROM generate_series(1, 10) i");
            run.file().chunkRows(100).loadParallelism(1).more("on-existing: proceed\n");
            FutureTask<Integer> wandering = new FutureTask<>(() -> swap(run, stopped));
            new Thread(wandering, "wandering").start();
            run.start().awaitChanges().awaitInStep();
            stopped.set(true);
            assertThat(wandering.get()).isPositive();
            run.awaitInStep();
            assertSame(run, "SELECT id, v FROM public.u", "SELECT id, v FROM public.u WHERE id > 0");
            assertRows(run, "SELECT count(*) FROM public.u", "(20010)");
            run.terminate();
        } finally {
            stopped.set(true);
        }
    }

    /** Rows exchange their unique values, again and again. */
    private static int swap(TaskRun run, AtomicBoolean stopped) throws SQLException {
        Random random = new Random(1);
        int swaps = 0;
        try (Connection source = run.pair().openSource();
                PreparedStatement set = source.prepareStatement("UPDATE public.u SET v = ? WHERE id = ?");
                PreparedStatement get = source.prepareStatement("SELECT v FROM public.u WHERE id = ?")) {
            source.setAutoCommit(false);
            while (!stopped.get()) {
                int a = 1 + random.nextInt(20_000);
                int b = 1 + (a + random.nextInt(19_999)) % 20_000;
                int ofA = value(get, a);
                int ofB = value(get, b);
                set(set, a, Integer.MAX_VALUE);
                set(set, b, ofA);
                set(set, a, ofB);
                source.commit();
                swaps++;
            }
        }
        return swaps;
    }

    private static int value(PreparedStatement get, int id) throws SQLException {
        get.setInt(1, id);
        try (ResultSet row = get.executeQuery()) {
            row.next();
            return row.getInt(1);
        }
    }

    private static void set(PreparedStatement set, int id, int value) throws SQLException {
        set.setInt(1, value);
        set.setInt(2, id);
        set.executeUpdate();
    }

    @Test
    void areEmptiedWhenTheTaskFileSaysSo() throws Exception {
        try (TaskRun run = TaskRun.shared("emptied")) {
            run.atSource(
                    "CREATE TABLE public.t (id int PRIMARY KEY, v text UNIQUE)",
                    "INSERT INTO public.t SELECT i, 'zwq7value' || i FROM generate_series(1, 100) i");
            run.atTarget(
                    "CREATE TABLE public.t (id int PRIMARY KEY, v text UNIQUE)",
                    "INSERT INTO public.t SELECT i, 'own' || i FROM generate_series(50, 150) i");
            run.file()
                    .chunkRows(20)
                    .more(
                            """
                            mapping:
                              - table: public.t
                                on-existing: truncate
                            """);
            run.start().awaitChanges();
            run.assertInStep();
            run.atSource(
                    "UPDATE public.t SET v = 'x' || id WHERE id < 50",
                    "DELETE FROM public.t WHERE id = 60",
                    "TRUNCATE public.t",
                    "INSERT INTO public.t VALUES (1, 'after')");
            run.assertInStep();
            run.terminate();
            run.start().awaitChanges();
            run.assertInStep();
        }
    }
}
