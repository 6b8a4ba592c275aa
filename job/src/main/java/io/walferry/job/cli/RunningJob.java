package io.walferry.job.cli;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.core.execution.CheckpointType;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.checkpoint.CheckpointStatsSnapshot;
import org.apache.flink.runtime.executiongraph.AccessExecutionGraph;
import org.apache.flink.runtime.executiongraph.ErrorInfo;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.apache.flink.runtime.minicluster.MiniCluster;

/** The job on the embedded Flink. */
final class RunningJob {

    private static final Duration ANSWER = Duration.ofSeconds(5);

    /** How it ended; no failure if it was cancelled. */
    record End(Optional<Throwable> failure) {}

    private final MiniCluster cluster;
    private final JobID id;
    private final CompletableFuture<JobResult> result;
    private long failureSeenAt;
    private long checkpointsSeen;

    RunningJob(MiniCluster cluster, JobID id) {
        this.cluster = cluster;
        this.id = id;
        this.result = cluster.requestJobResult(id);
    }

    JobID id() {
        return id;
    }

    /** Waits for the end; empty if the job runs on after the time. */
    Optional<End> await(Duration time) throws InterruptedException {
        try {
            JobResult ended = result.get(time.toMillis(), TimeUnit.MILLISECONDS);
            return Optional.of(new End(ended.getSerializedThrowable().map(failure -> failure)));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            return Optional.of(new End(Optional.of(e.getCause())));
        }
    }

    /** The last failure, after which the job starts again, if it has not been returned before. */
    Optional<Throwable> newFailure() throws InterruptedException {
        ErrorInfo failure = graph().map(AccessExecutionGraph::getFailureInfo).orElse(null);
        if (failure == null || failure.getTimestamp() == failureSeenAt) {
            return Optional.empty();
        }
        failureSeenAt = failure.getTimestamp();
        return Optional.of(failure.getException());
    }

    boolean hasCheckpoint() throws InterruptedException {
        return checkpoints() > 0;
    }

    /** Whether a checkpoint has completed since this was last asked. */
    boolean newCheckpoint() throws InterruptedException {
        long checkpoints = checkpoints();
        boolean more = checkpoints > checkpointsSeen;
        checkpointsSeen = Math.max(checkpoints, checkpointsSeen);
        return more;
    }

    private long checkpoints() throws InterruptedException {
        return graph().map(AccessExecutionGraph::getCheckpointStatsSnapshot)
                .map(CheckpointStatsSnapshot::getCounts)
                .map(counts -> counts.getNumberOfCompletedCheckpoints())
                .orElse(0L);
    }

    /** Takes a checkpoint if that is possible within the time; without it, the next run repeats a little more. */
    void checkpoint(Duration time) throws InterruptedException {
        try {
            cluster.triggerCheckpoint(id, CheckpointType.CONFIGURED).get(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            TraceLog.write("No last checkpoint", e);
        }
    }

    /** Stops the job with a savepoint; empty, and the job goes on, if that is not possible within the time. */
    Optional<String> savepoint(String directory, Duration time) throws InterruptedException {
        try {
            String path = cluster.stopWithSavepoint(id, directory, false, SavepointFormatType.CANONICAL)
                    .get(time.toMillis(), TimeUnit.MILLISECONDS);
            await(time);
            return Optional.of(path);
        } catch (ExecutionException | TimeoutException e) {
            TraceLog.write("No savepoint", e);
            return Optional.empty();
        }
    }

    /** Cancels the job and waits for its end. */
    void cancel(Duration time) throws InterruptedException {
        cluster.cancelJob(id);
        await(time);
    }

    private Optional<AccessExecutionGraph> graph() throws InterruptedException {
        try {
            return Optional.of(cluster.getExecutionGraph(id).get(ANSWER.toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException | TimeoutException e) {
            // It is starting or ending; the next second tells.
            return Optional.empty();
        }
    }
}
