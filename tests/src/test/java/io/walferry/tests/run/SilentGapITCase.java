package io.walferry.tests.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.tests.postgres.PostgresServer;
import io.walferry.tests.support.Await;
import io.walferry.tests.support.TaskRun;
import io.walferry.tests.support.TestServers;
import java.sql.Connection;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What cannot be continued stops with what happened and what to do; it never starts anew from now. */
class SilentGapITCase {

    private static final Duration LIMIT = Duration.ofSeconds(90);

    @Test
    void aMissingSlotStopsTheJob() throws Exception {
        try (TaskRun run = small("gone")) {
            run.terminate();
            run.atSource("INSERT INTO t VALUES (2, 'missed')");
            Await.until("the slot is free", LIMIT, () -> !slotIsActive(run));
            run.atSource("SELECT pg_drop_replication_slot('walferry_gone')");

            assertStops(run.start(), "walferry_gone");
            assertThat(slots(run)).as("slots made in its place").isEmpty();
            assertThat(Sql.text(run.target(), "SELECT count(*) FROM t")).isEqualTo("1");
        }
    }

    @Test
    void aSlotThatIsDroppedWhileTheJobRunsStopsIt() throws Exception {
        try (TaskRun run = small("dropped")) {
            Await.until("the slot is dropped", LIMIT, () -> {
                run.atSource("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE active_pid IS NOT"
                        + " NULL AND slot_name = 'walferry_dropped'");
                run.atSource("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
                        + " WHERE NOT active AND slot_name = 'walferry_dropped'");
                return slots(run).isEmpty();
            });
            run.atSource("INSERT INTO t VALUES (2, 'missed')");

            assertStops(run, "walferry_dropped");
            assertThat(slots(run)).as("slots made in its place").isEmpty();
        }
    }

    @Test
    void aSlotAheadOfTheTargetStopsTheJob() throws Exception {
        try (TaskRun run = small("ahead")) {
            run.terminate();
            run.atSource("INSERT INTO t VALUES (2, 'missed')");
            Await.until("the slot is free", LIMIT, () -> !slotIsActive(run));
            run.atSource("SELECT pg_replication_slot_advance('walferry_ahead', pg_current_wal_lsn())");

            assertStops(run.start(), "walferry_ahead");
            assertThat(Sql.text(run.target(), "SELECT count(*) FROM t")).isEqualTo("1");
        }
    }

    @Test
    void aSlotMadeAnewStopsTheJob() throws Exception {
        try (TaskRun run = small("anew")) {
            run.terminate();
            run.atSource("INSERT INTO t VALUES (2, 'missed')");
            Await.until("the slot is free", LIMIT, () -> !slotIsActive(run));
            run.atSource(
                    "SELECT pg_drop_replication_slot('walferry_anew')",
                    "SELECT pg_create_logical_replication_slot('walferry_anew', 'pgoutput')");

            assertStops(run.start(), "walferry_anew");
            assertThat(Sql.text(run.target(), "SELECT count(*) FROM t")).isEqualTo("1");
        }
    }

    @Test
    void anInvalidatedSlotStopsTheJob() throws Exception {
        try (PostgresServer source = PostgresServer.version(TestServers.SOURCE_VERSION)
                        .withoutFsync()
                        .setting("max_slot_wal_keep_size", "1MB")
                        .setting("max_wal_size", "32MB")
                        .setting("min_wal_size", "32MB")
                        .start();
                TaskRun run = TaskRun.on(source, TestServers.target(), "invalidated")) {
            run.atSource("CREATE TABLE t (id int PRIMARY KEY, v text)", "CREATE TABLE noise (v text)");
            run.file().tables("public.t");
            run.start().awaitChanges().awaitInStep();
            run.terminate();
            Await.until("the server has given the slot's WAL away", LIMIT, () -> {
                run.atSource(
                        "INSERT INTO noise SELECT repeat(md5(i::text), 20) FROM generate_series(1, 30000) i",
                        "SELECT pg_switch_wal()",
                        "CHECKPOINT");
                return Sql.is(run.source(), "SELECT wal_status = 'lost' FROM pg_replication_slots");
            });

            assertStops(run.start(), "walferry_invalidated");
        }
    }

    /** Otherwise the WAL that other databases write would be kept until this one writes again. */
    @Test
    void anIdleSourceDoesNotHoldBackTheWal() throws Exception {
        try (TaskRun run = small("idle");
                Connection other =
                        TestServers.source().connect(TestServers.source().newDatabase("noise"))) {
            run.awaitInStep();
            try (var statement = other.createStatement()) {
                statement.execute("CREATE TABLE noise AS SELECT repeat('x', 100) FROM generate_series(1, 10000)");
            }
            String end = Sql.text(other, "SELECT pg_current_wal_lsn()");
            run.inStep().awaitPast(end, LIMIT, run.job()::isAlive);
            assertThat(Sql.text(run.target(), "SELECT count(*) FROM t")).isEqualTo("1");
            run.terminate();
        }
    }

    @Test
    void aTableWithoutReplicaIdentityIsRefusedWithTheRemedy() throws Exception {
        try (TaskRun run = TaskRun.shared("nothing")) {
            run.atSource(
                    "CREATE TABLE fine (id int PRIMARY KEY)",
                    "CREATE TABLE \"No Identity\" (id int PRIMARY KEY)",
                    "ALTER TABLE \"No Identity\" REPLICA IDENTITY NOTHING");
            assertStops(run.start(), "ALTER TABLE", "No Identity", "REPLICA IDENTITY");
            assertThat(slots(run)).isEmpty();
        }
    }

    @Test
    void aWrongPasswordIsNotPrinted() throws Exception {
        try (TaskRun run = TaskRun.shared("password")) {
            run.file().username("no-such-user");
            assertStops(run.start(), "no-such-user");
        }
    }

    /** The server's own message holds the row; the job names table and constraint instead. */
    @Test
    void aRowThatTheTargetRefusesStopsTheJobAndIsNotPrinted() throws Exception {
        try (TaskRun run = small("refused")) {
            run.atTarget("ALTER TABLE t ADD CONSTRAINT not_there CHECK (id <> 7)");
            run.atSource("INSERT INTO t VALUES (7, '" + TaskRun.MARKER + "')");

            assertStops(run, "not_there");
        }
    }

    @Test
    void aValueThatTheTargetCannotReadStopsTheJobAndIsNotPrinted() throws Exception {
        try (TaskRun run = small("unreadable")) {
            run.atTarget("ALTER TABLE t ALTER v TYPE varchar(6)");
            run.atSource("INSERT INTO t VALUES (7, '" + TaskRun.MARKER + "')");

            assertStops(run, "22001");
        }
    }

    /** A task that follows the changes of one table, with one row. */
    private static TaskRun small(String task) throws Exception {
        TaskRun run = TaskRun.shared(task);
        try {
            run.atSource("CREATE TABLE t (id int PRIMARY KEY, v text)", "INSERT INTO t VALUES (1, 'loaded')");
            return run.start().awaitChanges().awaitInStep();
        } catch (Exception | AssertionError e) {
            run.close();
            throw e;
        }
    }

    private static void assertStops(TaskRun run, String... told) throws Exception {
        int status = run.job().awaitExit(LIMIT);
        assertThat(status).as(run.job().tail()).isNotZero();
        assertThat(run.job().output()).contains(told);
    }

    private static boolean slotIsActive(TaskRun run) throws Exception {
        return Sql.is(
                run.source(), "SELECT bool_or(active) FROM pg_replication_slots WHERE database = current_database()");
    }

    private static String slots(TaskRun run) throws Exception {
        return Sql.text(
                run.source(),
                "SELECT string_agg(slot_name, ',') FROM pg_replication_slots WHERE database = current_database()");
    }
}
