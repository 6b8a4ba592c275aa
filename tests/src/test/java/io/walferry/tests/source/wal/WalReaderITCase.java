package io.walferry.tests.source.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import io.walferry.job.model.ChangePosition;
import io.walferry.job.model.Lsn;
import io.walferry.job.source.SourceSettings;
import io.walferry.job.source.TargetSide.LoadWindow;
import io.walferry.job.source.wal.ReplicationSlot;
import io.walferry.job.source.wal.WalReader;
import io.walferry.tests.postgres.PostgresServer;
import io.walferry.tests.support.Await;
import io.walferry.tests.support.TestServers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class WalReaderITCase {

    private static final String LARGE = "(SELECT string_agg(md5(i::text), '') FROM generate_series(1, 300) i)";

    private static ReaderRun run(int channels, String ddl, String... tables) throws SQLException {
        return new ReaderRun(TestServers.source(), channels, ddl, tables);
    }

    @Nested
    class Rows {

        @Test
        void comeWithTheirTextsInOrderUnderNumbersThatCountEveryMessage() throws Exception {
            try (ReaderRun run = run(
                    1,
                    "CREATE TABLE a (id int PRIMARY KEY, v text, twice int GENERATED ALWAYS AS (id * 2)"
                            + " STORED); CREATE TABLE other (id int)",
                    "a")) {
                run.start();
                run.awaitCaughtUp();
                // Somebody adds a table that the task does not have.
                run.execute("ALTER PUBLICATION \"Walferry \"\"test\"\"\" ADD TABLE other");
                run.execute(
                        "BEGIN; INSERT INTO other VALUES (1); INSERT INTO a VALUES (1, 'x\ty'), (2, NULL);"
                                + " INSERT INTO other VALUES (2); UPDATE a SET v = '' WHERE id = 2; DELETE FROM a WHERE id = 1; COMMIT");
                assertThat(run.awaitChanges(5))
                        .containsExactly(
                                "INSERT a[[1, x\ty]]",
                                "INSERT a[[2, null]]",
                                "UPDATE a[[2, ]]",
                                "DELETE a[[1, null]]",
                                "COMMIT []");
                List<ChangePosition> positions = run.writers.changes().stream()
                        .map(MemoryWriters.Change::position)
                        .toList();
                assertThat(positions.stream().map(ChangePosition::ordinal))
                        .containsExactly(2L, 4L, 8L, 10L, Long.MAX_VALUE);
                assertThat(positions.stream().map(ChangePosition::commitLsn).distinct())
                        .hasSize(1);
                assertThat(run.writers.changes().get(0).blockCommitTimeMicros())
                        .isCloseTo(System.currentTimeMillis() * 1000, within(60_000_000L));
            }
        }

        @Test
        void ofOneKeyStayOnOneChannelAndAllChannelsAreUsed() throws Exception {
            try (ReaderRun run =
                    run(4, "CREATE TABLE a (id int PRIMARY KEY, v int)", "a").start()) {
                run.execute(
                        "INSERT INTO a SELECT i, 0 FROM generate_series(1, 1000) i",
                        "UPDATE a SET v = 1",
                        "DELETE FROM a");
                run.awaitChanges(3000);
                List<MemoryWriters.Change> changes = run.writers.changes();
                assertThat(changes.stream().map(MemoryWriters.Change::channel).distinct())
                        .hasSize(4);
                for (int key : List.of(1, 17, 1000)) {
                    assertThat(changes.stream()
                                    .filter(change ->
                                            change.tuples().get(0).get(0).equals(String.valueOf(key))))
                            .hasSize(3)
                            .extracting(MemoryWriters.Change::channel)
                            .containsOnly(changes.stream()
                                    .filter(change ->
                                            change.tuples().get(0).get(0).equals(String.valueOf(key)))
                                    .findFirst()
                                    .orElseThrow()
                                    .channel());
                }
            }
        }

        @Test
        void ofAPartitionedTableComeAsTheRoots() throws Exception {
            try (ReaderRun run = run(
                            1,
                            "CREATE TABLE p (id int PRIMARY KEY, v text) PARTITION BY RANGE (id);"
                                    + "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);"
                                    + "CREATE TABLE p2 (v text, id int PRIMARY KEY);"
                                    + "ALTER TABLE p ATTACH PARTITION p2 FOR VALUES FROM (10) TO (20)",
                            "p")
                    .start()) {
                run.execute("INSERT INTO p VALUES (1, 'a'), (11, 'b')", "UPDATE p SET id = 12 WHERE id = 1");
                assertThat(run.awaitChanges(6))
                        .containsExactly(
                                "INSERT p[[1, a]]",
                                "INSERT p[[11, b]]",
                                "COMMIT []",
                                "DELETE p[[1, null]]",
                                "INSERT p[[12, a]]",
                                "COMMIT []");
            }
        }

        @Test
        void ofATableWithoutKeyCarryTheWholeOldRow() throws Exception {
            try (ReaderRun run = run(4, "CREATE TABLE k (a int, big text); ALTER TABLE k REPLICA IDENTITY FULL", "k")
                    .start()) {
                run.execute(
                        "INSERT INTO k VALUES (1, " + LARGE + "), (2, NULL)",
                        "UPDATE k SET a = a + 10",
                        "DELETE FROM k WHERE a = 11");
                assertThat(run.awaitChanges(5))
                        .containsExactly(
                                "INSERT k[[1, c4c…9600]]",
                                "INSERT k[[2, null]]",
                                "UPDATE k[[1, c4c…9600], [11, c4c…9600]]",
                                "UPDATE k[[2, null], [12, null]]",
                                "DELETE k[[11, c4c…9600]]");
                assertThat(run.writers.changes().stream()
                                .map(MemoryWriters.Change::channel)
                                .distinct())
                        .hasSize(1);
            }
        }
    }

    @Nested
    class KeyChanges {

        @Test
        void becomeADeleteAndAnUpsertUnderTwoNumbers() throws Exception {
            try (ReaderRun run = run(8, "CREATE TABLE a (x int, y text, v int, PRIMARY KEY (y, x))", "a")
                    .start()) {
                run.execute("INSERT INTO a VALUES (1, 'k', 5)", "UPDATE a SET y = 'l', v = 6");
                run.awaitChanges(3);
                // Blocks of several channels leave together, in the order of the channels.
                List<MemoryWriters.Change> changes = run.writers.changes().stream()
                        .sorted((a, b) -> a.position().compareTo(b.position()))
                        .toList();
                assertThat(changes.stream().map(MemoryWriters.Change::text))
                        .containsExactly("INSERT a[[1, k, 5]]", "DELETE a[[1, k, null]]", "INSERT~ a[[1, l, 6]]");
                assertThat(changes.stream().map(change -> change.position().ordinal()))
                        .containsExactly(0L, 0L, 1L);
            }
        }

        @Test
        void takeUnchangedLargeValuesFromTheFullOldRow() throws Exception {
            try (ReaderRun run = run(
                            1,
                            "CREATE TABLE a (id int PRIMARY KEY, big text, v int); ALTER TABLE a REPLICA IDENTITY FULL",
                            "a")
                    .start()) {
                run.execute("INSERT INTO a VALUES (1, " + LARGE + ", 1)", "UPDATE a SET v = 2", "UPDATE a SET id = 2");
                assertThat(run.awaitChanges(7))
                        .containsExactly(
                                "INSERT a[[1, c4c…9600, 1]]",
                                "COMMIT []",
                                "UPDATE a[[1, c4c…9600, 2]]",
                                "COMMIT []",
                                "DELETE a[[1, c4c…9600, 2]]",
                                "INSERT~ a[[2, c4c…9600, 2]]",
                                "COMMIT []");
            }
        }

        @Test
        void readUnchangedLargeValuesBackWhereTheOldRowLacksThem() throws Exception {
            try (ReaderRun run = run(1, "CREATE TABLE a (id int, k text, big text, b2 text, PRIMARY KEY (id, k))", "a")
                    .start()) {
                run.execute(
                        "INSERT INTO a VALUES (1, E'it''s \\\\', " + LARGE + ", E'tab\\t\\\\N' || " + LARGE + ")",
                        "UPDATE a SET b2 = NULL WHERE false",
                        "UPDATE a SET id = 2");
                assertThat(run.awaitChanges(5))
                        .containsExactly(
                                "INSERT a[[1, it's \\, c4c…9600, tab…9606]]",
                                "COMMIT []",
                                "DELETE a[[1, it's \\, null, null]]",
                                "INSERT~ a[[2, it's \\, c4c…9600, tab…9606]]",
                                "COMMIT []");
                run.execute("UPDATE a SET k = 'plain'", "UPDATE a SET k = 'q' || id WHERE false");
                assertThat(run.awaitChanges(8)).contains("INSERT~ a[[2, plain, c4c…9600, tab…9606]]");
            }
        }

        @Test
        void sendTheDeleteAloneIfTheRowHasGoneSince() throws Exception {
            try (ReaderRun run = run(1, "CREATE TABLE a (id int PRIMARY KEY, big text)", "a")) {
                run.execute("INSERT INTO a VALUES (1, " + LARGE + ")", "UPDATE a SET id = 2", "DELETE FROM a");
                run.start();
                assertThat(run.awaitChanges(6))
                        .containsExactly(
                                "INSERT a[[1, c4c…9600]]",
                                "COMMIT []",
                                "DELETE a[[1, null]]",
                                "COMMIT []",
                                "DELETE a[[2, null]]",
                                "COMMIT []");
            }
        }

        @Test
        void keepALargeKeyValueThatDidNotChange() throws Exception {
            String key = "(SELECT string_agg(chr(33 + (i * 7919) % 90), '') FROM generate_series(1, 2400) i)";
            try (ReaderRun run = run(
                            1,
                            "CREATE TABLE a (k text PRIMARY KEY, v int);"
                                    + " ALTER TABLE a ALTER k SET STORAGE EXTERNAL",
                            "a")
                    .start()) {
                run.execute("INSERT INTO a VALUES (" + key + ", 1)", "UPDATE a SET v = 2");
                List<String> texts = run.awaitChanges(4);
                assertThat(texts.get(2)).startsWith("UPDATE a[[").endsWith("…2400, 2]]");
            }
        }
    }

    @Nested
    class LoadWindows {

        @Test
        void markChangesThatTheLoadMayHave() throws Exception {
            try (ReaderRun run =
                    run(1, "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY)", "a", "b")) {
                run.execute("INSERT INTO a VALUES (1)", "INSERT INTO b VALUES (1)");
                long lsn = Lsn.parse(run.query("SELECT pg_current_wal_insert_lsn()"));
                run.target.window(run.oid("a"), new LoadWindow(lsn, Optional.empty()));
                run.target.window(run.oid("b"), new LoadWindow(1, Optional.empty()));
                run.execute("INSERT INTO a VALUES (2)");
                run.start();
                assertThat(run.awaitChanges(6))
                        .containsExactly(
                                "INSERT~ a[[1]]",
                                "COMMIT []",
                                "INSERT b[[1]]",
                                "COMMIT []",
                                "INSERT a[[2]]",
                                "COMMIT []");
            }
        }

        @Test
        void leaveOutExactlyWhatTheSnapshotOfATableWithoutKeySaw() throws Exception {
            try (ReaderRun run = run(2, "CREATE TABLE k (a text); ALTER TABLE k REPLICA IDENTITY FULL", "k");
                    Connection open = TestServers.source().connect(run.source.getCatalog());
                    Statement inOpen = open.createStatement()) {
                run.execute("INSERT INTO k VALUES ('seen')");
                open.setAutoCommit(false);
                inOpen.execute("INSERT INTO k VALUES ('running, commits in the window')");
                run.execute("INSERT INTO k VALUES ('seen 2')");
                String snapshot = run.query("SELECT pg_current_snapshot()::text");
                open.commit();
                run.execute("INSERT INTO k VALUES ('after the snapshot')");
                long lsn = Lsn.parse(run.query("SELECT pg_current_wal_insert_lsn()"));
                run.execute("TRUNCATE k", "INSERT INTO k VALUES ('outside')");
                run.target.window(run.oid("k"), new LoadWindow(lsn, Optional.of(snapshot)));
                run.start();
                assertThat(run.awaitChanges(3))
                        .containsExactly(
                                "INSERT~ k[[run…30]]", "INSERT~ k[[after the snapshot]]", "INSERT k[[outside]]");
                assertThat(run.target.log()).contains("truncate: TRUNCATE TABLE ONLY \"public\".\"k\"");
            }
        }

        @Test
        void aTruncateThatTheSnapshotSawIsLeftOutToo() throws Exception {
            try (ReaderRun run = run(2, "CREATE TABLE k (a text); ALTER TABLE k REPLICA IDENTITY FULL", "k")) {
                run.execute("INSERT INTO k VALUES ('x')", "TRUNCATE k", "INSERT INTO k VALUES ('y')");
                String snapshot = run.query("SELECT pg_current_snapshot()::text");
                long lsn = Lsn.parse(run.query("SELECT pg_current_wal_insert_lsn()"));
                run.target.window(run.oid("k"), new LoadWindow(lsn, Optional.of(snapshot)));
                run.start();
                run.awaitCaughtUp();
                assertThat(run.writers.texts()).isEmpty();
                assertThat(run.target.log()).noneMatch(line -> line.startsWith("truncate"));
            }
        }

        @Test
        void onceTheyArePassedTheTargetIsToldThatItIsConsistent() throws Exception {
            try (ReaderRun run = run(2, "CREATE TABLE a (id int PRIMARY KEY)", "a")) {
                long lsn = Lsn.parse(run.query("SELECT pg_current_wal_insert_lsn()")) + 100_000;
                run.target.window(run.oid("a"), new LoadWindow(lsn, Optional.empty()));
                run.start();
                run.execute("INSERT INTO a VALUES (1)");
                run.awaitChanges(1);
                assertThat(run.target.log()).containsExactly("after load, 0 chunks left");
                run.execute("INSERT INTO a SELECT generate_series(2, 5000)");
                run.await("consistency", () -> run.target.log().contains("consistent"));
                assertThat(run.writers.changes()).hasSize(5000);
                assertThat(run.writers.markers()).hasSize(2);
                run.stop();
                run.start();
                run.await("consistency again", () -> run.target.log().size() == 4);
            }
        }

        @Test
        void atTheWalsEndArePassedWithoutAnyFurtherChange() throws Exception {
            try (ReaderRun run = run(2, "CREATE TABLE a (id int PRIMARY KEY)", "a")) {
                run.execute("INSERT INTO a VALUES (1)");
                run.target.window(
                        run.oid("a"),
                        new LoadWindow(Lsn.parse(run.query("SELECT pg_current_wal_insert_lsn()")), Optional.empty()));
                run.start();
                run.await("consistency", () -> run.target.log().contains("consistent"));
            }
        }

        @Test
        void areWaitedForUntilTheLastChunkIsAtTheTarget() throws Exception {
            try (ReaderRun run = run(1, "CREATE TABLE a (id int PRIMARY KEY)", "a")) {
                run.target.chunksLeft(1);
                run.start();
                run.execute("INSERT INTO a VALUES (1)");
                assertThat(run.target.log()).isEmpty();
                run.target.chunksLeft(0);
                run.awaitChanges(2);
                assertThat(run.target.log().get(0)).isEqualTo("after load, 0 chunks left");
            }
        }
    }

    @Nested
    class Truncate {

        @Test
        void waitsForAllWritersAndStandsBetweenWhatCameBeforeAndAfter() throws Exception {
            try (ReaderRun run = run(
                            3,
                            "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id serial PRIMARY KEY, a int REFERENCES a);"
                                    + "CREATE TABLE p (id int) PARTITION BY LIST (id);"
                                    + "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); ALTER TABLE p REPLICA IDENTITY FULL",
                            "a",
                            "b",
                            "p")
                    .start()) {
                run.await("the start", () -> run.target.log().contains("consistent"));
                run.writers.holdBack(true);
                run.execute("BEGIN; INSERT INTO a VALUES (1), (2); TRUNCATE a, p RESTART IDENTITY CASCADE;"
                        + " INSERT INTO a VALUES (3); COMMIT");
                run.await("the markers", () -> run.writers.markers().size() == 6);
                assertThat(run.writers.texts()).containsExactlyInAnyOrder("INSERT a[[1]]", "INSERT a[[2]]");
                assertThat(run.target.log()).hasSize(2);
                run.writers.holdBack(false);
                run.awaitChanges(3);
                assertThat(run.target.log().get(2))
                        .startsWith("truncate: TRUNCATE TABLE ")
                        .endsWith(" RESTART IDENTITY")
                        .contains("ONLY \"public\".\"a\"", "ONLY \"public\".\"b\"", " \"public\".\"p\"")
                        .doesNotContain("ONLY \"public\".\"p\"");
                assertThat(run.writers.markers().get(3).position().ordinal()).isEqualTo(4);
                assertThat(run.writers.changes().get(2).position().ordinal()).isEqualTo(6);
            }
        }

        @Test
        void isNotDoneAgainByAReplay() throws Exception {
            try (ReaderRun run = run(2, "CREATE TABLE a (id int PRIMARY KEY)", "a")) {
                run.execute("INSERT INTO a VALUES (1)", "TRUNCATE a", "INSERT INTO a VALUES (2)");
                run.start();
                run.awaitChanges(2);
                run.stop();
                List<MemoryWriters.Change> first = run.writers.changes();
                run.start();
                // What all writers have is counted and not sent: only what follows the step comes again.
                run.awaitChanges(3);
                assertThat(run.writers.changes().subList(2, 3)).isEqualTo(first.subList(1, 2));
                assertThat(run.target.log().stream().filter(line -> line.startsWith("truncate")))
                        .hasSize(1);
            }
        }
    }

    @Nested
    class Position {

        @Test
        void movesOnAnIdleSourceWithWhatOtherDatabasesWrite() throws Exception {
            try (ReaderRun run =
                            run(1, "CREATE TABLE a (id int PRIMARY KEY)", "a").start();
                    Connection elsewhere = TestServers.source().connect("postgres");
                    Statement statement = elsewhere.createStatement()) {
                statement.execute("CREATE TABLE wal_made_" + run.slot + " AS SELECT generate_series(1, 1000)");
                run.awaitCaughtUp();
                assertThat(run.writers.changes()).isEmpty();
                statement.execute("DROP TABLE wal_made_" + run.slot);
            }
        }

        @Test
        void isRecordedAtTheTargetAndThenAcknowledged() throws Exception {
            try (ReaderRun run =
                    run(1, "CREATE TABLE a (id int PRIMARY KEY)", "a").start()) {
                run.execute("INSERT INTO a VALUES (1)");
                run.awaitChanges(2);
                run.awaitCaughtUp();
                long position = run.writers.position();
                long before = confirmed(run);
                run.reader().acknowledge(position);
                run.await("the slot has moved", () -> {
                    long confirmed = confirmed(run);
                    assertThat(confirmed == before || Long.compareUnsigned(confirmed, run.target.safeLsn()) <= 0)
                            .as("never before the target knows")
                            .isTrue();
                    return confirmed == position;
                });
                run.reader().acknowledge(position - 1);
                run.execute("INSERT INTO a VALUES (2)");
                run.awaitChanges(4);
                assertThat(run.target.safeLsn()).isEqualTo(position);
                run.stop();
                run.start();
                run.awaitChanges(6);
                assertThat(run.writers.texts().subList(4, 6)).containsExactly("INSERT a[[2]]", "COMMIT []");
            }
        }

        private long confirmed(ReaderRun run) throws SQLException {
            return Lsn.parse(run.query(
                    "SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name = '" + run.slot + "'"));
        }

        @Test
        void neverPassesAChangeThatIsHeldUp() throws Exception {
            try (ReaderRun run =
                    run(4, "CREATE TABLE a (id int PRIMARY KEY, v text)", "a").start()) {
                run.awaitCaughtUp();
                run.writers.block();
                long before = run.writers.position();
                run.execute("INSERT INTO a SELECT i, repeat('x', 100) FROM generate_series(1, 20000) i");
                assertThat(run.writers.position()).isEqualTo(before);
                run.writers.unblock();
                run.awaitChanges(20_000);
                run.awaitCaughtUp();
            }
        }
    }

    @Nested
    class Refusal {

        @Test
        void ifTheSlotHasGone() throws Exception {
            try (ReaderRun run = run(1, "CREATE TABLE a (id int PRIMARY KEY)", "a")) {
                new ReplicationSlot(run.slot).drop(run.source);
                assertThat(run.start().awaitFailure())
                        .isInstanceOf(SyncException.class)
                        .hasMessageContaining("replication slot " + run.slot + ": the slot does not exist any more");
            }
        }

        @Test
        void ifSomebodyElseAdvancedTheSlot() throws Exception {
            try (ReaderRun run = run(1, "CREATE TABLE a (id int PRIMARY KEY)", "a")) {
                run.target.safeLsn(Lsn.parse(run.query(
                        "SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name = '" + run.slot + "'")));
                run.execute("INSERT INTO a VALUES (1)");
                run.query("SELECT pg_replication_slot_advance('" + run.slot + "', pg_current_wal_lsn())");
                assertThat(run.start().awaitFailure())
                        .isInstanceOf(SyncException.class)
                        .hasMessageContaining("somebody else has read or advanced it");
            }
        }

        @Test
        void ifAColumnWasAdded() throws Exception {
            try (ReaderRun run =
                    run(1, "CREATE TABLE a (id int PRIMARY KEY)", "a").start()) {
                run.execute("INSERT INTO a VALUES (1)", "ALTER TABLE a ADD b int", "INSERT INTO a VALUES (2, 3)");
                assertThat(run.awaitFailure())
                        .isInstanceOf(SyncException.class)
                        .hasMessageContaining("source table public.a: its structure changed: it has the columns id, b");
            }
        }

        @Test
        void ifThePublicationHasGone() throws Exception {
            try (ReaderRun run =
                    run(1, "CREATE TABLE a (id int PRIMARY KEY)", "a").start()) {
                run.awaitCaughtUp();
                run.publication.drop(run.source);
                run.execute("INSERT INTO a VALUES (1)");
                assertThat(run.awaitFailure())
                        .isInstanceOf(SyncException.class)
                        .hasMessageContaining("publication Walferry \"test\": it does not exist");
            }
        }

        @Test
        void ifTheServerRemovedTheWalThatTheSlotNeeds() throws Exception {
            try (PostgresServer server = PostgresServer.version(14)
                            .withoutFsync()
                            .setting("max_slot_wal_keep_size", "1MB")
                            .setting("min_wal_size", "32MB")
                            .setting("max_wal_size", "32MB")
                            .start();
                    ReaderRun run = new ReaderRun(server, 1, "CREATE TABLE a (id int PRIMARY KEY)", "a")) {
                for (int i = 0; i < 6; i++) {
                    run.execute("CREATE TABLE w" + i + " AS SELECT i, md5(i::text) FROM generate_series(1, 200000) i");
                    run.execute("SELECT pg_switch_wal()", "CHECKPOINT");
                }
                assertThat(run.start().awaitFailure())
                        .isInstanceOf(SyncException.class)
                        .hasMessageContaining("the server has removed WAL that the slot still needed");
            }
        }
    }

    @Nested
    class Interruption {

        @Test
        void byCloseIsPromptWhereverTheReaderWaits() throws Exception {
            try (ReaderRun run =
                    run(2, "CREATE TABLE a (id int PRIMARY KEY)", "a").start()) {
                run.awaitCaughtUp();
                assertThat(run.stop()).as("idle").isLessThan(Duration.ofSeconds(1));

                run.writers.holdBack(true);
                run.execute("TRUNCATE a");
                run.start();
                run.await("the markers", () -> run.writers.markers().size() == 4);
                assertThat(run.stop()).as("in a step").isLessThan(Duration.ofSeconds(1));

                run.writers.holdBack(false);
                run.writers.block();
                run.start();
                Await.until("the slot is read", ReaderRun.LIMIT, () -> run.query(
                                "SELECT active FROM pg_replication_slots WHERE slot_name = '" + run.slot + "'")
                        .equals("t"));
                assertThat(run.stop()).as("with the output blocked").isLessThan(Duration.ofSeconds(1));
                assertThat(run.awaitFailure()).isNull();
            }
        }

        @Test
        void byTheServersDeathShowsAsAConnectionFailure() throws Exception {
            try (PostgresServer server = TestServers.start(17);
                    ReaderRun run = new ReaderRun(server, 1, "CREATE TABLE a (id int PRIMARY KEY)", "a").start()) {
                run.execute("INSERT INTO a VALUES (1)");
                run.awaitChanges(2);
                server.stopImmediate();
                long begin = System.nanoTime();
                Throwable failure = run.awaitFailure();
                assertThat(failure).isInstanceOf(SQLException.class);
                assertThat(FailureKind.of((SQLException) failure))
                        .as("%s", failure)
                        .isEqualTo(FailureKind.TRANSIENT);
                assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
            }
        }

        @Test
        void byASlowJobOutlivesTheServersPatience() throws Exception {
            try (ReaderRun run = run(2, "CREATE TABLE a (id int PRIMARY KEY, v text)", "a")) {
                run.execute("ALTER DATABASE " + run.source.getCatalog() + " SET wal_sender_timeout = '3s'");
                run.start();
                run.awaitCaughtUp();
                String pid = walsender(run);
                run.writers.block();
                run.execute("INSERT INTO a SELECT i, repeat('x', 1000) FROM generate_series(1, 50000) i");
                long begin = System.nanoTime();
                run.await(
                        "three times the server's patience",
                        () -> System.nanoTime() - begin > Duration.ofSeconds(9).toNanos());
                run.writers.unblock();
                run.awaitChanges(50_000);
                assertThat(walsender(run)).isEqualTo(pid);
            }
        }

        private String walsender(ReaderRun run) throws SQLException {
            return run.query("SELECT active_pid FROM pg_replication_slots WHERE slot_name = '" + run.slot + "'");
        }

        @Test
        void byAFormerReaderThatDoesNotEndIsOvercome() throws Exception {
            try (ReaderRun run =
                    run(1, "CREATE TABLE a (id int PRIMARY KEY)", "a").start()) {
                run.awaitCaughtUp();
                MemoryWriters second = new MemoryWriters(1);
                MemoryTarget target = new MemoryTarget(run.target.systemIdentifier());
                target.writers(second::applied);
                WalReader other = new WalReader(run.settings(), target, second);
                Thread thread = new Thread(() -> {
                    try {
                        other.run();
                    } catch (SQLException | InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
                thread.start();
                run.execute("INSERT INTO a VALUES (1)");
                Await.until(
                        "the new reader reads",
                        ReaderRun.LIMIT,
                        () -> second.texts().size() == 2);
                assertThat(run.awaitFailure()).isInstanceOf(SQLException.class);
                other.close();
                thread.join(5_000);
                assertThat(thread.isAlive()).isFalse();
            }
        }
    }

    @Nested
    class OnOtherVersions {

        @Test
        void onVersion11() throws Exception {
            check(11);
        }

        @Test
        void onVersion14() throws Exception {
            check(14);
        }

        private void check(int version) throws Exception {
            try (ReaderRun run = new ReaderRun(
                            TestServers.version(version), 1, "CREATE TABLE a (id int PRIMARY KEY, big text)", "a")
                    .start()) {
                run.execute("INSERT INTO a VALUES (1, " + LARGE + ")", "UPDATE a SET id = 2");
                assertThat(run.awaitChanges(5)).contains("DELETE a[[1, null]]", "INSERT~ a[[2, c4c…9600]]");
                run.execute("TRUNCATE a", "INSERT INTO a VALUES (3)");
                List<String> changes = run.awaitChanges(7);
                assertThat(changes).endsWith("INSERT a[[3, null]]", "COMMIT []");
                assertThat(run.target.log()).contains("truncate: TRUNCATE TABLE ONLY \"public\".\"a\"");
                run.awaitCaughtUp();
                SourceSettings settings = run.settings();
                assertThat(settings.wholeTransactions()).isTrue();
                assertThat(IntStream.range(0, changes.size())
                                .mapToObj(i -> run.writers.changes().get(i).position()))
                        .isSorted();
            }
        }
    }
}
