package io.walferry.job.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Columns and lines of the terminal: of {@code COLUMNS} and {@code LINES}, else asked every few seconds, because a window can be
 * resized.
 */
final class TerminalWidth {

    private static final int ASSUMED = 80;
    private static final int ASSUMED_ROWS = 24;
    private static final long ASK_EVERY_NANOS = Duration.ofSeconds(5).toNanos();

    private int columns = ASSUMED;
    private int rows = ASSUMED_ROWS;
    private long askedAt;
    private boolean asked;

    int columns() {
        return fixed("COLUMNS").orElseGet(() -> {
            askNowAndThen();
            return columns;
        });
    }

    int rows() {
        return fixed("LINES").orElseGet(() -> {
            askNowAndThen();
            return rows;
        });
    }

    private static Optional<Integer> fixed(String variable) {
        return Optional.ofNullable(System.getenv(variable))
                .filter(value -> value.matches("[1-9][0-9]{0,3}"))
                .map(Integer::parseInt);
    }

    private void askNowAndThen() {
        if (!asked || System.nanoTime() - askedAt > ASK_EVERY_NANOS) {
            asked = true;
            askedAt = System.nanoTime();
            ask();
        }
    }

    private void ask() {
        rows = ASSUMED_ROWS;
        columns = ASSUMED;
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(new File("/dev/tty"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!stty.waitFor(1, TimeUnit.SECONDS)) {
                stty.destroyForcibly();
                return;
            }
            String size = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
            if (size.matches("[1-9][0-9]{0,3} [1-9][0-9]{0,3}")) {
                rows = Integer.parseInt(size.split(" ")[0]);
                columns = Integer.parseInt(size.split(" ")[1]);
            }
        } catch (IOException e) {
            TraceLog.note("The terminal's size is not known: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
