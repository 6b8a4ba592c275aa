package io.walferry.job.cli;

import io.walferry.job.control.TaskStatus;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How far a task was at one moment.
 *
 * @param atNanos by {@link System#nanoTime()}
 * @param phase as {@code walferry.task.phase} has it
 * @param activity what it is doing, in words; may be empty
 * @param load of the full load
 * @param changes of the changelog
 */
record Progress(long atNanos, String phase, String activity, Load load, Changes changes) {

    /** As walferry status calls it. */
    String phaseWord() {
        if (!phase.equals("changes")) {
            return phase;
        }
        return changes.lagMs().orElse(0) > TaskStatus.LIVE_LAG_MS ? TaskStatus.CATCH_UP : TaskStatus.LIVE;
    }

    /**
     * @param tables with a plan
     * @param tablesLoaded all of whose chunks are at the target
     * @param rows at the target
     * @param bytes at the target, as they were sent
     * @param share of all rows, as estimated: 0 to 1
     */
    record Load(int tables, int tablesLoaded, long rows, long bytes, double share) {}

    /**
     * @param applied ever, by this task
     * @param lagMs from commit at the source to commit at the target, as of the job's last word
     * @param quietMs since the last batch
     * @param bytesBehind WAL that the source has written and the target has not seen, about
     */
    record Changes(long applied, OptionalLong lagMs, OptionalLong quietMs, OptionalLong bytesBehind) {}

    /** Speeds; empty as long as there is nothing to compare with. */
    record Rates(
            OptionalLong rowsPerSecond,
            OptionalLong bytesPerSecond,
            OptionalLong secondsLeft,
            OptionalLong changesPerSecond) {

        static final Rates UNKNOWN =
                new Rates(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());
    }

    /**
     * What there is to show.
     *
     * @param progress the last that was read; empty: none yet
     * @param trouble why there is nothing newer
     */
    record Report(Optional<Progress> progress, Rates rates, Optional<String> trouble) {}
}
