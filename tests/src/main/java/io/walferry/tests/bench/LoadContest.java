package io.walferry.tests.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Who brings all rows, keys and indexes to an empty target first. Contenders take turns. */
final class LoadContest {

    private static final double MIB = 1 << 20;

    private final Field field;
    private final int runs;
    private final Report report;
    private final Map<String, List<LoadTime>> times = new LinkedHashMap<>();

    LoadContest(Field field, int runs, Report report) {
        this.field = field;
        this.runs = runs;
        this.report = report;
    }

    void run() throws SQLException, IOException, InterruptedException {
        List<String> source = BenchTables.checksums(field.servers().source(), field.sourceDatabase());
        for (int run = 1; run <= runs; run++) {
            for (Loader loader : loaders(run)) {
                once(run, loader, source);
            }
        }
        double ours = median("ours");
        double startup = Report.median(
                times.get("ours").stream().map(LoadTime::startupSeconds).toList());
        double nativeCopy = median("native");
        double peak = times.get("ours").stream()
                .mapToLong(LoadTime::peakMemoryBytes)
                .max()
                .orElse(0);
        String pgcopydb = times.containsKey("pgcopydb") ? " pgcopydb=%.1fs".formatted(median("pgcopydb")) : "";
        report.line(
                "load ours=%.1fs native=%.1fs copy-pipe=%.1fs%s ratio=%.2f startup=%.1fs ratio-without-startup=%.2f peak-memory=%.0fMB",
                ours,
                nativeCopy,
                median("copy-pipe"),
                pgcopydb,
                nativeCopy / ours,
                startup,
                nativeCopy / (ours - startup),
                peak / MIB);
    }

    private List<Loader> loaders(int run) {
        List<Loader> loaders = new ArrayList<>(
                List.of(new Walferry(field, run), new NativeReplication(field, run), new CopyPipe(field)));
        if (PgCopyDb.isInstalled()) {
            loaders.add(new PgCopyDb(field));
        }
        java.util.Collections.rotate(loaders, run - 1);
        return loaders;
    }

    private void once(int run, Loader contender, List<String> source)
            throws SQLException, IOException, InterruptedException {
        String database = field.servers().target().newDatabase("load");
        field.servers().checkpoint();
        try (Loader loader = contender) {
            LoadTime time = loader.load(database);
            report.detail(
                    "load run %d: %s %.2f s (start-up %.2f s)",
                    run, loader.name(), time.seconds(), time.startupSeconds());
            BenchTables.verify(loader.name(), source, field.servers().target(), database);
            times.computeIfAbsent(loader.name(), name -> new ArrayList<>()).add(time);
        }
        ServerPair.execute(field.servers().target(), "postgres", "DROP DATABASE \"" + database + "\" WITH (FORCE)");
    }

    private double median(String contender) {
        return Report.median(
                times.get(contender).stream().map(LoadTime::seconds).toList());
    }
}
