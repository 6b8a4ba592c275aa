package io.walferry.tests.bench;

import io.walferry.tests.command.CleanRun;
import io.walferry.tests.command.Closing;
import java.nio.file.Path;
import java.time.Duration;

/** What {@code deploy/bench} runs: one line per contest, each beginning with {@code bench:}. */
public final class Bench {

    private Bench() {}

    /** @param arguments the project's directory, then those of the command */
    public static void main(String[] arguments) {
        Arguments parsed;
        try {
            parsed = Arguments.parse(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println("bench: " + e.getMessage());
            System.exit(2);
            return;
        }
        System.exit(CleanRun.of("bench", directory -> run(parsed, directory)));
    }

    private static String run(Arguments arguments, Path directory) throws Exception {
        long start = System.nanoTime();
        try (Closing closing = new Closing(directory)) {
            Report report = new Report();
            ServerPair servers = ServerPair.start(closing);
            BenchTables tables = BenchTables.of(arguments.rows());
            report.machine(servers, tables, arguments.runs());
            String source = servers.source().newDatabase("source");
            tables.fill(servers.source(), source);
            Field field = new Field(arguments.home(), directory, servers, source, tables);
            if (arguments.has("verify")) {
                new VerifyContest(field, arguments.runs(), report).run();
            }
            if (arguments.has("load")) {
                new LoadContest(field, arguments.runs(), report).run();
            }
            if (arguments.has("classes")) {
                new ClassContest(field, arguments.runs(), report).run();
            }
            if (arguments.has("etl")) {
                new EtlContest(field, arguments.runs(), report).run();
            }
            if (arguments.has("changes") || arguments.has("transactions") || arguments.has("latency")) {
                try (Followers followers = Followers.load(field, report)) {
                    if (arguments.has("changes")) {
                        new BacklogContest(field, followers, arguments.runs(), report).changes();
                    }
                    if (arguments.has("transactions")) {
                        new BacklogContest(field, followers, arguments.runs(), report).transactions();
                    }
                    if (arguments.has("latency")) {
                        new LatencyContest(field, followers, arguments.runs(), report).run();
                    }
                }
            }
            return "OK in %d s"
                    .formatted(Duration.ofNanos(System.nanoTime() - start).toSeconds());
        }
    }
}
