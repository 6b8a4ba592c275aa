package io.walferry.tests.source.wal;

import io.walferry.job.jdbc.Database;
import io.walferry.job.model.ChangeBlock;
import io.walferry.job.model.Lsn;
import io.walferry.job.model.Marker;
import io.walferry.job.model.StreamElement;
import io.walferry.job.source.ElementOutput;
import io.walferry.job.source.wal.WalReader;
import io.walferry.tests.postgres.PostgresServer;
import io.walferry.tests.support.Await;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postgresql.replication.PGReplicationStream;

/**
 * What reading the changelog costs beyond receiving it: a backlog of 1,000,000 changes, drained by the driver's own stream with
 * every message thrown away, and by the reader with every block thrown away. Also the delay of single changes. Run by name.
 */
class WalReaderBenchmark {

    private static final int TRANSACTIONS = 1000;
    private static final int ROWS = 1000;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private static final String ORDERS =
            """
            CREATE TABLE orders (id bigint PRIMARY KEY, customer int NOT NULL, status text, amount numeric(12,2), tax numeric(12,2),
              note text, placed timestamptz, shipped timestamptz, street text, city text, zip text, express boolean, weight float8,
              tags text[]);
            ALTER TABLE orders REPLICA IDENTITY %s;
            INSERT INTO orders SELECT i, i %% 1000, 'new', i / 7.0, i / 70.0, md5(i::text), now(), NULL, 'street ' || i,
              'city ' || i %% 50, (i %% 99999)::text, i %% 2 = 0, i / 3.0::float8, ARRAY['a', 'b'] FROM generate_series(1, 500000) i""";

    private record Cost(long changes, double seconds, double cpuSeconds) {
        @Override
        public String toString() {
            return "%,d changes in %.1f s: %,.0f changes/s, %.2f s CPU, %.0f %% of a core"
                    .formatted(changes, seconds, changes / seconds, cpuSeconds, 100 * cpuSeconds / seconds);
        }
    }

    @Test
    void drainsABacklog() throws Exception {
        try (PostgresServer server = PostgresServer.version(17)
                .withoutFsync()
                .setting("shared_buffers", "256MB")
                .setting("max_wal_size", "8GB")
                .start()) {
            for (String identity : new String[] {"DEFAULT", "FULL"}) {
                try (ReaderRun run = new ReaderRun(server, 1, ORDERS.formatted(identity), "orders")) {
                    fill(run);
                    System.out.println(identity + ", driver's stream, thrown away: " + receive(run));
                    for (int channels : new int[] {1, 4, 1, 4}) {
                        System.out.println(identity + ", reader, " + channels + " channels: " + read(run, channels));
                    }
                }
            }
        }
    }

    @Test
    void delaysASingleChange() throws Exception {
        try (PostgresServer server = PostgresServer.version(17).withoutFsync().start();
                ReaderRun run = new ReaderRun(server, 1, "CREATE TABLE a (id int PRIMARY KEY)", "a").start()) {
            run.awaitCaughtUp();
            long[] micros = new long[500];
            for (int i = 0; i < micros.length; i++) {
                long before = run.writers.elements();
                run.execute("INSERT INTO a VALUES (" + i + ")");
                long begin = System.nanoTime();
                while (run.writers.elements() == before) {
                    Thread.onSpinWait();
                }
                micros[i] = (System.nanoTime() - begin) / 1000;
                Thread.sleep(i % 40);
            }
            Arrays.sort(micros);
            long cpu = THREADS.getThreadCpuTime(run.thread().getId());
            Thread.sleep(5000);
            double idle = (THREADS.getThreadCpuTime(run.thread().getId()) - cpu) / 5e9;
            System.out.printf(
                    "commit returned to block emitted: p50 %d us, p99 %d us, max %d us; idle reader: %.1f %% of a core%n",
                    micros[250], micros[495], micros[499], 100 * idle);
        }
    }

    private static void fill(ReaderRun run) throws Exception {
        for (int t = 0; t < TRANSACTIONS; t++) {
            int first = 500_000 + t * ROWS / 2;
            run.execute(
                    "BEGIN; INSERT INTO orders SELECT i, i % 1000, 'new', i / 7.0, i / 70.0, md5(i::text), now(), NULL,"
                            + " 'street ' || i, 'city ' || i % 50, (i % 99999)::text, i % 2 = 0, i / 3.0::float8, ARRAY['a', 'b']"
                            + " FROM generate_series(" + (first + 1) + ", " + (first + ROWS / 2) + ") i;"
                            + " UPDATE orders SET status = 'paid', shipped = now() WHERE id BETWEEN " + (t * 300 + 1)
                            + " AND "
                            + (t * 300 + 300) + "; DELETE FROM orders WHERE id BETWEEN " + (t * 200 + 1 + 300_000)
                            + " AND "
                            + (t * 200 + 200 + 300_000) + "; COMMIT");
        }
    }

    private static Cost receive(ReaderRun run) throws Exception {
        long end = Lsn.parse(run.query("SELECT pg_current_wal_lsn()"));
        long begin = System.nanoTime();
        long cpu = THREADS.getCurrentThreadCpuTime();
        long changes = 0;
        try (Connection connection = run.reach.openReplication();
                PGReplicationStream stream = Database.driver(connection)
                        .getReplicationAPI()
                        .replicationStream()
                        .logical()
                        .withSlotName(run.slot)
                        .withSlotOption("proto_version", "1")
                        .withSlotOption(
                                "publication_names",
                                "\"" + run.publication.name().replace("\"", "\"\"") + "\"")
                        .start()) {
            while (Long.compareUnsigned(stream.getLastReceiveLSN().asLong(), end) < 0) {
                ByteBuffer message = stream.readPending();
                if (message != null) {
                    byte kind = message.get(message.position());
                    changes += kind == 'I' || kind == 'U' || kind == 'D' ? 1 : 0;
                }
            }
        }
        return new Cost(changes, (System.nanoTime() - begin) / 1e9, (THREADS.getCurrentThreadCpuTime() - cpu) / 1e9);
    }

    /** Counts, and drops. */
    private static final class Sink implements ElementOutput {
        private volatile long changes;
        private volatile long position;
        private volatile Marker marker;

        @Override
        public void emit(StreamElement element) {
            if (element instanceof ChangeBlock block) {
                changes += block.changes();
            } else if (element instanceof Marker last) {
                marker = last;
            }
        }

        @Override
        public void position(long lsn) {
            position = lsn;
        }
    }

    private static Cost read(ReaderRun run, int channels) throws Exception {
        Sink sink = new Sink();
        MemoryTarget target = new MemoryTarget(run.target.systemIdentifier());
        target.writers(() -> Optional.ofNullable(sink.marker).map(Marker::position));
        long end = Lsn.parse(run.query("SELECT pg_current_wal_lsn()"));
        WalReader reader = new WalReader(run.settings(channels), target, sink);
        Thread thread = new Thread(() -> {
            try {
                reader.run();
            } catch (Exception e) {
                e.printStackTrace();
            }
        });
        long begin = System.nanoTime();
        thread.start();
        Await.until("all is read", Duration.ofMinutes(2), () -> Long.compareUnsigned(sink.position, end) >= 0);
        double seconds = (System.nanoTime() - begin) / 1e9;
        double cpu = THREADS.getThreadCpuTime(thread.getId()) / 1e9;
        reader.close();
        thread.join();
        return new Cost(sink.changes, seconds, cpu);
    }
}
