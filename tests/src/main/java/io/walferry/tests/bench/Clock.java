package io.walferry.tests.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;

/** Seconds since something began, and waiting until something holds. */
final class Clock {

    @FunctionalInterface
    interface Condition {
        boolean holds() throws SQLException, IOException, InterruptedException;
    }

    private static final double NANOS_PER_SECOND = 1e9;

    private final long start = System.nanoTime();

    double seconds() {
        return (System.nanoTime() - start) / NANOS_PER_SECOND;
    }

    /**
     * Asks again and again, some 100 times a second.
     *
     * @return seconds from the clock's start until the condition held
     */
    double await(String what, int limitSeconds, Condition condition)
            throws SQLException, IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(limitSeconds);
        while (!condition.holds()) {
            if (System.nanoTime() > deadline) {
                throw new IOException(what + " did not come within " + limitSeconds + " s");
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
        return seconds();
    }
}
