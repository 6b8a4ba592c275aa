package io.walferry.tests.quickstart;

import io.walferry.tests.command.CleanRun;
import io.walferry.tests.support.Comparison;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;

/** What {@code deploy/quickstart} runs. Its last line begins with {@code quickstart: OK} or {@code quickstart: FAILED}. */
public final class Quickstart {

    private static final int DIFFERENCES_TOLD = 5;

    private Quickstart() {}

    /** @param arguments the project's directory */
    public static void main(String[] arguments) {
        Path home = Path.of(arguments[0]);
        System.exit(CleanRun.of("quickstart", directory -> run(home, directory)));
    }

    private static String run(Path home, Path directory) throws SQLException, IOException, InterruptedException {
        try (ShopTask task = new ShopTask(home, directory)) {
            ShopTask.Result result = task.run();
            Comparison comparison = result.comparison();
            List<String> differences = comparison.differences();
            String outcome = "tables=%d rows=%d changes=%d differences=%d"
                    .formatted(comparison.tables(), comparison.rows(), result.changes(), differences.size());
            if (!differences.isEmpty()) {
                throw new IOException(outcome + ": "
                        + differences.stream().limit(DIFFERENCES_TOLD).collect(Collectors.joining("; ")));
            }
            return "OK " + outcome;
        }
    }
}
