package io.walferry.tests.operate;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.tests.command.WalferryProcess;
import io.walferry.tests.operate.OperatedTask.Ended;
import io.walferry.tests.support.Await;
import io.walferry.tests.support.Comparison;
import io.walferry.tests.support.DatabasePair;
import io.walferry.tests.support.TestServers;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application moves from source to target while it writes: it loses nothing, and waits for seconds. */
class CutoverITCase {

    private static final String OPEN = "the target may be written to";

    @TempDir
    Path directory;

    /** What the application was told is committed, and how long it could not write. */
    private record Written(List<String> notes, double stoodStillSeconds) {}

    @Test
    void movesAWritingApplicationAndLosesNothing() throws Exception {
        DatabasePair pair = DatabasePair.create(TestServers.source(), TestServers.target(), "cutover");
        ExecutorService applications = Executors.newCachedThreadPool();
        AtomicBoolean stop = new AtomicBoolean();
        try (OperatedTask task = new OperatedTask("cutover", pair, directory)) {
            task.atSource(
                    "CREATE TABLE public.customer (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text)",
                    "INSERT INTO public.customer (name) SELECT 'c' || i FROM generate_series(1, 50) i",
                    "CREATE TABLE public.note (id bigserial PRIMARY KEY, customer int REFERENCES public.customer, what text)",
                    "CREATE SEQUENCE public.down INCREMENT BY -5 MINVALUE -1000 MAXVALUE 0 START 0",
                    "SELECT nextval('public.down') FROM generate_series(1, 3)");
            Ended early = task.run("cutover", "--read-only");
            assertThat(early.status()).as(early.output()).isEqualTo(3);

            task.start().awaitLive();
            Path output = directory.resolve("cutover.log");
            List<Future<Written>> running = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                int application = i;
                running.add(applications.submit(() -> write(pair, application, output, stop)));
            }
            task.await("the applications write", "(SELECT count(*) > 300 FROM public.note)");

            Ended rehearsal = task.run("cutover", "--dry-run", "--read-only", "--sequence-margin", "100");
            assertThat(rehearsal.status()).as(rehearsal.output()).isZero();
            assertThat(rehearsal.output()).contains("1 would switch", "4 would set 3 sequences, 100 further");
            assertThat(task.oneAtSource("SHOW default_transaction_read_only")).isEqualTo("off");

            task.atTarget("ALTER TABLE public.note ADD CONSTRAINT said CHECK (what <> '') NOT VALID");
            try (WalferryProcess cutover = task.process(
                    Redirect.to(output.toFile()),
                    "cutover",
                    task.file().toString(),
                    "--read-only",
                    "--sequence-margin",
                    "100",
                    "--most-lag",
                    "60")) {
                assertThat(cutover.exitStatus()).as(Files.readString(output)).isZero();
            }
            Await.until("all applications write at the target", OperatedTask.LIMIT, () -> task.one(
                            "SELECT count(DISTINCT what) FROM public.note WHERE what LIKE 'target %'")
                    .equals("3"));
            stop.set(true);
            double longest = 0;
            for (Future<Written> application : running) {
                Written written = application.get();
                longest = Math.max(longest, written.stoodStillSeconds());
                assertThat(written.notes()).hasSizeGreaterThan(50);
                for (String note : written.notes()) {
                    assertThat(task.one("SELECT count(*) FROM public.note WHERE what = '" + note + "'"))
                            .as(note)
                            .isEqualTo("1");
                }
            }
            System.out.printf("CutoverITCase: applications waited for at most %.1f s%n", longest);
            assertThat(longest).isLessThan(30);
            assertThat(Files.readString(output))
                    .contains("set 3 sequences", OPEN, "validated 1 constraints", "the job has ended")
                    .contains("source  replication slot walferry_cutover dropped");
            assertThat(task.one("SELECT nextval('public.down')")).isEqualTo("-515");
            assertThat(task.one("SELECT convalidated FROM pg_constraint WHERE conname = 'said'"))
                    .isEqualTo("t");
            assertThat(task.running().exitStatus()).isIn(0, 1);
            assertThat(task.status().at("/phase").asText()).isEqualTo("ended");

            // What was at the source is at the target as it was there.
            task.atTarget("DELETE FROM public.note WHERE what LIKE 'target %'");
            try (Connection source = pair.openSource();
                    Connection target = pair.openTarget()) {
                assertThat(Comparison.of(source, target).differences()).isEmpty();
            }

            // Nothing can write for it any more.
            Ended again = task.run("run");
            assertThat(again.status()).as(again.output()).isEqualTo(3);
            assertThat(again.output()).contains("it was cut over");
            Ended resumed = task.run("cutover");
            assertThat(resumed.status()).as(resumed.output()).isZero();
            assertThat(resumed.output()).contains("fenced already", "slot walferry_cutover was not there");
            assertThat(task.run("release").status()).isZero();
        } finally {
            stop.set(true);
            applications.shutdownNow();
        }
    }

    @Test
    void takesBackWhatItDidWhenTheTargetDoesNotFollow() throws Exception {
        DatabasePair pair = DatabasePair.create(TestServers.source(), TestServers.target(), "nocutover");
        try (OperatedTask task = new OperatedTask("nocutover", pair, directory)) {
            task.atSource("CREATE TABLE public.item (id int PRIMARY KEY)");
            task.start().awaitLive();
            try (Connection blocker = pair.openTarget()) {
                blocker.setAutoCommit(false);
                OperatedTask.execute(blocker, "LOCK TABLE public.item IN ACCESS EXCLUSIVE MODE");
                task.atSource("INSERT INTO public.item VALUES (1)");
                cutOffWhileTheStatusShowsIt(task);
                // The lag grows while a command starts.
                Ended ended = task.run("cutover", "--read-only", "--within", "1", "--most-lag", "600");
                assertThat(ended.status()).as(ended.output()).isEqualTo(3);
                assertThat(ended.output())
                        .contains("the target has not come to")
                        .doesNotContain(OPEN);
                assertThat(task.oneAtSource("SHOW default_transaction_read_only"))
                        .isEqualTo("off");
                blocker.rollback();
            }
            task.atSource("INSERT INTO public.item VALUES (2)");
            task.await("the task goes on", "(SELECT count(*) = 2 FROM public.item)");

            try (Connection blocker = pair.openTarget();
                    WalferryProcess reload =
                            task.process(Redirect.DISCARD, "reload", task.file().toString(), "public.item")) {
                blocker.setAutoCommit(false);
                OperatedTask.execute(blocker, "LOCK TABLE public.item IN SHARE MODE");
                task.await("the reload is asked for", "EXISTS (SELECT FROM walferry.reload WHERE state = 'waiting')");
                Ended ended = task.run("cutover", "--within", "2");
                assertThat(ended.status()).as(ended.output()).isEqualTo(3);
                assertThat(ended.output()).contains("these tables wait to be loaded anew: public.item");
                blocker.rollback();
                assertThat(reload.exitStatus()).isZero();
            }
        }
    }

    private void cutOffWhileTheStatusShowsIt(OperatedTask task) throws Exception {
        Path output = directory.resolve("cut-off.log");
        try (WalferryProcess cutover = task.process(
                Redirect.to(output.toFile()),
                "cutover",
                task.file().toString(),
                "--read-only",
                "--within",
                "600",
                "--most-lag",
                "600")) {
            String lock = "FROM pg_locks WHERE locktype = 'advisory' AND classid::int8"
                    + " = hashtext('walferry.cutover')::int8 & 4294967295";
            task.await("it waits for the target", "EXISTS (SELECT " + lock + ")");
            assertThat(task.status().at("/phase").asText()).isEqualTo("cut-over");
            assertThat(task.run("cutover").output()).contains("it is cut-over, not live");
            task.atTarget("SELECT pg_terminate_backend(pid) " + lock);
            assertThat(cutover.exitStatus()).as(Files.readString(output)).isNotZero();
        }
        assertThat(Files.readString(output)).doesNotContain(OPEN);
        assertThat(task.oneAtSource("SHOW default_transaction_read_only")).isEqualTo("off");
        assertThat(task.status().at("/phase").asText()).isIn("live", "catch-up");
    }

    @Test
    void asksForAVerificationOfLateThatHasFoundNothing() throws Exception {
        DatabasePair pair = DatabasePair.create(TestServers.source(), TestServers.target(), "gated");
        try (OperatedTask task = new OperatedTask("gated", pair, directory)) {
            task.with("cutover", Map.of("verified-within", "1h"));
            task.atSource(
                    "CREATE TABLE public.item (id int PRIMARY KEY, name text)",
                    "INSERT INTO public.item SELECT i, 'n' FROM generate_series(1, 100) i");
            task.start().awaitLive();
            assertRefused(task, "it has never been verified", "within 60 min");

            task.atTarget(
                    "SET session_replication_role = replica", "UPDATE public.item SET name = 'other' WHERE id = 7");
            Path script = directory.resolve("repair.sql");
            assertThat(task.run("verify", "--repair", "--dry-run", "--script", script.toString())
                            .status())
                    .isEqualTo(1);
            assertThat(Files.readString(script)).contains("\"public\".\"item\"");
            assertThat(task.one("SELECT name FROM public.item WHERE id = 7")).isEqualTo("other");
            assertRefused(task, "has found differences");

            assertThat(task.run("verify", "--repair").status()).isIn(0, 1);
            assertThat(task.run("verify", "--mode", "count", "--sample", "50", "--direction", "source")
                            .status())
                    .isZero();
            assertRefused(task, "has not compared every value of every row");
            Ended equal = task.run("verify");
            assertThat(equal.status()).as(equal.output()).isZero();
            task.atTarget("UPDATE walferry.verification SET started_at = started_at - interval '2 h'");
            assertRefused(task, "too long ago");

            task.atTarget("UPDATE walferry.verification SET started_at = started_at + interval '2 h'");
            Ended moved = task.run("cutover");
            assertThat(moved.status()).as(moved.output()).isZero();
            assertThat(moved.output()).contains("has found both sides equal", OPEN);
        }
    }

    private static void assertRefused(OperatedTask task, String... words) throws Exception {
        for (String option : List.of("--dry-run", "--read-only")) {
            Ended ended = task.run("cutover", option);
            assertThat(ended.status()).as(ended.output()).isEqualTo(3);
            assertThat(ended.output()).contains(words).doesNotContain(OPEN, "switched");
        }
    }

    /** Writes at the source until that refuses, and then at the target from the moment on that it is said to be open. */
    private static Written write(DatabasePair pair, int application, Path said, AtomicBoolean stop) throws Exception {
        List<String> notes = new ArrayList<>();
        long lastAtSource = System.nanoTime();
        for (int i = 0; ; i++) {
            String note = application + "/" + i;
            try (Connection source = pair.openSource()) {
                OperatedTask.execute(source, insert(application, note));
                notes.add(note);
                lastAtSource = System.nanoTime();
            } catch (SQLException e) {
                if (e.getSQLState().equals("25006")) {
                    break;
                }
            }
            LockSupport.parkNanos(5_000_000);
        }
        Await.until("the target is open", OperatedTask.LIMIT, () -> Files.readString(said)
                .contains(OPEN));
        double stoodStill = 0;
        try (Connection target = pair.openTarget()) {
            while (!stop.get()) {
                OperatedTask.execute(target, insert(application, "target " + application));
                stoodStill = stoodStill == 0 ? (System.nanoTime() - lastAtSource) / 1e9 : stoodStill;
                LockSupport.parkNanos(5_000_000);
            }
        }
        return new Written(notes, stoodStill);
    }

    private static String insert(int application, String note) {
        return "INSERT INTO public.note (customer, what) VALUES (" + (application + 1) + ", '" + note + "')";
    }
}
