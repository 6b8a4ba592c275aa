package io.walferry.job.cli;

import io.walferry.job.config.TaskConfig;
import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import io.walferry.job.pipeline.PreparedTask;
import io.walferry.job.pipeline.TaskPreparation;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/** One run of a task: prepare, submit, watch until it fails or somebody asks to stop. */
final class ForegroundTask {

    private static final Duration GLANCE = Duration.ofSeconds(1);
    private static final Duration LAST_CHECKPOINT = Duration.ofSeconds(4);
    private static final Duration CANCELLATION = Duration.ofSeconds(5);

    private final TaskConfig config;
    private final Screen screen;
    private final LogFile log;
    private final StopSignals signals;
    private RunLock lock;

    ForegroundTask(TaskConfig config, Screen screen, LogFile log, StopSignals signals) {
        this.config = config;
        this.screen = screen;
        this.log = log;
        this.signals = signals;
    }

    /** Runs in the thread that the signals interrupt. Returns the exit code. */
    int run() {
        screen.say("task " + config.task() + ": " + config.source().address() + " -> "
                + config.target().address());
        Optional<Throwable> failure;
        // Flink takes as long to start as the preparation, which mostly waits for databases.
        try (StartingFlink flink = StartingFlink.begin(config)) {
            PreparedTask task;
            try {
                task = TaskPreparation.prepare(config, screen::say);
                lock = RunLock.take(config.task(), task.checkpointDirectory());
            } catch (InterruptedException | SQLException | IOException | RuntimeException e) {
                return signals.requested() ? stopped() : failed(e, refused(e) ? Walferry.REFUSED : Walferry.FAILED);
            }
            failure = onFlink(flink.await(), task);
        } catch (Exception e) {
            return signals.requested() ? stopped() : failed(e, Walferry.FAILED);
        }
        return failure.map(reason -> failed(reason, Walferry.FAILED)).orElseGet(this::stopped);
    }

    /** Returns why the task failed; empty if it was stopped. */
    private Optional<Throwable> onFlink(EmbeddedFlink flink, PreparedTask task) throws Exception {
        screen.say("Flink's web interface: " + flink.webAddress());
        log.path().ifPresent(path -> screen.say("log: " + path));
        CheckpointDirectory checkpoints = CheckpointDirectory.of(task);
        Submission submission = submit(flink, task, checkpoints, checkpoints.newest());
        try (ProgressWatch progress = ProgressWatch.start(config, task.source(), task.target(), screen)) {
            while (true) {
                Optional<RunningJob.End> end = submission.job().await(GLANCE);
                Optional<Throwable> failure =
                        end.isPresent() ? end.get().failure() : submission.job().newFailure();
                if (failure.isPresent() && submission.mayBeToBlameFor(failure.get())) {
                    TraceLog.write(
                            "Going on from checkpoint "
                                    + submission.checkpoint().get() + " failed",
                            failure.get());
                    screen.say("the last run's checkpoint cannot be used: going on from the target's records");
                    submission.job().cancel(CANCELLATION);
                    submission = submit(flink, task, checkpoints, Optional.empty());
                } else if (end.isPresent()) {
                    return failure;
                } else if (failure.isPresent() && !startsAgain(failure.get())) {
                    submission.job().cancel(CANCELLATION);
                    return failure;
                } else if (failure.isPresent()) {
                    TraceLog.write("The job starts again", failure.get());
                    screen.complain("starting again after a failure: " + FailureText.of(failure.get()));
                }
                progress.show();
            }
        } catch (InterruptedException e) {
            if (!signals.requested()) {
                throw e;
            }
            submission.job().checkpoint(LAST_CHECKPOINT);
            submission.job().cancel(CANCELLATION);
            return Optional.empty();
        } finally {
            tidy(checkpoints, submission);
        }
    }

    /** A job, and the checkpoint that it went on from. */
    private record Submission(RunningJob job, Optional<String> checkpoint) {

        /** Neither a database nor we give a reason, and nothing has worked yet: the state that it began with may be it. */
        boolean mayBeToBlameFor(Throwable failure) throws InterruptedException {
            return checkpoint.isPresent()
                    && FailureText.find(failure, SQLException.class).isEmpty()
                    && FailureText.find(failure, SyncException.class).isEmpty()
                    && !job.hasCheckpoint();
        }
    }

    private static Submission submit(
            EmbeddedFlink flink, PreparedTask task, CheckpointDirectory checkpoints, Optional<String> checkpoint)
            throws IOException, ExecutionException, InterruptedException {
        RunningJob job = flink.submit(task, checkpoint);
        checkpoints.mark(job.id());
        return new Submission(job, checkpoint);
    }

    private static boolean startsAgain(Throwable failure) {
        return FailureText.find(failure, SyncException.class)
                .map(ours -> ours.kind() == FailureKind.TRANSIENT)
                .orElse(true);
    }

    private static boolean refused(Throwable failure) {
        return FailureText.find(failure, SyncException.class)
                .filter(ours -> ours.kind() != FailureKind.TRANSIENT)
                .isPresent();
    }

    private static void tidy(CheckpointDirectory checkpoints, Submission submission) {
        try {
            checkpoints.removeIfWithoutCheckpoint(submission.job().id().toString());
            if (submission.checkpoint().isPresent()) {
                checkpoints.removeIfWithoutCheckpoint(
                        CheckpointDirectory.jobOf(submission.checkpoint().get()));
            }
        } catch (IOException e) {
            TraceLog.write("Empty checkpoint directories are left", e);
        }
    }

    private int stopped() {
        screen.say("stopped; run it again to go on");
        return Walferry.DONE;
    }

    private int failed(Throwable failure, int exitCode) {
        TraceLog.write("Task " + config.task() + " ended", failure);
        log.path().ifPresent(path -> screen.complain("details: " + path));
        screen.complain(FailureText.of(failure));
        return exitCode;
    }
}
