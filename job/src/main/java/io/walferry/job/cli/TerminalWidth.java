package io.walferry.job.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Columns of the terminal: of {@code COLUMNS}, else asked every few seconds, because a window can be resized. */
final class TerminalWidth {

    private static final int ASSUMED = 80;
    private static final long ASK_EVERY_NANOS = Duration.ofSeconds(5).toNanos();

    private int columns = ASSUMED;
    private long askedAt;
    private boolean asked;

    int columns() {
        String fixed = System.getenv("COLUMNS");
        if (fixed != null && fixed.matches("[1-9][0-9]{0,3}")) {
            return Integer.parseInt(fixed);
        }
        if (!asked || System.nanoTime() - askedAt > ASK_EVERY_NANOS) {
            asked = true;
            askedAt = System.nanoTime();
            columns = ask();
        }
        return columns;
    }

    private static int ask() {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(new File("/dev/tty"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!stty.waitFor(1, TimeUnit.SECONDS)) {
                stty.destroyForcibly();
                return ASSUMED;
            }
            String size = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
            return size.matches("[0-9]+ [1-9][0-9]{0,3}") ? Integer.parseInt(size.split(" ")[1]) : ASSUMED;
        } catch (IOException e) {
            return ASSUMED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ASSUMED;
        }
    }
}
