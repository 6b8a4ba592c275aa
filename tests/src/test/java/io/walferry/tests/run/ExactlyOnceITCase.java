package io.walferry.tests.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.tests.support.Await;
import io.walferry.tests.support.RandomWrites;
import io.walferry.tests.support.TaskRun;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The job is killed at any moment and started again; both sides are equal in the end. */
class ExactlyOnceITCase {

    private static final int KILLS = 20;
    private static final Duration LIMIT = Duration.ofSeconds(120);

    @Test
    void twentyKillsDuringLoadAndChangesLoseAndDoubleNothing() throws Exception {
        long seed = Long.getLong("tests.seed", 4_711);
        Random random = new Random(seed);
        try (TaskRun run = TaskRun.shared("kills");
                RandomWrites writes = new RandomWrites(run.pair(), seed, 5_000).createTables(60_000)) {
            // Small chunks and one reader make a load that several kills can hit.
            run.file().chunkRows(1_500).loadParallelism(1).checkpointInterval("500ms");
            run.atSource("ANALYZE");
            writes.start(3, 1_000_000, Duration.ofMillis(10));
            int duringLoad = 0;
            for (int kill = 0; kill < KILLS; kill++) {
                long before = progress(run);
                run.start();
                if (kill < KILLS / 2) {
                    // Random moments count from the first sign of work, or most would hit the start of the JVM.
                    Await.until("the job works after kill " + kill, LIMIT, run.inStep()::state, () -> {
                        run.job().requireAlive();
                        return progress(run) > before || random.nextInt(400) == 0;
                    });
                } else {
                    run.awaitChanges();
                }
                TimeUnit.MILLISECONDS.sleep(random.nextInt(1_500));
                if (!run.inStep().phase().equals("changes")) {
                    duringLoad++;
                }
                run.kill();
            }
            System.out.println("Killed " + KILLS + " times, " + duringLoad + " of them before the changes");
            assertThat(duringLoad).isBetween(1, KILLS / 2);
            run.start().awaitChanges();
            writes.stop();
            run.assertInStep();
            run.terminate();
        }
    }

    @Test
    void checkpointsAreOnlyAShortCut() throws Exception {
        try (TaskRun run = TaskRun.shared("lost_checkpoints");
                RandomWrites writes = new RandomWrites(run.pair(), 77, 500).createTables(2_000)) {
            run.start().awaitChanges();
            writes.start(2, 1_000_000, Duration.ofMillis(5));
            run.awaitInStep();
            String loaded = loadedChunks(run);

            run.kill();
            Directory.delete(run.file().checkpoints());
            run.start().awaitInStep();

            run.terminate();
            Directory.delete(run.file().checkpoints());
            run.start().awaitInStep();
            writes.stop();
            run.assertInStep();
            assertThat(loadedChunks(run)).as("chunks and when they were loaded").isEqualTo(loaded);
            run.terminate();
        }
    }

    @Test
    void writersCanBecomeMoreAndFewer() throws Exception {
        try (TaskRun run = TaskRun.shared("rescale");
                RandomWrites writes = new RandomWrites(run.pair(), 99, 500).createTables(2_000)) {
            run.file().writers(2);
            run.start().awaitChanges();
            writes.start(3, 1_000_000, Duration.ofMillis(5));
            for (int writers : new int[] {4, 1, 2}) {
                run.awaitInStep();
                run.terminate();
                run.file().writers(writers);
                run.start();
            }
            run.awaitInStep();
            writes.stop();
            run.assertInStep();
            run.terminate();
        }
    }

    private static String loadedChunks(TaskRun run) throws Exception {
        return Sql.text(
                run.target(),
                "SELECT string_agg(format('%s %s %s', table_name, chunk, loaded_at), ',' ORDER BY table_name, chunk)"
                        + " FROM walferry.snapshot_chunk");
    }

    /** Rises with every chunk and every change that is committed at the target. */
    private static long progress(TaskRun run) throws Exception {
        if (Sql.text(run.target(), "SELECT to_regclass('walferry.progress')::text")
                .isEmpty()) {
            return 0;
        }
        return Long.parseLong(
                Sql.text(
                        run.target(),
                        "SELECT (SELECT count(loaded_at) FROM walferry.snapshot_chunk)"
                                + " + coalesce((SELECT sum(commit_lsn - '0/0') + sum(epoch) FROM walferry.progress), 0)::bigint"));
    }
}
