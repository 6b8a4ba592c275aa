package io.walferry.tests.bench;

import io.walferry.tests.command.TaskText;
import io.walferry.tests.command.WalferryProcess;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long it takes to compare all values of two large tables, against the simplest queries that could do it: number and sum of a
 * hash of the rows, on both sides at once. Contenders take turns.
 */
final class VerifyContest {

    private static final Pattern SECONDS = Pattern.compile("\"seconds\" : ([0-9.]+),\\s+\"rows\" : ([0-9]+)");
    private static final double MIB = 1 << 20;

    private final Field field;
    private final int runs;
    private final Report report;
    private final List<Double> ours = new ArrayList<>();
    private final List<Double> oursWithStartup = new ArrayList<>();
    private final List<Double> plain = new ArrayList<>();
    private long rows;
    private long peak;

    VerifyContest(Field field, int runs, Report report) {
        this.field = field;
        this.runs = runs;
        this.report = report;
    }

    void run() throws SQLException, IOException, InterruptedException {
        String database = field.servers().target().newDatabase("verify");
        field.tables().fill(field.servers().target(), database);
        Path taskFile = field.directory().resolve("verify.yaml");
        Files.writeString(
                taskFile,
                TaskText.of(
                                "bench_verify",
                                field.servers().source(),
                                field.sourceDatabase(),
                                field.servers().target(),
                                database,
                                List.of(BenchTables.SCHEMA))
                        .toString());
        for (int run = 1; run <= runs; run++) {
            if (run % 2 == 1) {
                plain(run, database);
                ours(run, taskFile);
            } else {
                ours(run, taskFile);
                plain(run, database);
            }
        }
        double seconds = Report.median(ours);
        report.line(
                "verify ours=%.1fs (%.0f rows/s) with-startup=%.1fs (%.0f rows/s) plain=%.1fs (%.0f rows/s) ratio=%.2f"
                        + " ratio-with-startup=%.2f peak-memory=%.0fMB",
                seconds,
                rows / seconds,
                Report.median(oursWithStartup),
                rows / Report.median(oursWithStartup),
                Report.median(plain),
                rows / Report.median(plain),
                Report.median(plain) / seconds,
                Report.median(plain) / Report.median(oursWithStartup),
                peak / MIB);
        ServerPair.execute(field.servers().target(), "postgres", "DROP DATABASE \"" + database + "\" WITH (FORCE)");
    }

    private void ours(int run, Path taskFile) throws IOException, InterruptedException {
        Path output = field.directory().resolve("verify-" + run + ".json");
        long start = System.nanoTime();
        try (WalferryProcess process = WalferryProcess.start(
                field.home(),
                Map.of(
                        TaskText.SOURCE_PASSWORD,
                        field.servers().source().password(),
                        TaskText.TARGET_PASSWORD,
                        field.servers().target().password()),
                Redirect.to(output.toFile()),
                "verify",
                "--new",
                "--json",
                taskFile.toString())) {
            while (process.isAlive()) {
                peak = Math.max(peak, process.peakMemoryBytes());
                Thread.sleep(50);
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            String json = Files.readString(output);
            Matcher found = SECONDS.matcher(json);
            if (process.exitStatus() != 0 || !found.find()) {
                throw new IOException("walferry verify ended with status " + process.exitStatus() + ": " + json);
            }
            ours.add(Double.parseDouble(found.group(1)));
            oursWithStartup.add(seconds);
            rows = Long.parseLong(found.group(2));
            report.detail("verify run %d: ours %.2f s, with start-up %.2f s", run, ours.get(ours.size() - 1), seconds);
        }
    }

    private void plain(int run, String database) throws IOException, InterruptedException {
        long start = System.nanoTime();
        Parallel.run(2, side -> {
            try (Connection connection = side == 0
                    ? field.servers().source().connect(field.sourceDatabase())
                    : field.servers().target().connect(database)) {
                for (String table : BenchTables.NAMES) {
                    connection
                            .createStatement()
                            .executeQuery("SELECT count(*), sum(hashtextextended(t::text, 0)) FROM "
                                    + BenchTables.SCHEMA + "." + table + " t")
                            .next();
                }
            }
        });
        plain.add((System.nanoTime() - start) / 1e9);
        report.detail("verify run %d: plain queries %.2f s", run, plain.get(plain.size() - 1));
    }
}
