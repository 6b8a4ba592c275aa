package io.walferry.tests.mapping;

import static io.walferry.tests.mapping.SameRows.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.walferry.job.config.TaskFile;
import io.walferry.job.failure.RefusedException;
import io.walferry.job.pipeline.TaskPreparation;
import io.walferry.tests.support.TaskRun;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mappings that cannot be: each is told, all at once, and nothing is created at either side. */
class RefusalsITCase {

    @TempDir
    Path directory;

    @Test
    void areToldAllAtOnce() throws Exception {
        try (TaskRun run = TaskRun.shared("refusals")) {
            run.atSource(
                    "CREATE TABLE public.a (id int PRIMARY KEY, v text, w text)",
                    "CREATE TABLE public.b (id int PRIMARY KEY, v int)",
                    "CREATE TABLE public.c (id int PRIMARY KEY)",
                    "CREATE TABLE public.d (id int PRIMARY KEY)",
                    "CREATE TABLE public.keyless (id int)",
                    "ALTER TABLE public.keyless REPLICA IDENTITY FULL",
                    "CREATE TABLE public.e (x int PRIMARY KEY)",
                    "CREATE TABLE public.f (x bigint PRIMARY KEY)");
            refused(
                    run,
                    """
                    mapping:
                      - table: public.missing
                        to: public.other
                      - table: public.a
                        columns: {rename: {v: w, gone: here}, leave-out: [id]}
                      - table: public.c
                        to: public.d
                      - table: public.keyless
                        operations: [delete]
                      - from: nowhere.(.*)
                        to: there.$1
                      - table: public.e
                        to: pg_catalog.e
                      - table: public.b
                        to: public.%s
                    """
                            .formatted("n".repeat(64)),
                    "mapping[1] (table public.missing): no table of the task matches",
                    "source table public.a: two of its columns become w",
                    "source table public.a: it has no column gone",
                    "source table public.a: its column id is left out, and is part of the key",
                    "target table public.d: public.c, public.d would all arrive there, and nothing tells their rows apart",
                    "source table public.keyless: it has no key, and of its changes delete alone cannot be replicated",
                    "mapping[5] (from nowhere.(.*)): no table of the task matches",
                    "source table public.e: it would arrive in the schema pg_catalog",
                    "has 64 bytes");
            refused(
                    run,
                    """
                    mapping:
                      - table: public.e
                        to: public.both
                        constant: {column: origin, type: text, value: same}
                      - table: public.f
                        to: public.both
                        constant: {column: origin, type: text, value: same}
                    """,
                    "source table public.f: it arrives at public.both and has other columns than public.e: x is"
                            + " pg_catalog.int8, not pg_catalog.int4",
                    "source table public.f: it arrives at public.both and has the same constant");
        }
    }

    @Test
    void areToldOfStatementsThatContradictRulesOrTables() throws Exception {
        Path statements = Files.writeString(
                directory.resolve("etl.sql"),
                """
                INSERT INTO public.a SELECT id, v FROM public.a;
                INSERT INTO public.here SELECT id, v FROM public.b;
                INSERT INTO public.c SELECT id, v FROM public.c
                """);
        Path varying = Files.writeString(
                directory.resolve("varying.sql"),
                "INSERT INTO public.keyless SELECT v, CURRENT_DATE AS today FROM public.keyless");
        try (TaskRun run = TaskRun.shared("refusals_sql")) {
            for (String table : new String[] {"a", "b", "c", "e", "f"}) {
                run.atSource("CREATE TABLE public." + table + " (id int PRIMARY KEY, v text)");
            }
            run.atSource("CREATE TABLE public.keyless (v text)", "ALTER TABLE public.keyless REPLICA IDENTITY FULL");
            refused(
                    run,
                    """
                    mapping:
                      - {table: public.a, filter: id > 1}
                      - {table: public.b, to: public.there}
                      - {table: public.c, columns: {leave-out: [v]}}
                    etl: {file: %s}
                    """
                            .formatted(statements),
                    "source table public.a: it has a filter in mapping[1] (table public.a) and a statement",
                    "source table public.b: it goes to public.there by mapping[2] (table public.b), and to public.here by its"
                            + " statement",
                    "source table public.c: its columns are chosen by mapping[3] (table public.c) and by its statement");
            refused(
                    run,
                    """
                    mapping:
                      - {table: public.e, to: public.both, disjoint-keys: true, filter: id > 1}
                      - {table: public.f, to: public.both, disjoint-keys: true}
                    etl: {file: %s}
                    """
                            .formatted(varying),
                    "source table public.keyless: it has no key, and its statement has a look-up, a function of the time",
                    "source table public.e: it has a filter or ETL, and arrives with others at public.both without a"
                            + " constant");
        }
    }

    @Test
    void areToldOfTablesThatDoNotFit() throws Exception {
        try (TaskRun run = TaskRun.shared("misfits")) {
            run.atSource("CREATE TABLE public.a (id int PRIMARY KEY, v text, w int)");
            run.atTarget("CREATE TABLE public.a (id int, v int, x int NOT NULL)");
            refused(run, "", "target table public.a: it exists and was not created by this task");
            refused(
                    run,
                    "on-existing: proceed\n",
                    "target table public.a: it has no column w, which public.a has",
                    "target table public.a: its column v is pg_catalog.int4, and that of public.a is pg_catalog.text",
                    "target table public.a: its column x is NOT NULL without a default",
                    "target table public.a: it has no unique index on id",
                    "ALTER TABLE \"public\".\"a\" ADD PRIMARY KEY (\"id\")");
            run.atTarget("DROP TABLE public.a");
            refused(run, "phases: {schema: false}\n", "target table public.a: it is not there");
            run.atTarget(
                    "CREATE TABLE public.a (id int PRIMARY KEY, v text, w int)", "INSERT INTO public.a VALUES (1)");
            refused(
                    run,
                    "phases: {schema: false}\n",
                    "target table public.a: it has rows, and the load would add others");
            assertThat(rows(run.target(), "SELECT count(*) FROM public.a")).containsExactly("(1)");
        }
    }

    @Test
    void doNotEmptyATableTwice() throws Exception {
        try (TaskRun run = TaskRun.shared("emptied_once")) {
            run.atSource("CREATE TABLE public.a (id int PRIMARY KEY)", "INSERT INTO public.a VALUES (1)");
            run.atTarget("CREATE TABLE public.a (id int PRIMARY KEY)", "INSERT INTO public.a VALUES (50)");
            // Ends the start after the table was emptied and before the slot is made.
            run.atSource(
                    "CREATE SCHEMA other",
                    "CREATE FUNCTION other.refuse() RETURNS event_trigger LANGUAGE plpgsql"
                            + " AS 'BEGIN RAISE EXCEPTION ''not now''; END'",
                    "CREATE EVENT TRIGGER refuse ON ddl_command_start WHEN TAG IN ('CREATE PUBLICATION')"
                            + " EXECUTE FUNCTION other.refuse()");
            Path file = Files.createTempFile(directory, "task", ".yaml");
            run.file().more("on-existing: truncate\n").write(file);
            assertThatThrownBy(() -> TaskPreparation.prepare(TaskFile.load(file, name -> null), line -> {}))
                    .hasMessageContaining("not now");
            assertThat(rows(run.target(), "SELECT id FROM public.a")).isEmpty();
            run.atTarget("INSERT INTO public.a VALUES (51)");
            run.atSource("DROP EVENT TRIGGER refuse");
            TaskPreparation.prepare(TaskFile.load(file, name -> null), line -> {});
            assertThat(rows(run.target(), "SELECT id FROM public.a")).containsExactly("(51)");
        }
    }

    private void refused(TaskRun run, String yaml, String... words) throws Exception {
        Path file = Files.createTempFile(directory, "task", ".yaml");
        run.file().more(yaml).write(file);
        assertThatThrownBy(() -> TaskPreparation.prepare(TaskFile.load(file, name -> null), line -> {}))
                .isInstanceOf(RefusedException.class)
                .satisfies(refused -> assertThat(refused.getMessage()).contains(words));
        assertThat(rows(
                        run.source(),
                        "SELECT slot_name::text FROM pg_replication_slots WHERE database = current_database()"
                                + " UNION ALL SELECT pubname FROM pg_publication"))
                .isEmpty();
        assertThat(rows(
                        run.target(),
                        "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace"
                                + " WHERE relkind = 'r' AND nspname NOT IN ('pg_catalog', 'information_schema')"
                                + " AND relname <> 'a'"))
                .isEmpty();
    }
}
