package io.walferry.tests.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.job.pipeline.PreparedTask;
import io.walferry.tests.support.Await;
import io.walferry.tests.support.DatabasePair;
import io.walferry.tests.support.TestServers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The hybrid source in a job: assignment, hand-over, restore, failure and end. */
class SyncSourceITCase {

    @TempDir
    private Path directory;

    private LocalJob job;

    @BeforeEach
    void fillTheSource() throws Exception {
        job = new LocalJob(DatabasePair.create(TestServers.source(), TestServers.target(), "hybrid"), directory);
        job.atSource("CREATE TABLE first (id int PRIMARY KEY, v text);"
                + " INSERT INTO first SELECT i, md5(i::text) FROM generate_series(1, 9000) i;"
                + " CREATE TABLE \"Second.Table\" (id uuid PRIMARY KEY, v text);"
                + " INSERT INTO \"Second.Table\" SELECT md5(i::text)::uuid, 'v' || i FROM generate_series(1, 5000) i;"
                + " CREATE TABLE keyless (v int); ALTER TABLE keyless REPLICA IDENTITY FULL;"
                + " INSERT INTO keyless SELECT i % 5 FROM generate_series(1, 500) i;"
                + " CREATE TABLE empty (id int PRIMARY KEY)");
    }

    @AfterEach
    void dropDatabases() throws Exception {
        job.drop();
    }

    private void change(String mark) throws Exception {
        job.atSource("INSERT INTO first SELECT i, '" + mark + "' FROM generate_series((SELECT max(id) + 1 FROM first),"
                + " (SELECT max(id) + 50 FROM first)) i; UPDATE first SET v = '" + mark + "' WHERE id % 100 = 7;"
                + " DELETE FROM first WHERE id = (SELECT min(id) FROM first);"
                + " INSERT INTO keyless SELECT 1 FROM generate_series(1, 3);"
                + " DELETE FROM keyless WHERE ctid IN (SELECT ctid FROM keyless WHERE v = 2 LIMIT 1);"
                + " INSERT INTO empty SELECT coalesce(max(id), 0) + 1 FROM empty");
    }

    @Test
    void theStreamFollowsTheLoadWithoutWaitingForACheckpoint() throws Exception {
        PreparedTask task = job.prepare(2, 2, LocalJob.NEVER);
        change("between preparation and start");
        job.start(task);
        job.awaitEqual();
        change("after the load");
        job.awaitEqual();
        assertThat(job.targetNumber("SELECT count(*) FROM walferry.snapshot_chunk"))
                .isGreaterThan(12);
        job.cancel();
    }

    @Test
    void aCompletedCheckpointMovesTheSlot() throws Exception {
        job.start(job.prepare(2, 3, Duration.ofMillis(300)));
        job.awaitEqual();
        change("to be acknowledged");
        long written = job.sourceNumber("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn");
        Await.until(
                "the slot is acknowledged",
                Duration.ofSeconds(60),
                () -> job.sourceNumber("SELECT confirmed_flush_lsn - '0/0'::pg_lsn FROM pg_replication_slots"
                                + " WHERE slot_name = 'walferry_" + LocalJob.TASK
                                + "' AND database = current_database()")
                        >= written);
        job.awaitEqual();
        job.cancel();
    }

    @Nested
    class StoppedInTheMiddleOfTheLoad {

        private PreparedTask task;
        private String savepoint;

        /** Readers wait for a locked table with their chunks while other chunks are loaded, and others not assigned. */
        @BeforeEach
        void stopThere() throws Exception {
            task = job.prepare(2, 2, LocalJob.NEVER);
            try (Connection locker = job.openSource();
                    Statement lock = locker.createStatement()) {
                locker.setAutoCommit(false);
                lock.execute("LOCK TABLE \"Second.Table\" IN ACCESS EXCLUSIVE MODE");
                job.start(task);
                Await.until(
                        "the first table is loaded",
                        Duration.ofSeconds(60),
                        () -> job.targetNumber(
                                        "SELECT count(*) FROM walferry.snapshot_chunk WHERE table_name = 'first' AND loaded_at IS NULL")
                                == 0);
                Await.until(
                        "both readers wait",
                        Duration.ofSeconds(60),
                        // Not by the locker: a transaction sees the activity as it first looked at it.
                        () -> job.sourceNumber(
                                        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                                                + " AND wait_event_type = 'Lock' AND query ~ '^(LOCK|COPY)'")
                                == 2);
                savepoint = job.savepoint();
                job.cancel();
                locker.rollback();
            }
            change("while stopped");
        }

        private void assertGoesOn() throws Exception {
            job.awaitEqual();
            change("after the restart");
            job.awaitEqual();
            job.cancel();
        }

        @Test
        void goesOnFromTheSavepointWithOneReader() throws Exception {
            job.start(job.prepare(1, 2, LocalJob.NEVER), savepoint);
            assertGoesOn();
        }

        @Test
        void goesOnFromTheSavepointWithMoreReadersAndWriters() throws Exception {
            job.start(job.prepare(4, 3, LocalJob.NEVER), savepoint);
            assertGoesOn();
        }

        @Test
        void goesOnWithoutTheSavepoint() throws Exception {
            job.start(job.prepare(2, 2, LocalJob.NEVER));
            assertGoesOn();
        }

        @Test
        void goesOnFromASavepointThatIsOlderThanTheLedger() throws Exception {
            job.start(task);
            job.awaitEqual();
            job.cancel();
            change("after the load, before the old savepoint");
            job.start(job.prepare(3, 2, LocalJob.NEVER), savepoint);
            assertGoesOn();
        }
    }

    /** Tasks restart, the coordinator lives on and gets their splits back. */
    @Test
    void cutConnectionsCostNothing() throws Exception {
        PreparedTask task = job.prepare(2, 2, LocalJob.NEVER);
        String cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database()"
                + " AND application_name LIKE 'walferry " + LocalJob.TASK + "%'";
        try (Connection locker = job.openSource();
                Statement lock = locker.createStatement()) {
            locker.setAutoCommit(false);
            lock.execute("LOCK TABLE \"Second.Table\" IN ACCESS EXCLUSIVE MODE");
            job.start(task);
            for (int i = 0; i < 2; i++) {
                Await.until(
                        "a reader waits and is cut",
                        Duration.ofSeconds(60),
                        () -> job.sourceNumber(cut + " AND wait_event_type = 'Lock' AND query ~ '^(LOCK|COPY)'") > 0);
            }
            Await.until(
                    "both readers wait again",
                    Duration.ofSeconds(60),
                    () -> job.sourceNumber("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                                    + " AND wait_event_type = 'Lock' AND query ~ '^(LOCK|COPY)'")
                            == 2);
            job.savepoint(); // with the chunks that the coordinator got back
            locker.rollback();
        }
        job.awaitEqual();
        for (int i = 0; i < 2; i++) {
            change("before the cut");
            Await.until(
                    "the changelog's reader is cut",
                    Duration.ofSeconds(60),
                    () -> job.sourceNumber(cut + " AND backend_type = 'walsender'") > 0);
            job.awaitEqual();
        }
        job.targetNumber(cut);
        change("after the cut of the target");
        job.awaitEqual();
        String savepoint = job.savepoint();
        job.cancel();
        job.start(job.prepare(2, 2, LocalJob.NEVER), savepoint);
        change("after the restart");
        job.awaitEqual();
        job.cancel();
    }

    @Test
    void theStreamMovesToAnotherParallelism() throws Exception {
        job.start(job.prepare(3, 2, LocalJob.NEVER));
        job.awaitEqual();
        change("before the savepoint");
        job.awaitEqual();
        String savepoint = job.savepoint();
        change("after the savepoint");
        job.awaitEqual();
        job.cancel();
        change("while stopped");
        job.start(job.prepare(1, 2, LocalJob.NEVER), savepoint);
        job.awaitEqual();
        savepoint = job.savepoint();
        job.cancel();
        job.start(job.prepare(4, 1, LocalJob.NEVER), savepoint);
        change("with one writer");
        job.awaitEqual();
        job.cancel();
    }

    @Test
    void aLostSlotStopsTheJobWithTheReason() throws Exception {
        PreparedTask task = job.prepare(2, 2, LocalJob.NEVER);
        job.atSource("SELECT pg_drop_replication_slot('walferry_" + LocalJob.TASK + "')");
        job.start(task);
        assertThat(job.awaitFailure())
                .contains("replication slot walferry_" + LocalJob.TASK + ": the slot does not exist any more");
        assertThat(job.targetNumber("SELECT count(*) FROM first")).isZero();
    }

    @Test
    void aTableThatChangesStopsTheLoadWithTheReasonIfChangesAreIgnored() throws Exception {
        job.ignoreStructure();
        PreparedTask task = job.prepare(2, 2, LocalJob.NEVER);
        job.atSource("ALTER TABLE first RENAME COLUMN v TO w");
        job.start(task);
        assertThat(job.awaitFailure()).contains("source table public.first: its structure changed while it was loaded");
    }
}
