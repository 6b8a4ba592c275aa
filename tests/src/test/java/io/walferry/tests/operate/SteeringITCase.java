package io.walferry.tests.operate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.walferry.tests.operate.OperatedTask.Ended;
import io.walferry.tests.support.Await;
import io.walferry.tests.support.Comparison;
import io.walferry.tests.support.DatabasePair;
import io.walferry.tests.support.TestServers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A running task is slowed, paused, resumed and stopped. Rates are measured over {@code -Dthrottle.seconds} (20 for the figures that
 * are given), beginning two seconds after they were set.
 */
class SteeringITCase {

    private static final int SECONDS = Integer.getInteger("throttle.seconds", 6);
    private static final int MEASUREMENTS = 3;
    private static final int ENOUGH_SECONDS = MEASUREMENTS * SECONDS + 6;
    private static final long IN_FORCE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final String LOADED = "walferry.snapshot_chunk WHERE loaded_at IS NOT NULL";
    private static final String CHUNKS = "SELECT count(*) FROM " + LOADED;
    private static final String ROWS = "SELECT coalesce(sum(rows), 0) FROM " + LOADED;
    private static final String BYTES = "SELECT coalesce(sum(bytes), 0) FROM " + LOADED;
    private static final String CHANGES = "SELECT coalesce(sum(changes), 0) FROM walferry.progress";

    @TempDir
    Path directory;

    @Test
    void keepsEachLimitWhileItIsChanged() throws Exception {
        DatabasePair pair = DatabasePair.create(TestServers.source(), TestServers.target(), "limits");
        try (OperatedTask task = new OperatedTask("limits", pair, directory)) {
            int rows = 30_000 * (SECONDS + 4);
            task.atSource(
                    "CREATE TABLE public.many (id int PRIMARY KEY, filler text)",
                    "INSERT INTO public.many SELECT i, repeat('x', 80) FROM generate_series(1, " + rows + ") i",
                    "CREATE TABLE public.wide (id int PRIMARY KEY, filler text)",
                    "ALTER TABLE public.wide ALTER filler SET STORAGE EXTERNAL",
                    "ANALYZE");
            task.with("load", Map.of("chunk-rows", 1000)).with("throttle", Map.of("load", "{rows: 3000}"));

            task.start().await("the load has begun", "(" + CHUNKS + ") > 1");
            assertHeld("rows/s of the task file", task, ROWS, 3_000);
            JsonNode status = task.status();
            assertThat(status.at("/phase").asText()).isEqualTo("load");
            assertThat(status.at("/limits/load.rows").asLong()).isEqualTo(3_000);
            // The rate of a moment; a machine that is busy with other things has moments without a chunk.
            Await.until(
                    "the status shows the rate",
                    OperatedTask.LIMIT,
                    () -> Math.abs(task.status().at("/load/rows-per-second").asDouble() - 3_000) < 600);
            assertThat(status.at("/tables/0/state").asText()).isEqualTo("loading");
            assertThat(status.at("/tables/0/seconds-left").asLong()).isPositive();

            set(task, "load.rows=none", "load.queries=3");
            assertHeld("queries/s", task, CHUNKS, 3);
            set(task, "load.queries=none", "load.bytes=300kB");
            assertHeld("bytes/s of the load", task, BYTES, 300_000);
            set(task, "load.bytes=none");
            task.awaitLive();

            set(task, "changes.rows=3000");
            task.await(
                    "the limit is in force",
                    "EXISTS (SELECT FROM walferry.reader WHERE limits LIKE '%changes.rows=3%')");
            task.atSource("UPDATE public.many SET filler = 'new' WHERE id <= " + 3_000 * ENOUGH_SECONDS);
            task.await("changes arrive", "(" + CHANGES + ") > 0");
            assertHeld("changes/s", task, CHANGES, 3_000);
            set(task, "changes.rows=none");
            task.await("all changes arrived", "(" + CHANGES + ") = " + 3_000 * ENOUGH_SECONDS);

            set(task, "changes.bytes=2MB");
            task.await(
                    "the limit is in force",
                    "EXISTS (SELECT FROM walferry.reader WHERE limits LIKE '%changes.bytes=2%')");
            task.atSource("INSERT INTO public.wide SELECT i, repeat('y', 4000) FROM generate_series(1, "
                    + 500 * ENOUGH_SECONDS + ") i");
            task.await("wide changes arrive", "(SELECT count(*) > 0 FROM public.wide)");
            assertHeld("bytes/s of changes", task, "SELECT count(*) * 4000 FROM public.wide", 2_000_000);
            set(task, "changes.bytes=file");
            task.await("all wide changes arrived", "(SELECT count(*) FROM public.wide) = " + 500 * ENOUGH_SECONDS);
            assertThat(differences(task)).isEmpty();

            Ended wrong = task.run("set", "changes.byte=2MB");
            assertThat(wrong.status()).isEqualTo(2);
            assertThat(wrong.output()).contains("there are load.queries", "changes.bytes", "apply.writers");
            assertThat(task.run("set", "load.bytes=fast").status()).isEqualTo(2);
        }
    }

    @Test
    void pausesHonestlyAndStopsWhenAsked() throws Exception {
        DatabasePair pair = DatabasePair.create(TestServers.source(), TestServers.target(), "pause");
        try (OperatedTask task = new OperatedTask("pause", pair, directory)) {
            task.atSource(
                    "CREATE TABLE public.item (id int PRIMARY KEY, name text)",
                    "INSERT INTO public.item SELECT i, 'item ' || i FROM generate_series(1, 1000) i");
            task.start().awaitLive();

            Ended pause = task.run("pause");
            assertThat(pause.status()).as(pause.output()).isZero();
            assertThat(pause.output()).contains("is paused");
            String before = task.oneAtSource("SELECT pg_current_wal_lsn()");
            task.atSource("UPDATE public.item SET name = 'new' WHERE id <= 100");
            long since = System.nanoTime();
            Await.until("several checkpoints have passed", OperatedTask.LIMIT, task::output, () -> {
                assertThat(task.one(CHANGES)).isEqualTo("0");
                return System.nanoTime() - since > TimeUnit.SECONDS.toNanos(5);
            });
            assertThat(task.oneAtSource("SELECT confirmed_flush_lsn <= '" + before
                            + "'::pg_lsn FROM pg_replication_slots WHERE slot_name = 'walferry_pause'"))
                    .as("what is not at the target is not acknowledged")
                    .isEqualTo("t");
            JsonNode status = task.status();
            assertThat(status.at("/phase").asText()).isEqualTo("paused");
            assertThat(status.at("/changes/bytes-behind").asLong()).isPositive();

            task.running().close();
            task.start();
            task.await(
                    "the second job is there and paused",
                    "EXISTS (SELECT FROM walferry.reader r"
                            + " JOIN walferry.status s USING (task) WHERE r.state = 'reading (waits)' AND r.seen_at > s.started_at)");
            assertThat(task.one(CHANGES)).isEqualTo("0");
            assertThat(task.run("resume").status()).isZero();
            task.await("the changes arrived", "(" + CHANGES + ") = 100");
            assertThat(differences(task)).isEmpty();

            Ended stop = task.run("stop", "--savepoint", "--within", "100");
            assertThat(stop.status()).as(stop.output()).isZero();
            assertThat(task.running().exitStatus()).isZero();
            String savepoint = stop.output().lines().findFirst().orElse("").replaceFirst("savepoint file:/*", "/");
            assertThat(Files.exists(Path.of(savepoint, "_metadata")))
                    .as(stop.output())
                    .isTrue();
            assertThat(task.run("status").status()).isEqualTo(1);
            assertThat(task.run("stop").output()).contains("no job of task pause runs");

            task.atSource("DELETE FROM public.item WHERE id > 500");
            task.start().await("it goes on", "(SELECT count(*) FROM public.item) = 500");
            assertThat(task.run("stop").status()).isZero();
            assertThat(task.running().exitStatus()).isZero();
            assertThat(differences(task)).isEmpty();
        }
    }

    @Test
    void hasOtherReadersAndWritersWhileItIsWrittenTo() throws Exception {
        DatabasePair pair = DatabasePair.create(TestServers.source(), TestServers.target(), "sized");
        try (OperatedTask task = new OperatedTask("sized", pair, directory)) {
            task.atSource(
                    "CREATE TABLE public.item (id int PRIMARY KEY, name text)",
                    "INSERT INTO public.item SELECT i, 'item ' || i FROM generate_series(1, 1000) i",
                    "CREATE TABLE public.event (what text)",
                    "ALTER TABLE public.event REPLICA IDENTITY FULL");
            task.start().awaitLive();
            assertThat(task.status().at("/job/writers").asLong()).isEqualTo(2);
            for (int writers : new int[] {5, 1}) {
                try (Connection source = pair.openSource()) {
                    for (int i = 0; i < 50; i++) {
                        OperatedTask.execute(
                                source,
                                "UPDATE public.item SET name = name || '+' WHERE id % 50 = " + i,
                                "INSERT INTO public.event VALUES ('same'), ('same')");
                    }
                }
                Ended set = task.run("set", "apply.writers=" + writers, "load.parallelism=3", "--within", "100");
                assertThat(set.status()).as(set.output()).isZero();
                assertThat(set.output())
                        .contains("apply.writers     " + writers + "\n", "load.parallelism  3\n")
                        .contains("task sized has begun again with them");
                assertThat(task.status().at("/job/writers").asLong()).isEqualTo(writers);
                task.atSource(
                        "DELETE FROM public.item WHERE id BETWEEN " + writers * 100 + " AND " + (writers * 100 + 9));
                task.await(
                        "the changes arrived",
                        "(SELECT count(*) = 0 FROM public.item WHERE id BETWEEN " + writers * 100 + " AND "
                                + (writers * 100 + 9) + ")");
            }
            assertThat(task.one("SELECT count(*) FROM public.event")).isEqualTo("200");
            assertThat(differences(task)).isEmpty();
            assertThat(task.running().isAlive()).isTrue();
            assertThat(task.run("set", "apply.writers=0").status()).isEqualTo(2);
            assertThat(task.run("stop").status()).isZero();
            assertThat(task.running().exitStatus()).isZero();
            Ended back = task.run("set", "apply.writers=file");
            assertThat(back.output())
                    .contains("apply.writers     2 (task file)", "no job runs: the next start has them");
        }
    }

    private static void set(OperatedTask task, String... settings) throws Exception {
        Ended ended = task.run("set", settings);
        assertThat(ended.status()).as(ended.output()).isZero();
    }

    /** At no time more than a tenth above the limit, and not a tenth below it once the machine has no other work. */
    private static void assertHeld(String what, OperatedTask task, String count, double limit) throws Exception {
        LockSupport.parkNanos(IN_FORCE_NANOS);
        double rate = 0;
        for (int i = 0; i < MEASUREMENTS && rate < 0.9 * limit; i++) {
            rate = rate(task, count);
            assertThat(rate).as(what).isLessThan(1.1 * limit);
        }
        assertThat(rate).as(what).isGreaterThan(0.9 * limit);
        System.out.printf("SteeringITCase: %.0f %s with a limit of %.0f%n", rate, what, limit);
    }

    /** Per second, over the seconds of a measurement. */
    private static double rate(OperatedTask task, String count) throws Exception {
        try (Connection target = task.pair().openTarget()) {
            long begin = System.nanoTime();
            double first = Double.parseDouble(OperatedTask.one(target, count));
            long end = begin + TimeUnit.SECONDS.toNanos(SECONDS);
            while (System.nanoTime() < end) {
                LockSupport.parkNanos(end - System.nanoTime());
            }
            double last = Double.parseDouble(OperatedTask.one(target, count));
            return (last - first) / ((System.nanoTime() - begin) / 1e9);
        }
    }

    private static List<?> differences(OperatedTask task) throws Exception {
        try (Connection source = task.pair().openSource();
                Connection target = task.pair().openTarget()) {
            return List.copyOf(Comparison.of(source, target).differences());
        }
    }
}
