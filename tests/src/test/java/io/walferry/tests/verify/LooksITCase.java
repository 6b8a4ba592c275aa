package io.walferry.tests.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.job.verify.VerificationReport;
import io.walferry.tests.run.Sql;
import io.walferry.tests.support.Await;
import io.walferry.tests.support.TaskRun;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What happens to one row of a table without a key between two looks at it, to the moment. */
class LooksITCase {

    private static final Duration SOON = Duration.ofSeconds(60);

    /** The row comes back and goes again. */
    @Test
    void aBatchInWhichARowGoesAndComesBackIsSeen() throws Exception {
        nothingIsWrong("looks_back", "INSERT INTO t VALUES (1, 'v')", "SELECT 1");
    }

    /** Two come back, and one of them goes: what is there is not the row that was there in the first look. */
    @Test
    void ofEqualRowsTheOldestGoes() throws Exception {
        nothingIsWrong(
                "looks_oldest",
                "INSERT INTO t VALUES (1, 'v'), (1, 'v')",
                "DELETE FROM t WHERE ctid = (SELECT min(ctid) FROM t WHERE n = 1)");
    }

    /**
     * A row is deleted before the first look at the source and again before the second, and the target is a step behind in both: they
     * find the source without it and the target with it.
     *
     * @param back at the source after the first look, in one batch with the first deletion
     * @param next at the source once the target has that
     */
    private static void nothingIsWrong(String task, String back, String next) throws Exception {
        try (TaskRun run = TaskRun.shared(task)) {
            run.file().more("apply: {writers: 1}").checkpointInterval("10min");
            run.atSource(
                    "CREATE TABLE t (n int, v text)",
                    "ALTER TABLE t REPLICA IDENTITY FULL",
                    "INSERT INTO t VALUES (0, 'room'), (1, 'v')",
                    "CREATE TABLE z (id int PRIMARY KEY)");
            run.start().awaitChanges();
            run.atSource("DELETE FROM t WHERE n = 0", "INSERT INTO z VALUES (0)");
            awaitRow(run, 0);
            run.atTarget("VACUUM t"); // the next row stands before the first
            Verification verification = Verification.of(run.file()).with(LiveITCase::eager);
            CompletableFuture<VerificationReport> report;
            try (Connection writer = run.pair().openTarget();
                    Statement holdWriter = writer.createStatement();
                    Connection verifier = run.pair().openTarget();
                    Statement holdVerifier = verifier.createStatement();
                    Connection deleting = run.pair().openSource();
                    Statement delete = deleting.createStatement()) {
                holdWriter.execute("BEGIN; LOCK TABLE z IN EXCLUSIVE MODE");
                run.atSource("INSERT INTO z VALUES (1)");
                Await.until("the writer waits", SOON, () -> waitsFor(run.target(), "z"));
                run.atSource("DELETE FROM t WHERE n = 1");
                report = CompletableFuture.supplyAsync(() -> {
                    try {
                        return verification.run();
                    } catch (Exception e) {
                        throw new CompletionException(e);
                    }
                });
                Await.until(
                        "the first look is over",
                        SOON,
                        () -> Sql.is(
                                run.target(),
                                "SELECT EXISTS (SELECT FROM walferry.verification WHERE detail LIKE 'look 1 at %')"));
                holdVerifier.execute("BEGIN; LOCK TABLE walferry.verification_suspect");
                run.atSource(back, "INSERT INTO z VALUES (2)");
                holdWriter.execute("COMMIT");
                awaitRow(run, 2);
                run.atSource(next, "INSERT INTO z VALUES (3)");
                awaitRow(run, 3);
                delete.execute("BEGIN; LOCK TABLE t");
                holdVerifier.execute("COMMIT");
                Await.until("the second look is at the source", SOON, () -> waitsFor(run.source(), "t"));
                delete.execute("DELETE FROM t WHERE n = 1; COMMIT");
            }
            VerificationReport found = report.get(120, TimeUnit.SECONDS);
            assertThat(Verification.found(found)).isEmpty();
            assertThat(found.differingRows()).isZero();
            // By the first look; z had row 0 then, and row 1 at the source alone.
            assertThat(found.sourceRows()).isEqualTo(2);
            run.terminate();
        }
    }

    private static void awaitRow(TaskRun run, int id) throws Exception {
        Await.until(
                "the target has row " + id,
                SOON,
                () -> Sql.is(run.target(), "SELECT EXISTS (SELECT FROM z WHERE id = " + id + ")"));
    }

    private static boolean waitsFor(Connection connection, String table) throws Exception {
        return Sql.is(
                connection,
                "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = '" + table + "'::regclass)");
    }
}
