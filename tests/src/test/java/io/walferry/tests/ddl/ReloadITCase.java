package io.walferry.tests.ddl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.walferry.job.control.ReloadQueue;
import io.walferry.job.failure.SyncException;
import io.walferry.job.pipeline.ReloadRequest;
import io.walferry.tests.postgres.PostgresServer;
import io.walferry.tests.run.Sql;
import io.walferry.tests.support.Await;
import io.walferry.tests.support.RandomWrites;
import io.walferry.tests.support.TaskRun;
import io.walferry.tests.support.TestServers;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** {@code walferry reload}: what is wrong at the target is right afterwards, whatever is written and killed meanwhile. */
class ReloadITCase {

    private static final int KILLS = 5;

    @Test
    void putsEveryTableRightWhileItIsWrittenToAndTheJobIsKilled() throws Exception {
        long seed = Long.getLong("tests.seed", 4_711);
        Random random = new Random(seed);
        try (TaskRun run = TaskRun.shared("reload");
                RandomWrites writes = new RandomWrites(run.pair(), seed, 2_000).createTables(20_000)) {
            run.atSource(
                    "CREATE TABLE part (id int PRIMARY KEY, v text) PARTITION BY RANGE (id)",
                    "CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (0) TO (1000)",
                    "CREATE TABLE part_2 PARTITION OF part FOR VALUES FROM (1000) TO (2000)",
                    "INSERT INTO part SELECT i, 'v' || i FROM generate_series(0, 1999) i",
                    "CREATE TABLE child (id int PRIMARY KEY, part int REFERENCES part, kept text)",
                    "INSERT INTO child SELECT i, i, 'k' FROM generate_series(0, 1999) i");
            run.file().checkpointInterval("500ms");
            run.start().awaitChanges().awaitInStep();
            writes.start(4, 1_000_000, Duration.ofMillis(5));
            for (int kill = 0; kill <= KILLS; kill++) {
                spoil(run);
                try (ReloadRequest asked = Reloads.ask(run, "public.*")) {
                    assertThat(asked.tables()).hasSize(7);
                    if (kill < KILLS) {
                        TimeUnit.MILLISECONDS.sleep(random.nextInt(2_500));
                        run.kill();
                        run.start();
                    }
                    assertThat(asked.await(Duration.ofSeconds(120)))
                            .allSatisfy(state ->
                                    assertThat(state.isDone()).as(state.words()).isTrue());
                }
            }
            writes.stop();
            run.assertInStep();
            run.terminate();
        }
    }

    @Test
    void leavesTheRowsOfOthersInASharedTableAlone() throws Exception {
        try (TaskRun run = TaskRun.shared("reload_shared")) {
            run.atSource(
                    "CREATE TABLE one (id int PRIMARY KEY, v text)",
                    "CREATE TABLE two (id int PRIMARY KEY, v text)",
                    "INSERT INTO one SELECT i, 'one' FROM generate_series(1, 100) i",
                    "INSERT INTO two SELECT i, 'two' FROM generate_series(1, 100) i");
            run.file()
                    .more(
                            """
                            mapping:
                              - table: public.one
                                to: public.both
                                constant: {column: src, type: text, value: one}
                              - table: public.two
                                to: public.both
                                constant: {column: src, type: text, value: two}
                            """);
            run.start().awaitChanges().awaitInStep();
            run.atTarget("UPDATE \"both\" SET v = 'spoilt'");
            try (ReloadRequest asked = Reloads.ask(run, "public.one")) {
                assertThat(asked.await(Duration.ofSeconds(60)))
                        .extracting(ReloadQueue.State::rows)
                        .containsExactly(100L);
            }
            run.atSource("INSERT INTO one VALUES (101, 'new')");
            run.awaitInStep();
            assertThat(Sql.text(
                            run.target(),
                            "SELECT string_agg(format('%s %s %s', src, v, n), ',' ORDER BY src, v) FROM"
                                    + " (SELECT src, v, count(*) AS n FROM \"both\" GROUP BY 1, 2) x"))
                    .isEqualTo("one new 1,one one 100,two spoilt 100");
            run.terminate();
        }
    }

    @Test
    void isRefusedForWhatTheTaskDoesNotHave() throws Exception {
        try (TaskRun run = TaskRun.shared("reload_none")) {
            run.atSource("CREATE TABLE one (id int PRIMARY KEY)");
            run.start().awaitChanges();
            assertThatThrownBy(() -> Reloads.ask(run, "public.two"))
                    .isInstanceOf(SyncException.class)
                    .hasMessageContaining("public.two");
            run.terminate();
        }
    }

    /** Rows that the source never had, so that no change of it meets them. */
    private static void spoil(TaskRun run) throws Exception {
        run.atTarget(
                "SET session_replication_role = replica",
                "INSERT INTO rw_keyed (id) VALUES (-1)",
                "INSERT INTO rw_composite VALUES ('spoilt', -1, '')",
                "INSERT INTO rw_keyless VALUES (-1, 'spoilt')",
                "INSERT INTO rw_full VALUES (-1)",
                "INSERT INTO rw_unique VALUES (-1, -1)",
                "DELETE FROM part WHERE id % 3 = 0",
                "UPDATE part SET v = 'spoilt' WHERE id % 3 = 1",
                "UPDATE child SET kept = 'spoilt'");
    }

    /** What is loaded anew is read as it is at the source now, where it has another table's name of before. */
    @Test
    void tablesThatHaveExchangedTheirNamesSince() throws Exception {
        try (TaskRun run = TaskRun.shared("reload_names")) {
            run.file().checkpointInterval("500ms");
            for (String table : List.of("a", "b")) {
                run.atSource(
                        "CREATE TABLE " + table + " (id int PRIMARY KEY, v text)",
                        "INSERT INTO " + table + " SELECT i, '" + table + "' || i FROM generate_series(1, 500) i");
            }
            run.start().awaitChanges().awaitInStep();
            try (Connection blocker = run.pair().openTarget();
                    Statement lock = blocker.createStatement()) {
                blocker.setAutoCommit(false);
                lock.execute("LOCK TABLE a IN ACCESS EXCLUSIVE MODE");
                run.atSource(
                        "ALTER TABLE a ADD COLUMN x float8 DEFAULT random()",
                        "UPDATE a SET v = 'changed' WHERE id % 3 = 0",
                        "ALTER TABLE a RENAME TO c",
                        "ALTER TABLE b RENAME TO a",
                        "ALTER TABLE c RENAME TO b",
                        "DELETE FROM b WHERE id % 5 = 0",
                        "INSERT INTO a VALUES (1001, 'new')",
                        "ALTER TABLE b ADD COLUMN y float8 DEFAULT random()",
                        "INSERT INTO b VALUES (1001, 'new', 1, 2)");
                blocker.rollback();
            }
            run.awaitInStep();
            run.kill();
            run.start();
            run.assertInStep();
            DdlITCase.assertSameStructure(run);
            run.terminate();
        }
    }

    /** The job dies while such a table waits: of its changes, the first run has left out some that the second does not read again. */
    @Test
    void aTableThatWaitsForAnotherNameSurvivesAKill() throws Exception {
        try (TaskRun run = TaskRun.shared("reload_wait")) {
            run.file().checkpointInterval("500ms");
            run.atSource("CREATE TABLE z (id int PRIMARY KEY)");
            for (String table : List.of("a", "b")) {
                run.atSource(
                        "CREATE TABLE " + table + " (id int PRIMARY KEY, v text)",
                        "INSERT INTO " + table + " SELECT i, '" + table + "' || i FROM generate_series(1, 500) i");
            }
            run.start().awaitChanges().awaitInStep();
            try (Connection first = run.pair().openTarget();
                    Connection second = run.pair().openTarget();
                    Statement lockA = first.createStatement();
                    Statement lockB = second.createStatement()) {
                first.setAutoCommit(false);
                second.setAutoCommit(false);
                lockA.execute("LOCK TABLE a IN ACCESS EXCLUSIVE MODE");
                lockB.execute("LOCK TABLE b IN ACCESS EXCLUSIVE MODE");
                run.atSource(
                        "ALTER TABLE a ADD COLUMN x float8 DEFAULT random()",
                        "DELETE FROM a WHERE id = 5",
                        "INSERT INTO z VALUES (1)",
                        "ALTER TABLE a RENAME TO c",
                        "ALTER TABLE b RENAME TO a",
                        "ALTER TABLE c RENAME TO b",
                        "INSERT INTO b VALUES (5, 'again', 1)");
                first.rollback();
                Await.until("the stream stands at b, and a waits", Duration.ofSeconds(60), run.inStep()::state, () -> {
                    run.job().requireAlive();
                    return Sql.is(run.target(), "SELECT EXISTS (SELECT FROM z)")
                            && Sql.is(run.target(), "SELECT to_regclass('public.c') IS NOT NULL")
                            && Sql.is(
                                    run.target(),
                                    "SELECT EXISTS (SELECT FROM walferry.reload WHERE state = 'waiting')");
                });
                run.kill();
                second.rollback();
            }
            run.start();
            run.assertInStep();
            DdlITCase.assertSameStructure(run);
            run.terminate();
        }
    }

    /** The load of the one has seen what empties both, so only the other is to be emptied, to which the one refers. */
    @Test
    void aTruncateOfWhatALoadedTableRefersTo() throws Exception {
        try (TaskRun run = TaskRun.shared("reload_truncate")) {
            run.atSource(
                    "CREATE TABLE parent (id serial PRIMARY KEY, v text)",
                    "INSERT INTO parent (v) SELECT 'v' FROM generate_series(1, 100)",
                    "CREATE TABLE child (id int PRIMARY KEY, parent int REFERENCES parent)",
                    "INSERT INTO child SELECT i, i FROM generate_series(1, 100) i");
            run.start().awaitChanges().awaitInStep();
            try (Connection blocker = run.pair().openTarget();
                    Statement lock = blocker.createStatement()) {
                blocker.setAutoCommit(false);
                lock.execute("LOCK TABLE child IN ACCESS EXCLUSIVE MODE");
                run.atSource(
                        "ALTER TABLE child ADD COLUMN r float8 DEFAULT random()",
                        "TRUNCATE parent RESTART IDENTITY CASCADE",
                        "INSERT INTO parent (v) VALUES ('new')",
                        "INSERT INTO child VALUES (1, 1)");
                blocker.rollback();
            }
            run.assertInStep();
            DdlITCase.assertSameStructure(run);
            run.terminate();
        }
    }

    /**
     * The changelog has a commit that a synchronous standby has not confirmed, and no snapshot sees it. The run that has brought it
     * is over, so only the server knows.
     */
    @Test
    void aCommitThatAStandbyHoldsUpIsNotMissed() throws Exception {
        try (PostgresServer source = TestServers.start(17);
                TaskRun run = TaskRun.on(source, TestServers.target(), "reload_standby")) {
            run.file().checkpointInterval("300ms");
            run.atSource(
                    "CREATE TABLE one (id int PRIMARY KEY, v text)",
                    "INSERT INTO one VALUES (1, 'old')",
                    "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = local', current_database()); END $$");
            run.reconnect();
            run.start().awaitChanges().awaitInStep();
            run.atSource("ALTER SYSTEM SET synchronous_standby_names = 'nobody'", "SELECT pg_reload_conf()");
            Await.until(
                    "commits wait for a standby",
                    Duration.ofSeconds(30),
                    () -> Sql.is(run.source(), "SELECT current_setting('synchronous_standby_names') = 'nobody'"));
            ExecutorService session = Executors.newSingleThreadExecutor();
            try {
                Future<Integer> held = session.submit(() -> updateForTheStandby(run));
                Await.until("the change is at the target", Duration.ofSeconds(60), run.inStep()::state, () -> {
                    run.job().requireAlive();
                    return Sql.is(run.target(), "SELECT v = 'held up' FROM one");
                });
                String end = Sql.text(run.source(), "SELECT pg_current_wal_lsn()::text");
                Await.until(
                        "the slot has passed it",
                        Duration.ofSeconds(60),
                        run.inStep()::state,
                        () -> Sql.is(
                                run.source(), "SELECT confirmed_flush_lsn >= '" + end + "' FROM pg_replication_slots"));
                run.kill();
                assertThat(Sql.text(run.source(), "SELECT v FROM one")).isEqualTo("old");
                try (ReloadRequest asked = Reloads.ask(run, "public.one")) {
                    run.start();
                    Await.until("the load waits for the commit", Duration.ofSeconds(60), run.inStep()::state, () -> {
                        run.job().requireAlive();
                        return Files.readString(run.log()).contains("Waiting to load public.one anew");
                    });
                    letGo(run);
                    assertThat(held.get(60, TimeUnit.SECONDS)).isEqualTo(1);
                    assertThat(asked.await(Duration.ofSeconds(60)))
                            .allSatisfy(state ->
                                    assertThat(state.isDone()).as(state.words()).isTrue());
                }
            } finally {
                letGo(run);
                session.shutdown();
            }
            run.assertInStep();
            run.terminate();
        }
    }

    private static int updateForTheStandby(TaskRun run) throws SQLException {
        try (Connection connection = run.pair().openSource();
                Statement statement = connection.createStatement()) {
            statement.execute("SET synchronous_commit = on");
            return statement.executeUpdate("UPDATE one SET v = 'held up' WHERE id = 1");
        }
    }

    private static void letGo(TaskRun run) throws SQLException {
        run.atSource("ALTER SYSTEM RESET synchronous_standby_names", "SELECT pg_reload_conf()");
    }
}
