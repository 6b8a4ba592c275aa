package io.walferry.job.cli;

import io.walferry.job.config.Parallelism;
import io.walferry.job.config.RetryConfig;
import io.walferry.job.config.TaskConfig;
import io.walferry.job.control.ControlStore;
import io.walferry.job.control.RetryRecords;
import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import io.walferry.job.pipeline.PreparedTask;
import io.walferry.job.pipeline.SizedTask;
import io.walferry.job.pipeline.TaskPreparation;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;

/** One run of a task: prepare, submit, watch until it fails or somebody asks to stop; begins again if its size is to change. */
final class ForegroundTask {

    private static final Duration GLANCE = Duration.ofSeconds(1);
    private static final Duration LAST_CHECKPOINT = Duration.ofSeconds(4);
    private static final Duration SAVEPOINT = Duration.ofSeconds(60);
    private static final Duration PREPARE_AGAIN = Duration.ofSeconds(2);
    private static final Duration CANCELLATION = Duration.ofSeconds(5);

    private final TaskConfig file;
    private final Screen screen;
    private final LogFile log;
    private final StopSignals signals;
    private RunLock lock;
    private final AlertWatch alerts;
    private TaskConfig config;
    private boolean again;
    private Optional<String> gaveUp = Optional.empty();

    ForegroundTask(TaskConfig config, Screen screen, LogFile log, StopSignals signals) {
        this.file = config;
        this.screen = screen;
        this.log = log;
        this.signals = signals;
        this.alerts = AlertWatch.start(config, Optional.empty(), screen::say, TraceLog::note);
    }

    /** Runs in the thread that the signals interrupt. Returns the exit code. */
    int run() {
        try (alerts) {
            int exitCode;
            config = SizedTask.foreseen(file);
            do {
                again = false;
                exitCode = runWatched();
            } while (again && !signals.requested());
            return exitCode;
        }
    }

    private int runWatched() {
        screen.say("task " + config.task() + ": " + config.source().address() + " -> "
                + config.target().address());
        Optional<Throwable> failure;
        // Flink takes as long to start as the preparation, which mostly waits for databases.
        try (StartingFlink flink = StartingFlink.begin(config)) {
            PreparedTask task;
            try {
                task = TaskPreparation.prepare(config, screen::say);
                if (lock == null) {
                    lock = RunLock.take(config.task(), task.checkpointDirectory());
                }
            } catch (InterruptedException | SQLException | IOException | RuntimeException e) {
                return signals.requested() ? stopped() : failed(e, refused(e) ? Walferry.REFUSED : Walferry.FAILED);
            }
            if (isOfAnotherSize(task)) {
                return Walferry.DONE;
            }
            failure = onFlink(flink.await(), task);
            while (failure.flatMap(reason -> FailureText.find(reason, SyncException.class))
                    .filter(ours -> ours.kind() == FailureKind.NEEDS_NEW_JOB)
                    .isPresent()) {
                screen.complain("going on with a new job: " + FailureText.of(failure.get()));
                gaveUp = Optional.empty();
                task = prepareAgain();
                if (isOfAnotherSize(task)) {
                    return Walferry.DONE;
                }
                failure = onFlink(flink.await(), task);
            }
        } catch (Exception e) {
            return signals.requested() ? stopped() : failed(e, Walferry.FAILED);
        }
        return failure.map(reason -> failed(reason, Walferry.FAILED)).orElseGet(this::stopped);
    }

    /** The target did not answer when Flink began, or has been told other numbers since: then all begins again with those. */
    private boolean isOfAnotherSize(PreparedTask task) {
        again = Stream.of(Parallelism.values()).anyMatch(kind -> kind.of(task.config()) != kind.of(config));
        config = task.config();
        return again;
    }

    /** As at the start; what passes by itself is waited for, as while the job runs. */
    private PreparedTask prepareAgain() throws SQLException, InterruptedException {
        RetryWindow retries = new RetryWindow(agreedRetries(), System::nanoTime);
        while (true) {
            try {
                return TaskPreparation.prepare(config, screen::say);
            } catch (SQLException | SyncException e) {
                gaveUp = retries.giveUp(e);
                if (gaveUp.isPresent()) {
                    throw e;
                }
                screen.complain("preparing again after a failure: " + FailureText.of(e));
            }
            Thread.sleep(PREPARE_AGAIN.toMillis());
        }
    }

    /** Returns why the task failed; empty if it was stopped. */
    private Optional<Throwable> onFlink(EmbeddedFlink flink, PreparedTask task) throws Exception {
        screen.say("Flink's web interface: " + flink.webAddress());
        log.path().ifPresent(path -> screen.say("log: " + path));
        CheckpointDirectory checkpoints = CheckpointDirectory.of(task);
        Submission submission =
                submit(flink, task, checkpoints, task.loadsAgain() ? Optional.empty() : checkpoints.newest());
        try (ProgressWatch progress = ProgressWatch.start(config, task.target(), screen);
                StopRequests requests = StopRequests.watch(config)) {
            RetryWindow retries = new RetryWindow(agreedRetries(), System::nanoTime);
            while (true) {
                if (requests.asked()) {
                    again = requests.restart();
                    screen.say(
                            again ? "starting again, as walferry set asks for" : "stopping, as walferry stop asks for");
                    Optional<String> savepoint = requests.savepoint()
                            ? submission.job().savepoint(task.checkpointDirectory(), SAVEPOINT)
                            : Optional.empty();
                    if (savepoint.isEmpty()) {
                        submission.job().checkpoint(LAST_CHECKPOINT);
                        submission.job().cancel(CANCELLATION);
                    }
                    requests.done(savepoint);
                    config = SizedTask.foreseen(file);
                    return Optional.empty();
                }
                Optional<RunningJob.End> ended = submission.job().await(GLANCE);
                Optional<Throwable> failure = ended.isPresent()
                        ? ended.get().failure()
                        : submission.job().newFailure();
                if (failure.isPresent() && submission.mayBeToBlameFor(failure.get())) {
                    TraceLog.write(
                            "Going on from checkpoint "
                                    + submission.checkpoint().get() + " failed",
                            failure.get());
                    screen.say("the last run's checkpoint cannot be used: going on from the target's records");
                    submission.job().cancel(CANCELLATION);
                    submission = submit(flink, task, checkpoints, Optional.empty());
                } else if (ended.isPresent()) {
                    return failure;
                } else if (failure.isPresent()) {
                    Optional<String> end = retries.giveUp(failure.get());
                    if (end.isPresent()) {
                        submission.job().cancel(CANCELLATION);
                        gaveUp = end;
                        return failure;
                    }
                    TraceLog.write("The job starts again", failure.get());
                    screen.complain("starting again after a failure: " + FailureText.of(failure.get()));
                }
                if (submission.job().newCheckpoint()) {
                    retries.works();
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

    /** What this task and those that share a database with it agree on; its own if the target does not answer. */
    private RetryConfig agreedRetries() {
        try (TaskSides sides = new TaskSides(config)) {
            return new RetryRecords(sides.store(), config.task())
                    .agree(
                            config.retry(),
                            config.source().address(),
                            config.target().address());
        } catch (SQLException e) {
            TraceLog.write("How long other tasks retry is not known", e);
            return config.retry();
        }
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
        if (!again || signals.requested()) {
            screen.say("stopped; run it again to go on");
        }
        return Walferry.DONE;
    }

    private int failed(Throwable failure, int exitCode) {
        again = false;
        TraceLog.write("Task " + config.task() + " ended", failure);
        log.path().ifPresent(path -> screen.complain("details: " + path));
        String words = gaveUp.orElseGet(() -> FailureText.of(failure));
        screen.complain(words);
        if (exitCode != Walferry.REFUSED) {
            recordFailure(words);
            alerts.lastLook(words);
        }
        return exitCode;
    }

    /** For walferry status; best effort, as the target may be what has failed. */
    private void recordFailure(String words) {
        try (TaskSides sides = new TaskSides(config)) {
            ControlStore store = sides.store();
            if (store.readable()) {
                store.recordFailure(words);
            }
        } catch (SQLException e) {
            TraceLog.write("The failure is not recorded", e);
        }
    }
}
