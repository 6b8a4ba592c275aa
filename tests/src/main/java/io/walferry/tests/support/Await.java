package io.walferry.tests.support;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Waits on a condition, never on time alone. */
public final class Await {

    private static final long PAUSE_MS = 50;

    private Await() {}

    /** Something that becomes true. */
    @FunctionalInterface
    public interface Condition {
        boolean holds() throws Exception;
    }

    /**
     * Returns when the condition holds.
     *
     * @param what the condition in words, for the failure
     * @throws AssertionError if it does not hold within the limit
     */
    public static void until(String what, Duration limit, Condition condition) throws Exception {
        until(what, limit, () -> "", condition);
    }

    /** As {@link #until(String, Duration, Condition)}; {@code state} tells in the failure how far it came. */
    public static void until(String what, Duration limit, Supplier<String> state, Condition condition)
            throws Exception {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Not within " + limit.toSeconds() + " s: " + what + ". " + state.get());
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
        }
    }
}
