package io.walferry.tests.mapping;

import static io.walferry.tests.mapping.SameRows.assertRows;
import static io.walferry.tests.mapping.SameRows.assertSame;

import io.walferry.tests.support.TaskRun;
import org.junit.jupiter.api.Test;

/** Tables of which not all changes are replicated, and tasks that leave phases out. */
class OperationsITCase {

    @Test
    void areChosenForTheTaskAndForATable() throws Exception {
        try (TaskRun run = TaskRun.shared("operations")) {
            for (String table : new String[] {"archive", "mirror", "updated"}) {
                run.atSource(
                        "CREATE TABLE public." + table + " (id int PRIMARY KEY, v int, big text)",
                        "INSERT INTO public." + table
                                + " SELECT i, i, CASE WHEN i = 7 THEN (SELECT string_agg(md5(n::text), '') FROM"
                                + " generate_series(1, 300) n) ELSE 'zwq7value' END FROM generate_series(1, 20) i",
                        "ALTER TABLE public." + table + " ALTER big SET STORAGE EXTERNAL");
            }
            run.atSource("CREATE TABLE public.appended (v int)", "ALTER TABLE public.appended REPLICA IDENTITY FULL");
            run.file()
                    .more(
                            """
                            operations: [insert, update]
                            mapping:
                              - table: public.mirror
                                operations: [insert, update, delete, truncate]
                              - table: public.updated
                                operations: [update]
                              - table: public.appended
                                operations: [insert]
                            """);
            run.start().awaitChanges().awaitInStep();
            for (String table : new String[] {"archive", "mirror", "updated"}) {
                run.atSource(
                        "DELETE FROM public." + table + " WHERE id <= 5",
                        // Under a key that an unreplicated delete has left at the target.
                        "INSERT INTO public." + table + " VALUES (1, 100, 'again'), (30, 30, 'new')",
                        "UPDATE public." + table + " SET v = v + 1000 WHERE id IN (7, 8, 30)");
            }
            run.atSource(
                    "INSERT INTO public.appended SELECT generate_series(1, 5)",
                    "UPDATE public.appended SET v = 9 WHERE v = 1",
                    "DELETE FROM public.appended WHERE v = 2");
            run.awaitInStep();
            assertSame(run, "SELECT * FROM public.mirror", "SELECT * FROM public.mirror");
            assertRows(
                    run,
                    "SELECT id, v FROM public.archive WHERE id <= 8 OR id > 20",
                    "(1,100)",
                    "(2,2)",
                    "(3,3)",
                    "(30,1030)",
                    "(4,4)",
                    "(5,5)",
                    "(6,6)",
                    "(7,1007)",
                    "(8,1008)");
            assertRows(
                    run,
                    "SELECT id, v FROM public.updated WHERE id <= 1 OR id BETWEEN 7 AND 8 OR id > 20",
                    "(1,1)",
                    "(7,1007)",
                    "(8,1008)");
            assertRows(run, "SELECT v FROM public.appended", "(1)", "(2)", "(3)", "(4)", "(5)");
            run.atSource("TRUNCATE public.archive, public.mirror, public.updated");
            run.awaitInStep();
            assertRows(run, "SELECT count(*) FROM public.mirror", "(0)");
            assertRows(run, "SELECT count(*) FROM public.archive", "(21)");
            assertRows(run, "SELECT count(*) FROM public.updated", "(20)");
            run.terminate();
        }
    }

    @Test
    void beginWithTheChangesWhenTheLoadIsOff() throws Exception {
        try (TaskRun run = TaskRun.shared("changes_only")) {
            String table = "CREATE TABLE public.t (id int PRIMARY KEY, v text)";
            run.atSource(table, "INSERT INTO public.t SELECT i, 'zwq7value' FROM generate_series(1, 10) i");
            // Somebody else has brought the rows, and one that only came after.
            run.atTarget(table, "INSERT INTO public.t SELECT i, 'zwq7value' FROM generate_series(1, 11) i");
            run.file().more("phases: {schema: false, load: false}\n");
            run.start().awaitChanges().awaitInStep();
            run.atSource(
                    "INSERT INTO public.t VALUES (11, 'here now'), (12, 'new')",
                    "UPDATE public.t SET v = 'changed' WHERE id = 1",
                    "DELETE FROM public.t WHERE id = 2");
            run.assertInStep();
            assertRows(run, "SELECT count(*) FROM walferry.snapshot_chunk", "(0)");
            org.assertj.core.api.Assertions.assertThat(run.job().output())
                    .contains("the phase load is off: changes begin at the slot");
            run.terminate();
            // What it was started with is recorded.
            run.file().more("");
            run.start();
            org.assertj.core.api.Assertions.assertThat(run.job().awaitExit(java.time.Duration.ofSeconds(60)))
                    .isNotZero();
            org.assertj.core.api.Assertions.assertThat(run.job().output())
                    .contains(
                            "mapping, operations, on-existing, soft-delete, audit or phases are not those it was started with");
        }
    }

    @Test
    void fillTablesThatAreThereWhenTheSchemaIsOff() throws Exception {
        try (TaskRun run = TaskRun.shared("schema_off")) {
            run.atSource(
                    "CREATE TABLE public.t (id int PRIMARY KEY, v varchar(10), secret text)",
                    "INSERT INTO public.t SELECT i, 'v' || i, 'zwq7value' FROM generate_series(1, 100) i");
            run.atTarget(
                    "CREATE SCHEMA other", "CREATE TABLE other.t (extra int DEFAULT 5, v text, id bigint PRIMARY KEY)");
            run.file()
                    .chunkRows(20)
                    .more(
                            """
                            phases:
                              schema: false
                            mapping:
                              - table: public.t
                                to: other.t
                                columns: {leave-out: [secret]}
                            """);
            run.start().awaitChanges().awaitInStep();
            assertSame(run, "SELECT id, v, 5 FROM public.t", "SELECT id, v, extra FROM other.t");
            run.atSource(
                    "UPDATE public.t SET v = 'x' WHERE id < 10",
                    "UPDATE public.t SET id = -id WHERE id < 5",
                    "DELETE FROM public.t WHERE id > 90",
                    "INSERT INTO public.t VALUES (1000, 'new', '')");
            run.awaitInStep();
            assertSame(run, "SELECT id, v FROM public.t", "SELECT id, v FROM other.t");
            assertRows(run, "SELECT to_regclass('public.t') IS NULL", "(t)");
            run.terminate();
        }
    }
}
