package io.walferry.tests.bench;

import io.walferry.tests.postgres.PostgresServer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What each instance class brings, and what memory it takes: the same task with nothing else said, in turns. */
final class ClassContest {

    private static final List<String> CLASSES = List.of("small", "medium", "large", "xlarge");
    private static final int FIRST_NUMBER = 3_000;
    private static final int CHANGE_TRANSACTIONS = 1_000;
    private static final int CHANGES_PER_TRANSACTION = 1_000;
    private static final int STREAMING_LIMIT_SECONDS = 120;

    private final Field field;
    private final int runs;
    private final Report report;
    private final Map<String, List<Run>> outcomes = new LinkedHashMap<>();

    /** @param peakMemoryBytes of the process, over load and changes */
    private record Run(double rowsPerSecond, double changesPerSecond, long peakMemoryBytes) {}

    ClassContest(Field field, int runs, Report report) {
        this.field = field;
        this.runs = runs;
        this.report = report;
    }

    void run() throws SQLException, IOException, InterruptedException {
        CLASSES.forEach(name -> outcomes.put(name, new ArrayList<>()));
        for (int run = 1; run <= runs; run++) {
            List<String> inTurns = new ArrayList<>(CLASSES);
            java.util.Collections.rotate(inTurns, run - 1);
            for (String name : inTurns) {
                outcomes.get(name).add(once(run, name));
            }
        }
        outcomes.forEach((name, of) -> report.line(
                "class %s load=%.0f rows/s changes=%.0f/s peak-memory=%dMB (without start-up)",
                name,
                Report.median(of.stream().map(Run::rowsPerSecond).toList()),
                Report.median(of.stream().map(Run::changesPerSecond).toList()),
                of.stream().mapToLong(Run::peakMemoryBytes).max().orElse(0) >> 20));
    }

    private Run once(int run, String name) throws SQLException, IOException, InterruptedException {
        PostgresServer target = field.servers().target();
        String database = target.newDatabase("class_" + name);
        long rows = rows();
        field.servers().checkpoint();
        int number = FIRST_NUMBER + CLASSES.size() * run + CLASSES.indexOf(name);
        Run outcome;
        try (Walferry walferry = new Walferry(field, name, number, "class: " + name + "\n")) {
            LoadTime load = walferry.load(database);
            walferry.pause();
            Beat beat = writeBacklog();
            field.servers().checkpoint();
            double seconds = drain(walferry, beat);
            outcome = new Run(
                    rows / (load.seconds() - load.startupSeconds()),
                    CHANGE_TRANSACTIONS * CHANGES_PER_TRANSACTION / seconds,
                    Math.max(load.peakMemoryBytes(), walferry.peakMemoryBytes()));
            report.detail(
                    "class run %d: %s load %.2f s, backlog %.2f s, peak memory %d MB, load average %s",
                    run,
                    name,
                    load.seconds() - load.startupSeconds(),
                    seconds,
                    outcome.peakMemoryBytes() >> 20,
                    Report.loadAverage());
            BenchTables.verify(
                    name, BenchTables.checksums(field.servers().source(), field.sourceDatabase()), target, database);
        }
        ServerPair.execute(target, "postgres", "DROP DATABASE \"" + database + "\" WITH (FORCE)");
        return outcome;
    }

    private long rows() throws SQLException {
        try (Connection source = field.servers().source().connect(field.sourceDatabase());
                var row = source.createStatement()
                        .executeQuery(
                                "SELECT (SELECT count(*) FROM bench.orders) + (SELECT count(*) FROM bench.accounts)"
                                        + " + (SELECT count(*) FROM bench.history)")) {
            row.next();
            return row.getLong(1);
        }
    }

    private Beat writeBacklog() throws SQLException {
        try (Connection source = field.servers().source().connect(field.sourceDatabase())) {
            source.createStatement().execute("SET synchronous_commit = off");
            source.createStatement().execute("CALL tools.change_orders(" + CHANGE_TRANSACTIONS + ")");
        }
        Beat beat = new Beat(field);
        beat.send();
        return beat;
    }

    /** Returns how long it took from when changes are streaming. */
    private double drain(Walferry walferry, Beat beat) throws SQLException, IOException, InterruptedException {
        try (Connection source = field.servers().source().connect(field.sourceDatabase())) {
            Clock clock = new Clock();
            walferry.resume();
            double startup = clock.await(walferry.name() + ": streaming", STREAMING_LIMIT_SECONDS, () -> {
                walferry.check();
                return Queries.slotIsActive(source, walferry.slot());
            });
            return beat.await(clock, walferry) - startup;
        }
    }
}
