package io.walferry.tests.bench;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Who works off a backlog faster. It is written while both are paused; then each in turn works off the same WAL. Time counts
 * from the moment when the contender streams from its slot; what comes before (a JVM and Flink; a worker) is told as well.
 */
final class BacklogContest {

    private static final int STREAMING_LIMIT_SECONDS = 120;

    private static final int CHANGE_TRANSACTIONS = 1_000;
    private static final int CHANGES_PER_TRANSACTION = 1_000;
    private static final int TPCB_TRANSACTIONS = 400_000;
    private static final int TPCB_SESSIONS = 2;

    private final Field field;
    private final Followers followers;
    private final int runs;
    private final Report report;

    /** How long a contender took: until it streams, and from then on. */
    private record Drain(double startupSeconds, double seconds, long peakMemoryBytes) {}

    @FunctionalInterface
    private interface Backlog {
        void write() throws SQLException, IOException, InterruptedException;
    }

    BacklogContest(Field field, Followers followers, int runs, Report report) {
        this.field = field;
        this.followers = followers;
        this.runs = runs;
        this.report = report;
    }

    /** Large transactions that insert, update and delete orders. */
    void changes() throws SQLException, IOException, InterruptedException {
        contest(
                "changes",
                "changes",
                CHANGE_TRANSACTIONS * CHANGES_PER_TRANSACTION,
                () -> call("CALL tools.change_orders(" + CHANGE_TRANSACTIONS + ")"));
    }

    /** Small transactions: three updates by key and an insert without a key. */
    void transactions() throws SQLException, IOException, InterruptedException {
        contest("transactions", "transactions", TPCB_TRANSACTIONS, () -> {
            String call = "CALL tools.tpcb(%d, %d)"
                    .formatted(TPCB_TRANSACTIONS / TPCB_SESSIONS, field.tables().scale());
            Parallel.run(TPCB_SESSIONS, session -> call(call));
        });
    }

    private void call(String procedure) throws SQLException {
        try (Connection source = field.servers().source().connect(field.sourceDatabase())) {
            // The backlog's WAL is the same; only its making is quicker.
            source.createStatement().execute("SET synchronous_commit = off");
            source.createStatement().execute(procedure);
        }
    }

    private void contest(String name, String unit, int size, Backlog backlog)
            throws SQLException, IOException, InterruptedException {
        Map<String, List<Drain>> drains = new HashMap<>();
        for (int run = 1; run <= runs; run++) {
            Clock writing = new Clock();
            backlog.write();
            Beat beat = new Beat(field);
            beat.send();
            report.detail("%s run %d: backlog of %,d %s written in %.1f s", name, run, size, unit, writing.seconds());
            List<String> source = BenchTables.checksums(field.servers().source(), field.sourceDatabase());
            for (Follower follower : followers.inOrderOf(run)) {
                field.servers().checkpoint();
                Drain drain = drain(follower, beat);
                follower.pause();
                report.detail(
                        "%s run %d: %s %.2f s = %,.0f %s/s (start-up %.2f s)",
                        name,
                        run,
                        follower.name(),
                        drain.seconds(),
                        size / drain.seconds(),
                        unit,
                        drain.startupSeconds());
                BenchTables.verify(follower.name(), source, field.servers().target(), follower.database());
                drains.computeIfAbsent(follower.name(), contender -> new ArrayList<>())
                        .add(drain);
            }
        }
        double ours = size / median(drains.get("ours"), false);
        double nativeRate = size / median(drains.get("native"), false);
        report.line(
                "%s ours=%.0f/s native=%.0f/s ratio=%.2f startup=%.1fs ours-with-startup=%.0f/s peak-memory=%dMB",
                name,
                ours,
                nativeRate,
                ours / nativeRate,
                Report.median(
                        drains.get("ours").stream().map(Drain::startupSeconds).toList()),
                size / median(drains.get("ours"), true),
                drains.get("ours").stream()
                                .mapToLong(Drain::peakMemoryBytes)
                                .max()
                                .orElse(0)
                        >> 20);
    }

    private static double median(List<Drain> drains, boolean withStartup) {
        return Report.median(drains.stream()
                .map(drain -> drain.seconds() + (withStartup ? drain.startupSeconds() : 0))
                .toList());
    }

    private Drain drain(Follower follower, Beat beat) throws SQLException, IOException, InterruptedException {
        try (Connection source = field.servers().source().connect(field.sourceDatabase())) {
            Clock clock = new Clock();
            follower.resume();
            double startup = clock.await(follower.name() + ": streaming", STREAMING_LIMIT_SECONDS, () -> {
                follower.check();
                return Queries.slotIsActive(source, follower.slot());
            });
            double end = beat.await(clock, follower);
            return new Drain(startup, end - startup, follower.peakMemoryBytes());
        }
    }
}
