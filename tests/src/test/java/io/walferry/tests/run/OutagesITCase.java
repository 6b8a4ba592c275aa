package io.walferry.tests.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.tests.postgres.PostgresServer;
import io.walferry.tests.support.Await;
import io.walferry.tests.support.FreezingProxy;
import io.walferry.tests.support.JobProcess;
import io.walferry.tests.support.RandomWrites;
import io.walferry.tests.support.TaskRun;
import io.walferry.tests.support.TestServers;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Servers and connections fail under the job; it goes on by itself, and both sides are equal in the end. */
class OutagesITCase {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** How long a network or a server is away; {@code -Dtests.outage.seconds=180} for long ones. */
    private static final long AWAY_SECONDS = Long.getLong("tests.outage.seconds", 5);

    private static final String END_WAL_SENDER = "SELECT pg_terminate_backend(active_pid)::text"
            + " FROM pg_replication_slots WHERE active_pid IS NOT NULL AND slot_name = 'walferry_%s'";

    @Test
    void goesOnAfterCrashesOfEitherServerAndLostConnections() throws Exception {
        try (PostgresServer source = TestServers.start(TestServers.SOURCE_VERSION);
                PostgresServer target = TestServers.start(TestServers.TARGET_VERSION);
                TaskRun run = TaskRun.on(source, target, "outages");
                RandomWrites writes = new RandomWrites(run.pair(), 5, 1_000).createTables(10_000)) {
            run.file().chunkRows(1_000).loadParallelism(1);
            run.start();
            writes.start(3, 1_000_000, Duration.ofMillis(5));

            // In the load.
            Await.until("some chunks are loaded", LIMIT, () -> {
                run.job().requireAlive();
                return Sql.is(run.target(), "SELECT to_regclass('walferry.snapshot_chunk') IS NOT NULL")
                        && Sql.is(run.target(), "SELECT count(loaded_at) > 2 FROM walferry.snapshot_chunk");
            });
            crash(run, target);
            run.awaitChanges().awaitInStep();

            crash(run, target);
            awaitMoreChanges(run);

            crash(run, source);
            awaitMoreChanges(run);

            source.stop();
            source.start();
            run.reconnect();
            awaitMoreChanges(run);

            for (int i = 0; i < 5; i++) {
                endWalSender(run.source(), "outages");
                awaitMoreChanges(run);
            }

            run.atTarget("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    + " WHERE datname = current_database() AND pid <> pg_backend_pid()");
            awaitMoreChanges(run);

            writes.stop();
            run.assertInStep();
            run.terminate();
        }
    }

    @Test
    void goesOnAfterANetworkThatStoodStillAndServersThatWereAway() throws Exception {
        try (PostgresServer source = TestServers.start(TestServers.SOURCE_VERSION);
                PostgresServer target = TestServers.start(TestServers.TARGET_VERSION);
                FreezingProxy toSource = new FreezingProxy(source.port());
                FreezingProxy toTarget = new FreezingProxy(target.port());
                TaskRun run = TaskRun.on(source, target, "frozen");
                RandomWrites writes = new RandomWrites(run.pair(), 7, 300).createTables(1_000)) {
            run.file().ports(toSource.port(), toTarget.port());
            run.start().awaitChanges().awaitInStep();
            // However long it is away, as much is left to catch up with.
            writes.start(3, 1_000_000, Duration.ofMillis(AWAY_SECONDS));

            for (FreezingProxy network : List.of(toSource, toTarget)) {
                network.freeze();
                away();
                network.thaw();
                awaitMoreChanges(run);

                network.freeze();
                network.cut();
                away();
                network.thaw();
                awaitMoreChanges(run);
            }

            target.stopImmediate();
            away();
            target.start();
            run.reconnect();
            awaitMoreChanges(run);

            writes.stop();
            source.stopImmediate();
            away();
            source.start();
            run.reconnect();
            run.assertInStep();
            run.terminate();
        }
    }

    private static void away() throws InterruptedException {
        TimeUnit.SECONDS.sleep(AWAY_SECONDS);
    }

    /**
     * A job that was cut off and believes that it still runs: it is stopped in its tracks, loses its stream and its claim to the
     * task, and keeps its writers' sessions. A second one takes over. When the first wakes up, its writers must not commit.
     */
    @Test
    void aJobThatWasReplacedCannotWrite() throws Exception {
        try (TaskRun run = TaskRun.shared("zombie");
                RandomWrites writes = new RandomWrites(run.pair(), 6, 300).createTables(1_000)) {
            run.start().awaitChanges().awaitInStep();
            writes.start(3, 1_000_000, Duration.ofMillis(2));
            awaitMoreChanges(run);
            JobProcess zombie = run.job();
            zombie.signal("STOP");
            run.atTarget("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
                    + " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())");
            // It may have been between two streams when it was stopped, so none may be there to end.
            Await.until("the zombie's stream is gone", LIMIT, () -> {
                Sql.text(run.source(), END_WAL_SENDER.formatted("zombie"));
                return Sql.is(
                        run.source(),
                        "SELECT NOT active FROM pg_replication_slots WHERE slot_name = 'walferry_zombie'");
            });

            // On another machine: neither lock file nor checkpoints are shared.
            run.file().checkpoints(run.file().checkpoints().resolveSibling("elsewhere"));
            run.startAnother().awaitInStep();
            zombie.signal("CONT");
            awaitMoreChanges(run);
            awaitMoreChanges(run);
            writes.stop();
            run.assertInStep();
            zombie.close();
            run.assertInStep();
            run.terminate();
        }
    }

    private static void crash(TaskRun run, PostgresServer server) throws Exception {
        server.stopImmediate();
        server.start();
        run.reconnect();
    }

    private static void endWalSender(Connection source, String task) throws Exception {
        Await.until("the slot is in use", LIMIT, () -> !Sql.text(source, END_WAL_SENDER.formatted(task))
                .isEmpty());
    }

    /** Waits until a change that is made now has arrived. */
    private static void awaitMoreChanges(TaskRun run) throws Exception {
        run.awaitInStep();
        assertThat(run.job().isAlive()).isTrue();
    }
}
