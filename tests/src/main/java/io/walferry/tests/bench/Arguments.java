package io.walferry.tests.bench;

import java.nio.file.Path;
import java.util.List;

/**
 * The command's arguments.
 *
 * @param contest one of load, changes, transactions, latency, etl, verify, classes, all
 * @param rows of the table orders; the other tables follow
 * @param runs of each contender in each contest; the median counts
 */
record Arguments(Path home, String contest, long rows, int runs) {

    private static final List<String> CONTESTS =
            List.of("load", "changes", "transactions", "latency", "etl", "verify", "classes", "all");
    private static final long DEFAULT_ROWS = 2_000_000;
    private static final long LEAST_ROWS = 10_000;
    private static final int DEFAULT_RUNS = 3;

    /** @throws IllegalArgumentException whose message tells what is wrong */
    static Arguments parse(String[] arguments) {
        List<String> given = List.of(arguments);
        String contest = "all";
        long rows = DEFAULT_ROWS;
        int runs = DEFAULT_RUNS;
        for (int i = 1; i < given.size(); i++) {
            String argument = given.get(i);
            if (argument.equals("--rows")) {
                rows = number(given, ++i, argument, LEAST_ROWS, 1_000_000_000);
            } else if (argument.equals("--runs")) {
                runs = (int) number(given, ++i, argument, 1, 100);
            } else if (CONTESTS.contains(argument)) {
                contest = argument;
            } else {
                throw new IllegalArgumentException(argument + " is unknown: usage is bench ["
                        + String.join("|", CONTESTS) + "] [--rows N] [--runs N]");
            }
        }
        return new Arguments(Path.of(given.get(0)), contest, rows, runs);
    }

    private static long number(List<String> given, int index, String option, long least, long most) {
        try {
            long number = Long.parseLong(given.get(index).replace("_", "").replace(",", ""));
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            // Told below.
        }
        throw new IllegalArgumentException("%s needs a number from %,d to %,d".formatted(option, least, most));
    }

    /** All of them are those against others. */
    boolean has(String name) {
        return contest.equals(name) || contest.equals("all") && !name.equals("classes");
    }
}
