package io.walferry.tests.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.walferry.job.apply.TargetWriter;
import io.walferry.job.model.ChangeBlock;
import io.walferry.job.model.ChangePosition;
import io.walferry.job.model.ChunkData;
import io.walferry.job.model.ChunkEnd;
import io.walferry.job.model.ChunkId;
import io.walferry.job.model.ChunkStart;
import io.walferry.job.model.CopyFormat;
import io.walferry.job.model.KeyGroups;
import io.walferry.job.model.Marker;
import io.walferry.job.model.StreamTable;
import io.walferry.tests.support.Await;
import io.walferry.tests.support.TestServers;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class TargetWriterITCase {

    private static final StreamTable ITEM =
            Changes.table(1, "item", List.of(0), "id pg_catalog.int4", "v pg_catalog.text");
    private static final StreamTable LOG = Changes.table(2, "log", List.of(), "v pg_catalog.text");

    private static final StreamTable NOTE =
            Changes.table(3, "note", List.of(0), "id pg_catalog.int4", "v pg_catalog.text");

    private ApplyTarget target;

    @BeforeEach
    void createTarget() throws Exception {
        target = new ApplyTarget(TestServers.target());
        target.execute("CREATE TABLE item (id int PRIMARY KEY, v text)");
        target.execute("CREATE TABLE log (v text)");
        target.execute("CREATE TABLE note (id int PRIMARY KEY, v text)");
    }

    @AfterEach
    void closeTarget() throws Exception {
        target.close();
    }

    /** What a reader sends to {@code writers} channels: one transaction per item, keyed by its own hash. */
    private static List<ChangeBlock> blocks(int writers, int fromItem, int toItem) {
        List<ChangeBlock> blocks = new ArrayList<>();
        for (int channel = 0; channel < writers; channel++) {
            Changes changes = new Changes(channel);
            for (int i = fromItem; i < toItem; i++) {
                changes.transaction(0x1000 + i);
                if (KeyGroups.channelOf(Changes.keyGroup(ITEM, "" + i), writers) == channel) {
                    changes.insert(ITEM, "" + i, "v" + i);
                }
            }
            blocks.add(changes.block());
        }
        return blocks;
    }

    @Nested
    class AfterARestart {

        @Test
        void dropsWhatTheTargetHas() throws Exception {
            Changes changes = new Changes(0);
            changes.transaction(0x10).insert(LOG, "a").insert(LOG, "b").commit();
            changes.transaction(0x20).insert(LOG, "c").commit();
            ChangeBlock first = changes.block();
            changes.transaction(0x30).insert(LOG, "d").commit();
            ChangeBlock second = changes.block();
            try (TargetWriter writer = target.writer()) {
                writer.write(first);
                writer.flush();
            }
            assertThat(target.progress()).containsExactly("0-127@0/20+" + Long.MAX_VALUE);
            TargetWriter again = target.writer();
            again.write(first);
            again.write(second);
            again.flush();
            assertThat(target.rows("SELECT v FROM log ORDER BY v")).containsExactly("a", "b", "c", "d");
            assertThat(target.value("SELECT changes FROM walferry.progress")).isEqualTo("4");
        }

        @Test
        void hasAChangeAndWhatTellsOfItOrNeither() throws Exception {
            Changes changes = new Changes(0);
            changes.transaction(0x10);
            for (int i = 0; i < 4; i++) {
                String[] row = {"" + i, "v"};
                changes.insert(ITEM, row).attached(ITEM, row, NOTE, "" + i, "item");
            }
            ChangeBlock block = changes.commit().block();
            // Every change fills a batch, so a batch would end between the two.
            try (TargetWriter writer = target.writer(0, 1, 1)) {
                writer.write(block);
                writer.flush();
            }
            try (TargetWriter again = target.writer(0, 1, 1)) {
                again.write(block);
                again.flush();
            }
            assertThat(target.rows("SELECT id FROM note ORDER BY id")).containsExactly("0", "1", "2", "3");
            assertThat(target.rows("SELECT DISTINCT item.xmin = note.xmin FROM item JOIN note USING (id)"))
                    .containsExactly("t");
        }

        @Test
        void neverCommitsWhatWasNotFlushed() throws Exception {
            Changes changes = new Changes(0);
            try (TargetWriter writer = target.writer(0, 1, 2)) {
                writer.write(changes.transaction(0x10)
                        .insert(LOG, "a")
                        .insert(LOG, "b")
                        .insert(LOG, "c")
                        .block());
                writer.flush();
            }
            assertThat(target.rows("SELECT v FROM log")).isEmpty();
        }
    }

    @Nested
    class WithAnotherNumberOfWriters {

        @Test
        void eachKeyGoesOnFromTheWriterThatHadIt() throws Exception {
            int[] writerCounts = {2, 3, 1, 4, 2};
            int items = 0;
            for (int writers : writerCounts) {
                List<TargetWriter> open = new ArrayList<>();
                for (int w = 0; w < writers; w++) {
                    open.add(target.writer(w, writers, 7));
                }
                List<ChangeBlock> blocks = blocks(writers, 0, items + 40);
                for (int w = 0; w < writers; w++) {
                    // One of them falls behind and dies: its key groups stay where they were.
                    boolean dies = w == 1;
                    open.get(w).write(dies ? blocks(writers, 0, items + 15).get(w) : blocks.get(w));
                    if (writers == 1) {
                        open.get(w).write(new Marker(0, new ChangePosition(0x1000 + items + 39, 0)));
                    }
                    open.get(w).flush();
                }
                open.forEach(TargetWriter::close);
                items += 40;
            }
            TargetWriter last = target.writer(0, 1, 1000);
            last.write(blocks(1, 0, items).get(0));
            last.write(new Marker(0, ChangePosition.endOf(0x2000)));
            last.flush();
            assertThat(target.value("SELECT count(*), count(DISTINCT v) FROM item"))
                    .isEqualTo(items + "|" + items);
            assertThat(target.progress()).containsExactly("0-127@0/2000+" + Long.MAX_VALUE);
        }

        @Test
        void writersMayOpenAtTheSameTime() throws Exception {
            target.writer(0, 1, 10).close();
            ExecutorService threads = Executors.newFixedThreadPool(8);
            try {
                CountDownLatch start = new CountDownLatch(1);
                List<Future<TargetWriter>> opening = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    int index = i;
                    opening.add(threads.submit(() -> {
                        start.await();
                        return target.writer(index, 8, 10);
                    }));
                }
                start.countDown();
                for (Future<TargetWriter> writer : opening) {
                    writer.get();
                }
            } finally {
                threads.shutdownNow();
            }
            assertThat(target.value("SELECT count(*), count(DISTINCT epoch), min(first_key_group), max(last_key_group),"
                            + " sum(last_key_group - first_key_group + 1) FROM walferry.progress"))
                    .isEqualTo("8|8|0|127|128");
        }
    }

    @Nested
    class AgainstAZombie {

        @Test
        void refusesItsCommitOnceANewWriterHasOpened() throws Exception {
            TargetWriter zombie = target.writer();
            TargetWriter successor = target.writer();
            zombie.write(new Changes(0)
                    .transaction(0x10)
                    .insert(LOG, "zombie")
                    .commit()
                    .block());
            assertThatThrownBy(zombie::flush).hasMessageContaining("newer writer");
            successor.write(new Changes(0)
                    .transaction(0x10)
                    .insert(LOG, "successor")
                    .commit()
                    .block());
            successor.flush();
            assertThat(target.rows("SELECT v FROM log")).containsExactly("successor");
        }

        @Test
        void refusesItsCommitAlsoIfTheSuccessorHasOnlyAPartOfItsKeys() throws Exception {
            TargetWriter zombie = target.writer();
            target.writer(1, 2, 10);
            zombie.write(new Changes(0)
                    .transaction(0x10)
                    .insert(LOG, "zombie")
                    .commit()
                    .block());
            assertThatThrownBy(zombie::flush).hasMessageContaining("newer writer");
            assertThat(target.rows("SELECT v FROM log")).isEmpty();
        }

        @Test
        void losesItsTransactionIfItWasWaitingWhenTheSuccessorOpened() throws Exception {
            TargetWriter zombie = target.writer();
            Connection lock = target.lock("log");
            zombie.write(new Changes(0)
                    .transaction(0x10)
                    .insert(LOG, "zombie")
                    .commit()
                    .block());
            zombie.linger();
            target.awaitLockWait();
            TargetWriter successor = target.writer();
            lock.close();
            assertThatThrownBy(zombie::flush).hasMessageContaining("SQLSTATE");
            successor.write(new Changes(0)
                    .transaction(0x10)
                    .insert(LOG, "successor")
                    .commit()
                    .block());
            successor.flush();
            assertThat(target.rows("SELECT v FROM log")).containsExactly("successor");
        }

        @Test
        void refusesItsChunk() throws Exception {
            planChunk();
            TargetWriter zombie = target.writer();
            target.writer();
            zombie.write(chunkStart());
            zombie.write(chunkData("a\n"));
            zombie.write(new ChunkEnd(0, CHUNK, 1, 2));
            assertThatThrownBy(zombie::flush).hasMessageContaining("newer writer");
            assertThat(target.rows("SELECT v FROM log")).isEmpty();
        }
    }

    @Nested
    class AMarker {

        @Test
        void storesItsPositionWithoutAnyChange() throws Exception {
            TargetWriter writer = target.writer(1, 2, 10);
            writer.write(new Marker(1, ChangePosition.endOf(0x77)));
            Await.until("marker", Duration.ofSeconds(10), () -> target.progress()
                    .equals(List.of("64-127@0/77+" + Long.MAX_VALUE)));
        }

        @Test
        void neverGoesBack() throws Exception {
            TargetWriter writer = target.writer();
            writer.write(new Marker(0, ChangePosition.endOf(0x77)));
            writer.write(new Marker(0, ChangePosition.endOf(0x66)));
            writer.flush();
            assertThat(target.progress()).containsExactly("0-127@0/77+" + Long.MAX_VALUE);
        }

        @Test
        void commitsInTheMiddleOfATransaction() throws Exception {
            TargetWriter writer = target.writer();
            writer.write(new Changes(0)
                    .transaction(0x10)
                    .insert(LOG, "a")
                    .insert(LOG, "b")
                    .block());
            writer.write(new Marker(0, new ChangePosition(0x10, 5)));
            Await.until(
                    "marker", Duration.ofSeconds(10), () -> target.progress().equals(List.of("0-127@0/10+5")));
            assertThat(target.rows("SELECT v FROM log ORDER BY v")).containsExactly("a", "b");
        }
    }

    @Nested
    class WithOneWriter {

        @Test
        void commitsOnlyWholeSourceTransactions() throws Exception {
            TargetWriter writer = target.writer(0, 1, 10);
            Changes changes = new Changes(0);
            changes.transaction(0x10).insert(LOG, "a").commit();
            changes.transaction(0x20);
            for (int i = 0; i < 35; i++) {
                changes.insert(LOG, "b");
            }
            writer.write(changes.block());
            writer.flush();
            assertThat(target.rows("SELECT v, count(*) FROM log GROUP BY v")).containsExactly("a|1");
            assertThat(target.progress()).containsExactly("0-127@0/10+" + Long.MAX_VALUE);
            changes.insert(LOG, "b").commit();
            changes.transaction(0x30).insert(LOG, "c");
            writer.write(changes.block());
            writer.flush();
            assertThat(target.rows("SELECT v, count(*) FROM log GROUP BY v ORDER BY v"))
                    .containsExactly("a|1", "b|36");
            assertThat(target.value("SELECT changes FROM walferry.progress")).isEqualTo("37");
        }

        @Test
        void stagesEachPartOfALargeTransactionAnew() throws Exception {
            target.execute("INSERT INTO item SELECT n, 'old' FROM generate_series(1, 1000) n");
            TargetWriter writer = target.writer(0, 1, 100);
            Changes changes = new Changes(0).transaction(0x10);
            for (int i = 1; i <= 1000; i++) {
                changes.update(ITEM, "" + i, "new" + i);
            }
            for (int i = 1; i <= 1000; i += 2) {
                changes.delete(ITEM, "" + i, null);
            }
            writer.write(changes.commit().block());
            writer.flush();
            assertThat(target.value("SELECT count(*), min(id), count(*) FILTER (WHERE v = 'new' || id) FROM item"))
                    .isEqualTo("500|2|500");
        }

        @Test
        void replaysOnlyTheFailingPartOfALargeTransactionInOrder() throws Exception {
            target.execute("CREATE UNIQUE INDEX ON item (v)");
            target.execute("INSERT INTO item SELECT n, 'old' || n FROM generate_series(1, 100) n");
            TargetWriter writer = target.writer(0, 1, 50);
            Changes changes = new Changes(0).transaction(0x10);
            for (int i = 1; i <= 100; i++) {
                changes.update(ITEM, "" + i, "new" + i);
            }
            changes.update(ITEM, "1", "tmp").update(ITEM, "2", "new1").update(ITEM, "1", "new2");
            for (int i = 3; i <= 100; i++) {
                changes.update(ITEM, "" + i, "newer" + i);
            }
            writer.write(changes.commit().block());
            writer.flush();
            assertThat(target.rows("SELECT * FROM item WHERE id <= 3 ORDER BY id"))
                    .containsExactly("1|new2", "2|new1", "3|newer3");
        }
    }

    private static final ChunkId CHUNK = new ChunkId(LOG.table(), 3);

    private void planChunk() throws Exception {
        target.execute("INSERT INTO walferry.snapshot_chunk (task, table_schema, table_name, chunk) VALUES ('"
                + ApplyTarget.TASK + "', 'public', 'log', 3), ('" + ApplyTarget.TASK + "', 'public', 'item', 0)");
    }

    private static ChunkStart chunkStart() {
        return new ChunkStart(0, CHUNK, LOG, CopyFormat.TEXT, "10:20:", 0x99);
    }

    private static ChunkData chunkData(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new ChunkData(0, CHUNK, bytes, bytes.length);
    }

    @Nested
    class AChunk {

        @Test
        void isLoadedOnceAndEnteredIntoTheLedger() throws Exception {
            planChunk();
            for (int run = 0; run < 2; run++) {
                try (TargetWriter writer = target.writer()) {
                    writer.write(chunkStart());
                    writer.write(chunkData("a\nb"));
                    writer.write(chunkData("c\n\\N\n"));
                    writer.write(new ChunkEnd(0, CHUNK, 3, 8));
                    writer.flush();
                }
            }
            assertThat(target.rows("SELECT v FROM log ORDER BY v")).containsExactly("a", "bc", "~");
            assertThat(target.value("SELECT rows, bytes, snapshot, lsn, loaded_at IS NOT NULL"
                            + " FROM walferry.snapshot_chunk WHERE chunk = 3"))
                    .isEqualTo("3|8|10:20:|0/99|t");
        }

        @Test
        void mayTravelMixedWithAnother() throws Exception {
            planChunk();
            ChunkId other = new ChunkId(ITEM.table(), 0);
            TargetWriter writer = target.writer();
            writer.write(chunkStart());
            writer.write(new ChunkStart(0, other, ITEM, CopyFormat.TEXT, "1:1:", 5));
            writer.write(chunkData("a\n"));
            byte[] row = "1\tx\n".getBytes(StandardCharsets.UTF_8);
            writer.write(new ChunkData(0, other, row, row.length));
            writer.write(new ChunkEnd(0, CHUNK, 1, 2));
            writer.flush();
            assertThat(target.rows("SELECT v FROM log")).containsExactly("a");
            assertThat(target.rows("SELECT v FROM item")).isEmpty();
            writer.write(new ChunkEnd(0, other, 1, 4));
            writer.flush();
            assertThat(target.rows("SELECT v FROM item")).containsExactly("x");
        }

        @Test
        void failsIfRowsAreMissing() throws Exception {
            planChunk();
            TargetWriter writer = target.writer();
            writer.write(chunkStart());
            writer.write(chunkData("a\n"));
            writer.write(new ChunkEnd(0, CHUNK, 2, 2));
            assertThatThrownBy(writer::flush).hasMessageContaining("public.log#3");
            assertThat(target.rows("SELECT v FROM log")).isEmpty();
        }

        @Test
        void failsWithoutShowingTheRow() throws Exception {
            planChunk();
            target.execute("ALTER TABLE log ALTER v TYPE int USING NULL");
            TargetWriter writer = target.writer();
            writer.write(chunkStart());
            writer.write(chunkData("secret\n"));
            writer.write(new ChunkEnd(0, CHUNK, 1, 7));
            assertThatThrownBy(writer::flush)
                    .hasMessageContaining("public.log")
                    .hasMessageContaining("22P02")
                    .hasMessageNotContaining("secret");
        }
    }

    @Nested
    class InTrouble {

        @Test
        void endsAStatementThatWaitsForALock() throws Exception {
            Connection lock = target.lock("item");
            TargetWriter writer = target.writer(1, 2, 10);
            Changes changes = new Changes(1).transaction(0x10);
            String id = "" + itemOfChannel(1, 2);
            writer.write(changes.insert(ITEM, id, "late").block());
            writer.linger();
            target.awaitLockWait();
            long start = System.nanoTime();
            writer.close();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
            lock.close();
            assertThat(target.rows("SELECT v FROM item")).isEmpty();
        }

        private int itemOfChannel(int channel, int writers) {
            int item = 0;
            while (KeyGroups.channelOf(Changes.keyGroup(ITEM, "" + item), writers) != channel) {
                item++;
            }
            return item;
        }

        /** As by a writer that was frozen in the middle of a transaction. */
        @Test
        @Timeout(60)
        void endsWhatAFormerWriterHasLeftOpen() throws Exception {
            TargetWriter former = target.writer(0, 1, 1);
            former.write(new Changes(0)
                    .transaction(0x10)
                    .insert(ITEM, "1", "former")
                    .insert(ITEM, "2", "former")
                    .block());
            Await.until(
                    "the former writer has rows that it has not committed", Duration.ofSeconds(30), () -> target.value(
                                    "SELECT count(*) FROM pg_locks WHERE relation = 'item'::regclass AND mode = 'RowExclusiveLock'")
                            .equals("1"));
            TargetWriter writer = target.writer();
            writer.write(new Changes(0)
                    .transaction(0x10)
                    .insert(ITEM, "1", "new")
                    .insert(ITEM, "2", "new")
                    .commit()
                    .block());
            writer.flush();
            assertThat(target.rows("SELECT v FROM item")).containsExactly("new", "new");
            assertThatThrownBy(() -> {
                        former.write(new Changes(0)
                                .transaction(0x20)
                                .insert(ITEM, "3", "former")
                                .commit()
                                .block());
                        former.flush();
                    })
                    .hasMessageContaining("SQLSTATE");
            assertThat(target.rows("SELECT v FROM item")).containsExactly("new", "new");
        }

        @Test
        void tellsThatTheConnectionWasLost() throws Exception {
            TargetWriter writer = target.writer();
            target.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity" + " WHERE application_name LIKE 'walferry "
                            + ApplyTarget.TASK + " %' AND datname = current_database()");
            writer.write(
                    new Changes(0).transaction(0x10).insert(LOG, "a").commit().block());
            assertThatThrownBy(writer::flush).hasMessageContaining("SQLSTATE 57P01");
        }
    }
}
