package io.walferry.tests.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What the benchmark prints: a line per contest on standard output, single runs on standard error. */
final class Report {

    private static final double GIB = 1L << 30;

    void machine(ServerPair servers, BenchTables tables, int runs) throws SQLException, IOException {
        try (Connection source = servers.source().connect("postgres")) {
            line(
                    "machine cores=%d memory=%.1fGB cpu=\"%s\" postgresql=%s java=%s orders=%d accounts=%d runs=%d",
                    Runtime.getRuntime().availableProcessors(),
                    number("/proc/meminfo", "MemTotal") * 1024.0 / GIB,
                    text("/proc/cpuinfo", "model name"),
                    source.getMetaData().getDatabaseProductVersion().split(" ")[0],
                    Runtime.version().feature(),
                    tables.orders(),
                    tables.accounts(),
                    runs);
        }
    }

    /** The outcome of a contest. */
    void line(String format, Object... values) {
        System.out.println("bench: " + String.format(Locale.ROOT, format, values));
    }

    /** One run of it. */
    void detail(String format, Object... values) {
        System.err.println("  " + String.format(Locale.ROOT, format, values));
    }

    /** Of the last minute; what else this machine does. */
    static String loadAverage() throws IOException {
        Path file = Path.of("/proc/loadavg");
        return Files.exists(file) ? Files.readString(file).split(" ")[0] : "unknown";
    }

    static double median(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static long number(String file, String name) throws IOException {
        return Long.parseLong(text(file, name).replaceAll("\\D", ""));
    }

    private static String text(String file, String name) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(name))
                    .map(line -> Arrays.asList(line.split(":\\s*")).get(1))
                    .findFirst()
                    .orElse("0");
        }
    }
}
