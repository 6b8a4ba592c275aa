package io.walferry.job.cli;

import io.walferry.job.config.RetryConfig;
import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import io.walferry.job.model.Amounts;
import java.net.SocketException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Decides after each failure whether the job may start again. What a person has to mend is told at once; a database that cannot be
 * reached, and everything else, has its own time from the first such failure on, until the job has worked in between.
 */
final class RetryWindow {

    private final RetryConfig config;
    private final LongSupplier nanoTime;
    private final Streak connection = new Streak("retry.connection");
    private final Streak other = new Streak("retry.other");

    /** Failures of one kind without success in between. */
    private static final class Streak {
        private final String key;
        private long sinceNanos;
        private String first;

        Streak(String key) {
            this.key = key;
        }
    }

    /** @param nanoTime as {@link System#nanoTime()} */
    RetryWindow(RetryConfig config, LongSupplier nanoTime) {
        this.config = config;
        this.nanoTime = nanoTime;
    }

    /** The job works: what failed before counts no more. */
    void works() {
        connection.first = null;
        other.first = null;
    }

    /** Returns why the job shall not start again after the failure; empty if it shall. */
    Optional<String> giveUp(Throwable failure) {
        String words = FailureText.of(failure);
        if (needsAPerson(failure)) {
            return Optional.of(words);
        }
        boolean unreachable = isUnreachable(failure);
        Streak streak = unreachable ? connection : other;
        Duration window = unreachable ? config.connection() : config.other();
        long now = nanoTime.getAsLong();
        if (streak.first == null) {
            streak.first = words;
            streak.sinceNanos = now;
            return Optional.empty();
        }
        if (now - streak.sinceNanos < window.toNanos()) {
            return Optional.empty();
        }
        return Optional.of("given up after " + Amounts.duration((now - streak.sinceNanos) / 1_000_000)
                + " of failures ("
                + streak.key + " is " + Amounts.duration(window.toMillis()) + ")\n  the first: " + streak.first
                + "\n  the last: " + words);
    }

    private static boolean needsAPerson(Throwable failure) {
        Optional<SyncException> ours = FailureText.find(failure, SyncException.class);
        if (ours.isPresent() && ours.get().kind() != FailureKind.TRANSIENT) {
            return true;
        }
        return FailureText.find(failure, SQLException.class)
                .map(SQLException::getSQLState)
                .filter(FailureKind::isFinal)
                .isPresent();
    }

    private static boolean isUnreachable(Throwable failure) {
        Optional<String> state = FailureText.find(failure, SQLException.class).map(SQLException::getSQLState);
        return state.isPresent()
                ? state.get().startsWith("08") || state.get().startsWith("57P")
                : FailureText.find(failure, SocketException.class).isPresent();
    }
}
