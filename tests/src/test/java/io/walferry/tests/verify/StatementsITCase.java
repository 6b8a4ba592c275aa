package io.walferry.tests.verify;

import static io.walferry.tests.mapping.SameRows.rows;
import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.job.verify.VerificationReport;
import io.walferry.job.verify.VerifySettings.RepairMode;
import io.walferry.tests.support.TaskRun;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables with a filter or a statement: their rows go through the same Flink SQL again, and are compared and mended. */
class StatementsITCase {

    private static final String STATEMENTS =
            """
            CREATE TABLE segments (id BIGINT, segment STRING, PRIMARY KEY (id) NOT ENFORCED) WITH (
              'connector' = 'jdbc', 'url' = '%s', 'table-name' = 'crm.segments', 'username' = '%s', 'password' = '%s');
            INSERT INTO shop.customer SELECT number AS id, UPPER(name) AS name, CHAR_LENGTH(note) AS note_length,
              walferry_operation AS op, walferry_commit_time AS changed, big FROM public.person WHERE number %% 2 = 0;
            INSERT INTO shop.orders SELECT o.id, o.part, o.total * 2 AS twice, s.segment FROM public.orders AS o
              LEFT JOIN segments FOR SYSTEM_TIME AS OF PROCTIME() AS s ON s.id = o.customer;
            INSERT INTO public.log SELECT what, n + 1 AS n FROM public.log WHERE n > 0;
            INSERT INTO public.item SELECT id, CAST(code AS INT) AS code FROM public.item WHERE n > 0;
            """;

    @TempDir
    private Path directory;

    @Test
    void rowsAreComparedWithWhatTheStatementMakesOfTheSource() throws Exception {
        try (TaskRun run = TaskRun.shared("verify_statements")) {
            start(run);
            Verification verification = Verification.of(run.file());
            VerificationReport clean = verification.run();
            assertThat(Verification.found(clean)).isEmpty();
            assertThat(clean.equal()).as(clean.toString()).isTrue();
            assertThat(clean.complete()).as(clean.toString()).isTrue();
            assertThat(clean.tables())
                    .extracting(VerificationReport.Table::name, VerificationReport.Table::targetRows)
                    .containsExactlyInAnyOrder(
                            org.assertj.core.groups.Tuple.tuple("shop.customer", 1001L),
                            org.assertj.core.groups.Tuple.tuple("shop.orders", 600L),
                            org.assertj.core.groups.Tuple.tuple("public.log", 240L),
                            org.assertj.core.groups.Tuple.tuple("public.item", 290L),
                            org.assertj.core.groups.Tuple.tuple("all_branches.visits", 260L));
            assertThat(note(clean, "shop.customer"))
                    .contains("not compared, for they come out otherwise each time: changed, op");
            assertThat(note(clean, "shop.orders")).contains("looked up now");

            run.atTarget(
                    "UPDATE shop.customer SET name = lower(name), op = 'x' WHERE id = 4",
                    "UPDATE shop.customer SET op = 'y' WHERE id = 6",
                    "UPDATE shop.customer SET big = big || ' ' WHERE id = 50",
                    "DELETE FROM shop.customer WHERE id = 8",
                    "INSERT INTO shop.customer (id, name) VALUES (9, 'LEFT OUT BY THE FILTER')",
                    "UPDATE shop.orders SET twice = twice + 0.01 WHERE id = 10 AND part = 'p1'",
                    "DELETE FROM shop.orders WHERE id = 11",
                    "UPDATE crm.segments SET segment = 'copper' WHERE id = 3",
                    "INSERT INTO public.log SELECT * FROM public.log WHERE what = 'w1' LIMIT 1",
                    "UPDATE public.item SET code = code + 1 WHERE id = 5",
                    "INSERT INTO public.item VALUES (60, 60), (120, 12)",
                    "UPDATE all_branches.visits SET v = v || '!' WHERE id = 20 AND branch = 'b'",
                    "DELETE FROM all_branches.visits WHERE id = 9 AND branch = 'a'",
                    "INSERT INTO all_branches.visits VALUES (4, 'kept out', 'b')");
            // Rows with a dead letter are as they are; one whose letter was dropped is not known to be left out.
            run.atTarget("DELETE FROM walferry.dead_letter WHERE row_key LIKE ANY ('{%90%,%120%}')");
            VerificationReport dirty = verification.run();
            assertThat(Verification.found(dirty))
                    .containsExactly(
                            "different all_branches.visits {20,b} v",
                            "different public.item {120} id, code",
                            "different public.item {5} code",
                            "different shop.customer {4} name",
                            "different shop.customer {50} big",
                            "different shop.orders {p0,303} segment",
                            "different shop.orders {p1,10} twice",
                            "extra all_branches.visits {4,b}",
                            "extra public.log x1",
                            "extra shop.customer {9}",
                            "missing all_branches.visits {9,a}",
                            "missing public.item {90}",
                            "missing shop.customer {8}",
                            "missing shop.orders {p2,11}");
            // What cannot be made is not written either.
            VerificationReport refused = verification.run(RepairMode.WRITE);
            assertThat(refused.differingRows()).isEqualTo(2);
            assertThat(rows(run.target(), "SELECT id, code FROM public.item WHERE id IN (60, 90, 120)"))
                    .containsExactly("(120,12)", "(60,60)");
            run.atSource("UPDATE public.item SET code = id WHERE id IN (90, 120)");
            run.awaitInStep();
            VerificationReport after = verification.run();
            assertThat(after.equal()).as(after.toString()).isTrue();
            assertThat(rows(
                            run.target(),
                            "SELECT id, name, note_length, op FROM shop.customer WHERE id IN (4, 6, 8, 9)"))
                    .containsExactly("(4,ZWQ7VALUE4,1,x)", "(6,ZWQ7VALUE6,1,y)", "(8,ZWQ7VALUE8,1,)");
            assertThat(rows(run.target(), "SELECT id, segment FROM shop.orders WHERE id = 303"))
                    .containsExactly("(303,copper)");
            assertThat(rows(run.target(), "SELECT relname FROM pg_class WHERE relname LIKE 'verification_rows%'"))
                    .isEmpty();
            run.terminate();
        }
    }

    private void start(TaskRun run) throws Exception {
        run.atSource(
                "CREATE TABLE public.person (number int PRIMARY KEY, name text, note text, big text, secret text)",
                "INSERT INTO public.person SELECT i, 'zwq7value' || i, (i % 10)::text, CASE WHEN i % 50 = 0 THEN"
                        + " repeat(md5(i::text), 200) || E'\\t\\\\\\n' END, 's' FROM generate_series(0, 2001) i",
                "CREATE TABLE public.orders (id int, part text, customer bigint, total numeric(10,2), PRIMARY KEY (part, id))",
                "INSERT INTO public.orders SELECT i, 'p' || i % 3, i % 100, i / 3.0 FROM generate_series(1, 600) i",
                "UPDATE public.orders SET customer = NULL WHERE id % 100 = 3 AND id <> 303",
                "CREATE TABLE public.log (what text, n int)",
                "ALTER TABLE public.log REPLICA IDENTITY FULL",
                "INSERT INTO public.log SELECT 'w' || i % 5, i % 5 FROM generate_series(1, 300) i",
                "CREATE TABLE public.item (id int PRIMARY KEY, code text, n int)",
                "INSERT INTO public.item SELECT i, CASE WHEN i % 30 = 0 THEN 'bad' ELSE i::text END, 1"
                        + " FROM generate_series(1, 300) i",
                "CREATE SCHEMA branch_a",
                "CREATE SCHEMA branch_b",
                "CREATE TABLE branch_a.visits (id int PRIMARY KEY, v text)",
                "CREATE TABLE branch_b.visits (id int PRIMARY KEY, v text)",
                "INSERT INTO branch_a.visits SELECT i, 'a' || i FROM generate_series(1, 160) i",
                "INSERT INTO branch_b.visits SELECT i, 'b' || i FROM generate_series(1, 110) i",
                "ANALYZE");
        run.atTarget(
                "CREATE SCHEMA crm",
                "CREATE TABLE crm.segments (id bigint PRIMARY KEY, segment text)",
                "INSERT INTO crm.segments SELECT i, 'gold' FROM generate_series(1, 50) i");
        Path statements = Files.writeString(
                directory.resolve("etl.sql"),
                STATEMENTS.formatted(
                        "jdbc:postgresql://" + run.pair().target().hostname() + ":"
                                + run.pair().target().port() + "/" + run.pair().targetDatabase(),
                        io.walferry.tests.postgres.PostgresServer.USERNAME,
                        run.pair().target().password()));
        run.file()
                .schemas("public", "branch_*")
                .more(
                        """
                        etl: {file: %s, bad-rows: skip}
                        mapping:
                          - table: branch_a.visits
                            to: all_branches.visits
                            filter: id <> 10
                            constant: {column: branch, type: text, value: a}
                          - table: branch_b.visits
                            to: all_branches.visits
                            filter: id > 9
                            constant: {column: branch, type: text, value: b}
                        """
                                .formatted(statements));
        run.start().awaitChanges().awaitInStep();
    }

    private static String note(VerificationReport report, String table) {
        return report.tables().stream()
                .filter(found -> found.name().equals(table))
                .map(VerificationReport.Table::note)
                .findFirst()
                .orElseThrow();
    }
}
