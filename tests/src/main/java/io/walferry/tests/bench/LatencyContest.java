package io.walferry.tests.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How long after its commit at the source a small transaction is visible at the target, at a steady 2,000 changes a second:
 * both ends are read from the clock of this JVM, which talks to both servers.
 */
final class LatencyContest {

    private final Field field;
    private final Followers followers;
    private final int runs;
    private final Report report;

    LatencyContest(Field field, Followers followers, int runs, Report report) {
        this.field = field;
        this.followers = followers;
        this.runs = runs;
        this.report = report;
    }

    void run() throws SQLException, IOException, InterruptedException {
        Map<String, List<LatencyMeter.Percentiles>> all = new HashMap<>();
        for (int run = 1; run <= runs; run++) {
            for (Follower follower : followers.inOrderOf(run)) {
                LatencyMeter.Percentiles latency = measure(follower);
                report.detail(
                        "latency run %d: %s p50 %.0f ms, p99 %.0f ms, max %.0f ms of %,d transactions, %.0f changes/s",
                        run,
                        follower.name(),
                        latency.p50Ms(),
                        latency.p99Ms(),
                        latency.maxMs(),
                        latency.transactions(),
                        latency.changesPerSecond());
                all.computeIfAbsent(follower.name(), name -> new ArrayList<>()).add(latency);
            }
        }
        report.line(
                "latency ours-p50=%.0fms ours-p99=%.0fms native-p50=%.0fms native-p99=%.0fms rate=%.0f/s",
                Report.median(all.get("ours").stream()
                        .map(LatencyMeter.Percentiles::p50Ms)
                        .toList()),
                Report.median(all.get("ours").stream()
                        .map(LatencyMeter.Percentiles::p99Ms)
                        .toList()),
                Report.median(all.get("native").stream()
                        .map(LatencyMeter.Percentiles::p50Ms)
                        .toList()),
                Report.median(all.get("native").stream()
                        .map(LatencyMeter.Percentiles::p99Ms)
                        .toList()),
                Report.median(all.get("ours").stream()
                        .map(LatencyMeter.Percentiles::changesPerSecond)
                        .toList()));
    }

    private LatencyMeter.Percentiles measure(Follower follower) throws SQLException, IOException, InterruptedException {
        Beat before = new Beat(field);
        before.send();
        follower.resume();
        before.await(new Clock(), follower);
        LatencyMeter.Percentiles latency = new LatencyMeter(field, follower).measure();
        Beat after = new Beat(field);
        after.send();
        after.await(new Clock(), follower);
        List<String> source = BenchTables.checksums(field.servers().source(), field.sourceDatabase());
        follower.pause();
        BenchTables.verify(follower.name(), source, field.servers().target(), follower.database());
        return latency;
    }
}
