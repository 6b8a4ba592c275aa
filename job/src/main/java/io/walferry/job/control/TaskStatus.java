package io.walferry.job.control;

import io.walferry.job.config.ThrottleConfig;
import io.walferry.job.model.TableId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How far a task is, for people and programs.
 *
 * @param phase one word, see {@link #DOWN} and the others
 * @param activity what it does in this moment, in words; may be empty
 * @param limits that were set by walferry set, per second; 0: lifted
 * @param waitingObjects objects of the structure that are still to be made
 * @param failedObjects objects that the target has refused
 * @param deadLetters rows that statements of filters or ETL have failed on
 * @param failedChange of structure that the target has refused, and nobody has decided about with success
 * @param verification the newest that has come to its end
 */
public record TaskStatus(
        String phase,
        String activity,
        Job job,
        Load load,
        Changes changes,
        Positions positions,
        Slot slot,
        Optional<LastStep> lastStep,
        Map<ThrottleConfig.Limit, Long> limits,
        long waitingObjects,
        long failedObjects,
        long deadLetters,
        Optional<FailedChange> failedChange,
        Optional<Verification> verification,
        List<Table> tables) {

    /** No job runs; the last one was stopped, or nobody knows what has become of it. */
    public static final String DOWN = "down";

    /** No job runs, and the last one has said why. */
    public static final String FAILED = "failed";

    /** No job runs yet; it is looked whether one may, and where it has to go on. */
    public static final String PRECHECK = "precheck";

    /** No job runs yet; structure, publication, slot and the plan of the load are being made. */
    public static final String SCHEMA = "schema";

    /** Changes are followed and the target is more than {@link #LIVE_LAG_MS} behind. */
    public static final String CATCH_UP = "catch-up";

    public static final String LIVE = "live";

    /** The writes of applications are being moved: they wait until the target has all. */
    public static final String CUT_OVER = "cut-over";

    /** It was cut over. */
    public static final String ENDED = "ended";

    /** It reads nothing, as asked. */
    public static final String PAUSED = "paused";

    /** It has been asked to pause and still reads a chunk. */
    public static final String PAUSING = "pausing";

    /** More than this is catching up. */
    public static final long LIVE_LAG_MS = 10_000;

    /** Whether a start is going on, and its job does not run yet. */
    public boolean starting() {
        return phase.equals(PRECHECK) || phase.equals(SCHEMA) && !job.running();
    }

    public TaskStatus {
        limits = Map.copyOf(limits);
        tables = List.copyOf(tables);
    }

    /**
     * @param running a job has given a sign within the last seconds
     * @param silentMs since the last sign
     * @param runningMs since its start
     * @param failure why the last one ended
     */
    public record Job(
            boolean running,
            Optional<String> host,
            OptionalLong writers,
            OptionalLong silentMs,
            OptionalLong runningMs,
            Optional<String> failure,
            Optional<String> failedAt) {}

    /** Of all tables; rates of the last half minute, and how long it may take still. */
    public record Load(
            long tablesLoaded,
            long chunks,
            long chunksLoaded,
            long rows,
            long bytes,
            double share,
            OptionalLong rowsPerSecond,
            OptionalLong bytesPerSecond,
            OptionalLong secondsLeft) {}

    /**
     * @param lagMs from commit at the source to commit at the target; empty while no job runs, or the source does not answer
     * @param bytesBehind WAL that the source has written and the target has not seen; also while no job runs
     * @param quietMs since the last change arrived
     */
    public record Changes(
            long applied,
            OptionalLong lagMs,
            OptionalLong bytesBehind,
            OptionalLong changesPerSecond,
            OptionalLong walBytesPerSecond,
            OptionalLong quietMs) {}

    /** Positions in the source's WAL: its end, what the target has, what the slot is acknowledged for. */
    public record Positions(OptionalLong source, OptionalLong applied, OptionalLong acknowledged) {}

    /** @param state active, inactive, lost, missing, or unknown while the source does not answer */
    public record Slot(String name, String state, OptionalLong retainedWalBytes, OptionalLong safeWalBytes) {}

    /** What was last done at the target between changes. */
    public record LastStep(String kind, long lsn, long agoMs) {}

    /** @param tag the kind of statement, such as ALTER TABLE */
    public record FailedChange(String position, String tag) {}

    /** @param differences rows and objects that differ and have not been repaired */
    public record Verification(long run, long differences, long agoMs) {}

    /** The state of a table of which nothing is loaded yet. */
    public static final String WAITING = "waiting";

    /** @param state waiting, loading, loaded, indexing or following */
    public record Table(
            TableId id,
            String state,
            long chunks,
            long chunksLoaded,
            long rows,
            long estimatedRows,
            long bytes,
            OptionalLong rowsPerSecond,
            OptionalLong bytesPerSecond,
            OptionalLong secondsLeft) {

        /** Whether all its rows of the first load are at the target; before its chunks are planned it has none either. */
        public boolean isLoaded() {
            return chunksLoaded == chunks && !state.equals(WAITING);
        }

        /** Of its chunks, 0 to 1. */
        public double share() {
            return isLoaded() ? 1 : (double) chunksLoaded / Math.max(1, chunks);
        }
    }
}
