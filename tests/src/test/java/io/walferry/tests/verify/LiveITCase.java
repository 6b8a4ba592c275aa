package io.walferry.tests.verify;

import static io.walferry.tests.mapping.SameRows.assertSame;
import static io.walferry.tests.mapping.SameRows.rows;
import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.job.config.VerifyConfig;
import io.walferry.job.verify.VerificationReport;
import io.walferry.job.verify.VerifySettings.RepairMode;
import io.walferry.tests.support.RandomWrites;
import io.walferry.tests.support.TaskRun;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * While sessions write all the time and the task lags behind. For ten minutes with a lag of up to 20 seconds, at full speed:
 * {@code mvn verify -Dit.test=LiveITCase -Dverify.seconds=600 -Dverify.lag-seconds=20 -Dverify.sessions=16 -Dverify.pause-ms=0
 * -Dverify.range-rows=50}. It prints how many changes a second there were.
 */
class LiveITCase {

    private static final int SECONDS = Integer.getInteger("verify.seconds", 15);
    private static final int LAG_SECONDS = Integer.getInteger("verify.lag-seconds", 3);
    private static final Duration PAUSE = Duration.ofMillis(Integer.getInteger("verify.pause-ms", 20));
    private static final int SESSIONS = Integer.getInteger("verify.sessions", 3);
    private static final int RANGE_ROWS = Integer.getInteger("verify.range-rows", 0);
    private static final int KEYS = 20_000;

    /** Two of the tables have a filter, so their rows go through Flink SQL. */
    private static final String FILTERS =
            """
            mapping:
              - table: public.rw_full
                filter: MOD(id, 3) <> 0
              - table: public.rw_composite
                filter: a <> 'k3'
            """;

    /** Few looks: the last one is the boldest. */
    static VerifyConfig eager(VerifyConfig verify) {
        return new VerifyConfig(
                verify.mode(),
                verify.percent(),
                verify.direction(),
                verify.parallelism(),
                verify.rowsPerSecond(),
                verify.kept(),
                3,
                Duration.ofMinutes(5),
                verify.masked());
    }

    @Test
    void nothingIsFoundWhereNothingIsWrongAndWhatIsWrongIsFound() throws Exception {
        long seed = Long.getLong("verify.seed", System.nanoTime());
        try (TaskRun run = TaskRun.shared("verify_live");
                RandomWrites writes = new RandomWrites(run.pair(), seed, KEYS).createTables(KEYS)) {
            run.atSource(
                    "CREATE TABLE quiet (id int PRIMARY KEY, v text)",
                    "INSERT INTO quiet SELECT i, 'zwq7value' || i FROM generate_series(1, 50000) i",
                    "ANALYZE");
            run.file().more(FILTERS);
            run.start().awaitChanges().awaitInStep();
            writes.withRanges(RANGE_ROWS).start(SESSIONS, Integer.MAX_VALUE, PAUSE);
            Verification verification = Verification.of(run.file()).with(LiveITCase::eager);
            int runs = 0;
            long changesBefore = changes(run);
            long start = System.nanoTime();
            try (LagMaker lag = new LagMaker(run.job(), seed, LAG_SECONDS * 1000)) {
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
                while (System.nanoTime() < end) {
                    VerificationReport report = verification.run();
                    assertThat(Verification.found(report)).as("seed " + seed).isEmpty();
                    assertThat(report.differingRows()).isZero();
                    assertThat(report.sourceRows()).isGreaterThan(KEYS);
                    lag.check();
                    runs++;
                }
                run.atTarget(
                        "UPDATE quiet SET v = v || ' ' WHERE id = 77",
                        "DELETE FROM quiet WHERE id = 78",
                        "INSERT INTO quiet VALUES (-1, 'zwq7value')");
                assertThat(Verification.found(verification.run()))
                        .containsExactly(
                                "different public.quiet {77} v",
                                "extra public.quiet {-1}",
                                "missing public.quiet {78}");
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            System.out.printf(
                    Locale.ROOT,
                    "LiveITCase: %d runs, %d transactions, %.0f changes/s over %.0f s%n",
                    runs,
                    writes.transactions(),
                    (changes(run) - changesBefore) / seconds,
                    seconds);
            writes.stop();
            run.awaitInStep();
            run.terminate();
        }
    }

    /** Rows that sessions have written at the source, those of transactions that were rolled back among them. */
    private static long changes(TaskRun run) throws SQLException {
        return Long.parseLong(rows(
                        run.source(),
                        "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del)::bigint FROM pg_catalog.pg_stat_user_tables")
                .get(0)
                .replaceAll("\\D", ""));
    }

    @Test
    void aRepairNeverRacesTheStream() throws Exception {
        long seed = Long.getLong("verify.seed", System.nanoTime());
        Random random = new Random(seed);
        try (TaskRun run = TaskRun.shared("verify_repair");
                RandomWrites writes = new RandomWrites(run.pair(), seed, KEYS).createTables(KEYS)) {
            run.atSource("ANALYZE");
            run.file().more(FILTERS);
            run.start().awaitChanges().awaitInStep();
            writes.withRanges(RANGE_ROWS).start(SESSIONS, Integer.MAX_VALUE, PAUSE);
            Verification verification = Verification.of(run.file()).with(LiveITCase::eager);
            Set<String> planted = new HashSet<>();
            long repaired = 0;
            try (LagMaker lag = new LagMaker(run.job(), seed, LAG_SECONDS * 1000)) {
                for (int round = 0; round < 2; round++) {
                    lag.check();
                    plant(run, random, planted);
                    VerificationReport report = verification.run(RepairMode.WRITE);
                    repaired += report.tables().stream()
                            .mapToLong(VerificationReport.Table::repaired)
                            .sum();
                }
            }
            writes.stop();
            run.awaitInStep();
            assertThat(repaired).as("seed " + seed).isGreaterThan(100);
            // What is left now was changed all the time; nothing else may differ, least of all what was repaired.
            List<String> left = new ArrayList<>();
            for (VerificationReport.Difference difference : verification.run().differences()) {
                left.add(difference.tableName() + " " + difference.identity());
            }
            assertThat(planted).as("seed " + seed).containsAll(left);
            assertThat(verification.run(RepairMode.WRITE).differingRows()).isZero();
            run.awaitInStep();
            run.assertEqual("public.rw_full", "public.rw_composite");
            assertSame(run, "SELECT * FROM rw_full WHERE id % 3 <> 0", "SELECT * FROM rw_full");
            assertSame(run, "SELECT * FROM rw_composite WHERE a <> 'k3'", "SELECT * FROM rw_composite");
            System.out.println("LiveITCase: " + repaired + " of " + planted.size() + " rows repaired under load, "
                    + left.size() + " at rest");
            run.terminate();
        }
    }

    /** One row per statement, so that nobody meets the writers in a deadlock. */
    private static void plant(TaskRun run, Random random, Set<String> planted) throws SQLException {
        try (Connection target = run.pair().openTarget();
                Statement statement = target.createStatement()) {
            statement.execute("SET session_replication_role = replica");
            for (int i = 0; i < 150; i++) {
                int id = 1 + random.nextInt(KEYS);
                planted.add("public.rw_keyed {" + id + "}");
                planted.add("public.rw_full {" + id + "}");
                planted.add("public.rw_keyed {" + -1000 * id + "}");
                statement.execute("UPDATE rw_keyed SET amount = amount + 1 WHERE id = " + id);
                statement.execute("DELETE FROM rw_full WHERE id = " + id);
                statement.execute(
                        "INSERT INTO rw_keyed VALUES (" + -1000 * id + ", 'zwq7value') ON CONFLICT DO NOTHING");
                try (ResultSet row =
                        statement.executeQuery("SELECT a, b FROM rw_composite WHERE b = " + id + " LIMIT 1")) {
                    if (row.next()) {
                        planted.add("public.rw_composite {" + row.getString(1) + "," + id + "}");
                        statement.execute(
                                "DELETE FROM rw_composite WHERE a = '" + row.getString(1) + "' AND b = " + id);
                    }
                }
            }
        }
    }
}
