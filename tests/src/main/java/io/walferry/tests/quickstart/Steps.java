package io.walferry.tests.quickstart;

import java.time.Duration;

/** Tells the reader what has been done and how long it took. */
final class Steps {

    private long since = System.nanoTime();

    void started(String what) {
        System.out.println("quickstart: " + what);
        since = System.nanoTime();
    }

    void done(String what) {
        long now = System.nanoTime();
        System.out.printf(
                "quickstart: %s (%.1f s)%n", what, Duration.ofNanos(now - since).toMillis() / 1000.0);
        since = now;
    }
}
