package io.walferry.tests.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.job.config.VerifyConfig;
import io.walferry.job.verify.VerificationReport;
import io.walferry.job.verify.VerifySettings.RepairMode;
import io.walferry.tests.support.TaskRun;
import org.junit.jupiter.api.Test;

/** Through the mapping: other names, columns left out, several tables in one, partitions, tables that were there; modes. */
class MappedITCase {

    @Test
    void rowsAreComparedWhereTheyArriveAndAsTheyShouldArrive() throws Exception {
        try (TaskRun run = TaskRun.shared("verify_mapped")) {
            run.atSource(
                    "CREATE TABLE public.orders (id int PRIMARY KEY, amount numeric(12,2), secret text, note text)",
                    "INSERT INTO public.orders SELECT i, i / 3.0, 'zwq7value', 'n' || i FROM generate_series(1, 500) i",
                    "CREATE TABLE public.parted (id int, day date, v text, PRIMARY KEY (id, day)) PARTITION BY RANGE (day)",
                    "CREATE TABLE public.parted_1 PARTITION OF public.parted FOR VALUES FROM ('2024-01-01') TO ('2024-02-01')",
                    "CREATE TABLE public.parted_2 PARTITION OF public.parted FOR VALUES FROM ('2024-02-01') TO ('2024-03-01')",
                    "INSERT INTO public.parted SELECT i, date '2024-01-01' + i % 60, 'v' || i FROM generate_series(1, 500) i"
                            + " WHERE i % 60 < 59",
                    "CREATE SCHEMA branch_a",
                    "CREATE SCHEMA branch_b",
                    "CREATE TABLE branch_a.visits (id int PRIMARY KEY, v text)",
                    "CREATE TABLE branch_b.visits (v text, id int PRIMARY KEY)",
                    "CREATE TABLE branch_a.log (v text)",
                    "CREATE TABLE branch_b.log (v text)",
                    "ALTER TABLE branch_a.log REPLICA IDENTITY FULL",
                    "ALTER TABLE branch_b.log REPLICA IDENTITY FULL",
                    "INSERT INTO branch_a.visits SELECT i, 'a' || i FROM generate_series(1, 300) i",
                    "INSERT INTO branch_b.visits (id, v) SELECT i, 'b' || i FROM generate_series(1, 200) i",
                    "INSERT INTO branch_a.log SELECT 'l' || i % 5 FROM generate_series(1, 100) i",
                    "INSERT INTO branch_b.log SELECT 'l' || i % 7 FROM generate_series(1, 100) i",
                    "CREATE TABLE public.had (id int PRIMARY KEY, n numeric(10,2), c char(4), f real)",
                    "INSERT INTO public.had SELECT i, i / 4.0, 'c' || i, i / 3.0 FROM generate_series(1, 100) i",
                    "ANALYZE");
            run.atTarget(
                    "CREATE TABLE public.had (id bigint PRIMARY KEY, n numeric(12,4), c text, f float8, more int DEFAULT 5)",
                    "INSERT INTO public.had VALUES (-1, 0, 'own', 0)");
            run.file()
                    .schemas("public", "branch_*")
                    .more(
                            """
                            mapping:
                              - table: public.orders
                                to: sales.orders
                                columns: {rename: {amount: total}, leave-out: [secret]}
                              - table: public.had
                                on-existing: proceed
                              - from: branch_(.*).(.*)
                                to: all_branches.$2
                                constant: {column: branch, type: text, value: $1}
                            """);
            run.start().awaitChanges().awaitInStep();
            Verification verification = Verification.of(run.file());
            VerificationReport clean = verification.run();
            assertThat(Verification.found(clean)).isEmpty();
            assertThat(clean.equal()).as(clean.toString()).isTrue();
            assertThat(clean.tables())
                    .extracting(VerificationReport.Table::name)
                    .containsExactlyInAnyOrder(
                            "sales.orders", "public.parted", "all_branches.visits", "all_branches.log", "public.had");

            run.atTarget(
                    "UPDATE sales.orders SET total = total + 0.01 WHERE id = 5",
                    "DELETE FROM public.parted WHERE id = 7",
                    "UPDATE public.parted SET v = 'x' WHERE id = 40",
                    "UPDATE all_branches.visits SET v = v || '!' WHERE id = 8 AND branch = 'b'",
                    "INSERT INTO all_branches.visits (id, v, branch) VALUES (9, 'nobody''s', 'c')",
                    "DELETE FROM all_branches.log WHERE ctid = (SELECT min(ctid) FROM all_branches.log WHERE branch = 'b')",
                    "UPDATE public.had SET n = n + 0.0001 WHERE id = 5",
                    "UPDATE public.had SET more = 6 WHERE id = 4",
                    "DELETE FROM public.had WHERE id = 6");
            VerificationReport dirty = verification.run();
            assertThat(Verification.found(dirty))
                    .containsExactly(
                            "different all_branches.visits {8,b} v",
                            "different public.had {5} n",
                            "different public.parted {40,2024-02-10} v",
                            "different sales.orders {5} total",
                            "extra all_branches.visits {9,c}",
                            "missing all_branches.log x1",
                            "missing public.had {6}",
                            "missing public.parted {7,2024-01-08}");
            assertThat(Verification.found(verification
                            .with(verify -> verify.withMode(VerifyConfig.Mode.COUNT))
                            .run()))
                    .containsExactly(
                            "extra all_branches.visits {9,c}",
                            "missing all_branches.log x1",
                            "missing public.had {6}",
                            "missing public.parted {7,2024-01-08}");
            assertThat(Verification.found(verification
                            .with(verify -> verify.withDirection(VerifyConfig.Direction.TARGET))
                            .run()))
                    .noneMatch(line -> line.startsWith("missing"))
                    .hasSize(5);
            VerificationReport sample =
                    verification.with(verify -> verify.withPercent(20)).run();
            assertThat(sample.sourceRows()).isBetween(150L, 550L);
            assertThat(verification.run(RepairMode.WRITE).equal()).isTrue();
            assertThat(verification.run().equal()).isTrue();
            run.terminate();
        }
    }
}
