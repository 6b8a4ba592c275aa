package io.walferry.tests.bench;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;
import org.postgresql.copy.CopyOut;

/**
 * What the servers and the driver can do at best: two threads pipe {@code COPY … (FORMAT binary)} from side to side into tables
 * without indexes, and then build these. It keeps no slot, so it could never go on with changes.
 */
final class CopyPipe implements Loader {

    private static final int THREADS = 2;

    private final Field field;

    CopyPipe(Field field) {
        this.field = field;
    }

    @FunctionalInterface
    private interface Step {
        void run(Connection source, Connection target) throws SQLException;
    }

    @Override
    public String name() {
        return "copy-pipe";
    }

    @Override
    public LoadTime load(String targetDatabase) throws SQLException, IOException, InterruptedException {
        BenchTables.create(field.servers().target(), targetDatabase);
        Clock clock = new Clock();
        inTwoThreads(
                targetDatabase,
                BenchTables.NAMES.stream().map(table -> (source, target) -> pipe(source, target, table)));
        inTwoThreads(
                targetDatabase,
                BenchTables.keys().stream()
                        .map(key -> (source, target) -> target.createStatement().execute(key)));
        return new LoadTime(clock.seconds(), 0, 0);
    }

    private void inTwoThreads(String targetDatabase, Stream<Step> all) throws IOException, InterruptedException {
        ConcurrentLinkedQueue<Step> steps = new ConcurrentLinkedQueue<>(all.toList());
        Parallel.run(THREADS, thread -> {
            try (Connection source = field.servers().source().connect(field.sourceDatabase());
                    Connection target = field.servers().target().connect(targetDatabase)) {
                for (Step step = steps.poll(); step != null; step = steps.poll()) {
                    step.run(source, target);
                }
            }
        });
    }

    private static void pipe(Connection source, Connection target, String table) throws SQLException {
        String name = BenchTables.SCHEMA + "." + table;
        CopyManager from = source.unwrap(PGConnection.class).getCopyAPI();
        CopyManager to = target.unwrap(PGConnection.class).getCopyAPI();
        CopyOut out = from.copyOut("COPY " + name + " TO STDOUT (FORMAT binary)");
        CopyIn in = to.copyIn("COPY " + name + " FROM STDIN (FORMAT binary)");
        for (byte[] row = out.readFromCopy(); row != null; row = out.readFromCopy()) {
            in.writeToCopy(row, 0, row.length);
        }
        in.endCopy();
    }

    @Override
    public void close() {
        // Its threads and connections end with each load.
    }
}
