package io.walferry.tests.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.tests.support.Await;
import io.walferry.tests.support.RandomWrites;
import io.walferry.tests.support.TaskRun;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Between load and changes nothing is lost and nothing comes twice, whenever a transaction began and ended. */
class HandoverITCase {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @Test
    void transactionsAroundEveryChunkArriveOnce() throws Exception {
        try (TaskRun run = TaskRun.shared("handover");
                RandomWrites writes = new RandomWrites(run.pair(), 20_240_607L, 3_000).createTables(40_000);
                Connection before = run.pair().openSource();
                Connection across = run.pair().openSource()) {
            run.atSource(
                    "CREATE TABLE keyed (id int PRIMARY KEY, v text)",
                    "CREATE TABLE keyless (a int, v text)",
                    "ALTER TABLE keyless REPLICA IDENTITY FULL",
                    "INSERT INTO keyed SELECT i, 'old' FROM generate_series(1, 20000) i",
                    "INSERT INTO keyless SELECT i % 50, 'old' FROM generate_series(1, 20000) i",
                    "ANALYZE");
            run.file().chunkRows(2_000);
            writes.start(4, 5_000, Duration.ofMillis(2));

            // Open when the slot is made: the slot waits for it, and has none of it.
            before.setAutoCommit(false);
            write(before, 1, "before the slot");
            run.start();
            Await.until("the slot is being made", LIMIT, () -> {
                run.job().requireAlive();
                return Sql.is(
                        run.source(),
                        "SELECT count(*) > 0 FROM pg_replication_slots WHERE slot_name = 'walferry_handover'");
            });
            write(before, 2, "while the slot is made");
            before.commit();

            // Begins before the chunks are read, and commits when they are loaded: in the stream alone.
            Await.until("the slot is made", LIMIT, () -> {
                run.job().requireAlive();
                return Sql.is(run.target(), "SELECT to_regclass('walferry.task') IS NOT NULL")
                        && Sql.is(run.target(), "SELECT count(slot_lsn) > 0 FROM walferry.task");
            });
            across.setAutoCommit(false);
            write(across, 3, "across the load");
            assertThat(loaded(run, "keyed") || loaded(run, "keyless"))
                    .as("a chunk was read before the transaction wrote")
                    .isFalse();
            Await.until("both tables are loaded", LIMIT, () -> {
                run.job().requireAlive();
                return loaded(run, "keyed") && loaded(run, "keyless");
            });
            write(across, 4, "after the load");
            across.commit();

            run.awaitChanges();
            writes.stop();
            run.assertInStep();
            run.atSource("INSERT INTO keyless SELECT * FROM keyless WHERE a < 5", "UPDATE keyed SET v = v || '+'");
            run.assertInStep();
            run.terminate();
        }
    }

    /** Touches the same rows of both tables as the other transactions, except where it would have to wait for them. */
    private static void write(Connection connection, int number, String value) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO keyed VALUES (" + (100_000 + number) + ", '" + value + "')");
            statement.execute("UPDATE keyed SET v = '" + value + "' WHERE id % 10 = " + number);
            statement.execute("DELETE FROM keyed WHERE id % 100 = " + (number + 50));
            statement.execute("UPDATE keyed SET id = id + 200000 WHERE id % 100 = " + (number + 60));
            statement.execute("INSERT INTO keyless SELECT " + number + ", '" + value + "' FROM generate_series(1, 3)");
            statement.execute("UPDATE keyless SET v = '" + value + "' WHERE a = " + (number + 10));
            statement.execute("DELETE FROM keyless WHERE ctid IN" + " (SELECT ctid FROM keyless WHERE a = "
                    + (number + 20) + " LIMIT 100)");
        }
    }

    /** Whether the table has chunks and any of them is loaded (keyed: it may have several) or all are (keyless: it has one). */
    private static boolean loaded(TaskRun run, String table) throws SQLException {
        return Sql.is(
                run.target(),
                "SELECT count(*) > 0 AND count(*) = count(loaded_at) FROM walferry.snapshot_chunk WHERE table_name = '"
                        + table + "'");
    }
}
