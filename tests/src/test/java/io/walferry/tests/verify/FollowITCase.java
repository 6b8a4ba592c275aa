package io.walferry.tests.verify;

import static io.walferry.tests.mapping.SameRows.rows;
import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.job.pipeline.IncrementalVerification;
import io.walferry.job.pipeline.PreparedVerification;
import io.walferry.job.verify.VerificationReport;
import io.walferry.tests.command.WalferryProcess;
import io.walferry.tests.support.Await;
import io.walferry.tests.support.RandomWrites;
import io.walferry.tests.support.TaskRun;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What has changed is verified interval by interval, beside the task. */
class FollowITCase {

    private static final Path HOME = Path.of("..").toAbsolutePath().normalize();
    private static final String OF_FOLLOWING = "slot_name LIKE 'walferry\\_verify\\_follow\\_verify\\_%'";
    private static final String SLOTS = "SELECT slot_name FROM pg_replication_slots WHERE " + OF_FOLLOWING;
    private static final int KEYS = 5_000;

    @TempDir
    private Path directory;

    @Test
    void whatIsWrongWithAChangedRowIsFoundWithinAnIntervalAndNothingElse() throws Exception {
        long seed = Long.getLong("verify.seed", System.nanoTime());
        try (TaskRun run = TaskRun.shared("verify_follow");
                RandomWrites writes = new RandomWrites(run.pair(), seed, KEYS).createTables(KEYS)) {
            start(run);
            Verification verification = Verification.of(run.file()).with(LiveITCase::eager);
            List<String> told = new ArrayList<>();
            try (IncrementalVerification changes = IncrementalVerification.open(verification.config(), told::add)) {
                assertThat(changes.next()).isEmpty();
                changedRowsAreCompared(run, verification, changes);
                nothingIsFoundUnderLoad(run, writes, seed, verification, changes);
                aLostSlotIsMadeUpFor(run, verification, changes, told);
            }
            Await.until("the slot is gone", Duration.ofSeconds(30), () -> rows(run.source(), SLOTS)
                    .isEmpty());
            theCommandTellsAndLeavesNoSlotWhenKilled(run);
            run.terminate();
        }
    }

    private static void start(TaskRun run) throws Exception {
        run.atSource(
                "CREATE TABLE item (id int PRIMARY KEY, v text)",
                "INSERT INTO item SELECT i, 'zwq7value' || i FROM generate_series(1, 1000) i",
                // Texts of the changelog that a cast to text does not give.
                "CREATE TABLE odd (flag bool, c char(5), ip inet, b text, v text, PRIMARY KEY (flag, c, ip, b))",
                "INSERT INTO odd SELECT i % 2 = 0, 'c' || i % 3, '10.0.0.0'::inet + i, 'x,\\\"' || i, 'v' FROM generate_series(1, 50) i",
                "CREATE TABLE log (n int, what text)",
                "ALTER TABLE log REPLICA IDENTITY FULL",
                "INSERT INTO log SELECT i % 7, 'zwq7value' FROM generate_series(1, 300) i",
                "CREATE TABLE kept (id int PRIMARY KEY, code int NOT NULL UNIQUE, v text)",
                "ALTER TABLE kept REPLICA IDENTITY USING INDEX kept_code_key",
                "INSERT INTO kept SELECT i, -i, 'v' FROM generate_series(1, 100) i",
                "CREATE TABLE a (id int PRIMARY KEY, v text)",
                "CREATE TABLE b (id int PRIMARY KEY, v text)",
                "INSERT INTO a SELECT i, 'a' FROM generate_series(1, 100) i",
                "INSERT INTO b SELECT i, 'b' FROM generate_series(1, 100) i",
                "ANALYZE");
        run.file()
                .more(
                        """
                        mapping:
                          - table: public.rw_full
                            filter: MOD(id, 3) <> 0
                          - table: public.kept
                            filter: v <> 'hidden'
                          - table: public.a
                            to: merged.ab
                            constant: {column: side, type: text, value: a}
                          - table: public.b
                            to: merged.ab
                            constant: {column: side, type: text, value: b}
                        """);
        run.start().awaitChanges().awaitInStep();
    }

    private static void changedRowsAreCompared(TaskRun run, Verification verification, IncrementalVerification changes)
            throws Exception {
        run.atSource(
                "UPDATE item SET v = v || '.' WHERE id IN (5, 6, 7)",
                "UPDATE item SET id = -id WHERE id = 8",
                "DELETE FROM item WHERE id = 9",
                "INSERT INTO item VALUES (2000, 'new')",
                "UPDATE odd SET v = 'w' WHERE b LIKE '%1'",
                "UPDATE kept SET v = 'hidden' WHERE id = 50",
                "UPDATE kept SET v = 'x' WHERE id = 51",
                "UPDATE b SET v = 'c' WHERE id = 1");
        run.awaitInStep();
        run.atTarget(
                "UPDATE item SET v = v || ' ' WHERE id IN (5, 100)",
                "DELETE FROM item WHERE id IN (-8, 101)",
                "INSERT INTO item VALUES (8, 'still there'), (9, 'too'), (5000, 'unasked')",
                "UPDATE odd SET v = 'x' WHERE b LIKE '%21' OR b LIKE '%22'",
                "INSERT INTO kept VALUES (50, -50, 'hidden')",
                "DELETE FROM kept WHERE id = 51",
                "UPDATE merged.ab SET v = 'x' WHERE id = 1",
                "DELETE FROM log WHERE ctid = (SELECT min(ctid) FROM log)");
        assertThat(Verification.found(verification.execute(changes.next().orElseThrow())))
                .containsExactly(
                        "different merged.ab {1,b} v",
                        "different public.item {5} v",
                        "different public.odd {false,c0,10.0.0.21/32,\"x,\\\\\\\"21\"} v",
                        "extra public.item {8}",
                        "extra public.item {9}",
                        "extra public.kept {-50}",
                        "missing public.item {-8}",
                        "missing public.kept {-51}");
        assertThat(changes.next()).isEmpty();
        run.atSource("INSERT INTO log VALUES (9, 'now it is looked at')");
        VerificationReport whole = verification.execute(changes.next().orElseThrow());
        assertThat(Verification.found(whole)).containsExactly("missing public.log x1");
        assertThat(whole.sourceRows()).isEqualTo(301);
    }

    private static void nothingIsFoundUnderLoad(
            TaskRun run, RandomWrites writes, long seed, Verification verification, IncrementalVerification changes)
            throws Exception {
        writes.start(3, Integer.MAX_VALUE, Duration.ofMillis(20));
        long compared = 0;
        try (LagMaker lag = new LagMaker(run.job(), seed, 2_000)) {
            for (int interval = 0; interval < 2; interval++) {
                Await.until("something has changed", Duration.ofSeconds(30), () -> writes.transactions() > 100);
                VerificationReport report = verification.execute(changes.next().orElseThrow());
                assertThat(Verification.found(report)).as("seed " + seed).isEmpty();
                assertThat(report.differingRows()).as("seed " + seed).isZero();
                compared += report.sourceRows();
            }
            lag.check();
        }
        writes.stop();
        run.awaitInStep();
        assertThat(compared).isGreaterThan(100);
        changes.next().ifPresent(rest -> {});
    }

    private static void aLostSlotIsMadeUpFor(
            TaskRun run, Verification verification, IncrementalVerification changes, List<String> told)
            throws Exception {
        run.atSource("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE " + OF_FOLLOWING);
        Await.until("the slot is gone", Duration.ofSeconds(30), () -> rows(run.source(), SLOTS)
                .isEmpty());
        List<String> found = new ArrayList<>();
        Await.until("the loss is known", Duration.ofSeconds(30), () -> {
            Optional<PreparedVerification> prepared = changes.next();
            if (prepared.isPresent()) {
                found.addAll(Verification.found(verification.execute(prepared.get())));
            }
            return prepared.isPresent();
        });
        assertThat(found).contains("different public.item {100} v", "missing public.item {101}");
        assertThat(told).anyMatch(line -> line.contains("all tables are compared as a whole once"));
    }

    private void theCommandTellsAndLeavesNoSlotWhenKilled(TaskRun run) throws Exception {
        Path file = run.file().write(directory.resolve("task.yaml"));
        Path output = directory.resolve("follow.txt");
        Map<String, String> environment = Map.of("XDG_STATE_HOME", directory.toString(), "WALFERRY_OPTS", "-Xmx160m");
        try (WalferryProcess process = WalferryProcess.start(
                HOME, environment, Redirect.to(output.toFile()), "verify", "--follow", "1", file.toString())) {
            said(process, output, "following changes of");
            run.atSource("UPDATE item SET v = 'good' WHERE id = 300");
            said(process, output, "1 rows of 1 tables with changes");
            // Whatever the task brings of this row arrives otherwise.
            run.atTarget(
                    "CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.v := ''bad''; RETURN NEW; END'",
                    "CREATE TRIGGER spoil BEFORE INSERT OR UPDATE ON item FOR EACH ROW WHEN (NEW.id = 302)"
                            + " EXECUTE FUNCTION spoil()",
                    "ALTER TABLE item ENABLE ALWAYS TRIGGER spoil");
            run.atSource("UPDATE item SET v = 'good' WHERE id BETWEEN 302 AND 304");
            said(process, output, "public.item {302} different");
            assertThat(rows(run.source(), SLOTS)).hasSize(1);
        }
        Await.until("the slot is gone", Duration.ofSeconds(30), () -> rows(run.source(), SLOTS)
                .isEmpty());
        try (WalferryProcess process = WalferryProcess.start(
                HOME,
                environment,
                Redirect.to(output.toFile()),
                "verify",
                "--follow",
                "1",
                "--intervals",
                "1",
                file.toString())) {
            assertThat(process.exitStatus()).as(Files.readString(output)).isZero();
        }
        assertThat(Files.readString(output)).contains("nothing has changed");
    }

    private static void said(WalferryProcess process, Path output, String words) throws Exception {
        Await.until("the command says " + words, Duration.ofSeconds(90), () -> {
            String text = Files.readString(output);
            assertThat(process.isAlive()).as(text).isTrue();
            return text.contains(words);
        });
    }
}
