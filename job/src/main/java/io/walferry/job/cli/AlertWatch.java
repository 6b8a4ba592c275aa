package io.walferry.job.cli;

import io.walferry.job.alert.AlertDesk;
import io.walferry.job.alert.TaskFacts;
import io.walferry.job.config.TaskConfig;
import io.walferry.job.control.TaskStatus;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Looks at a task every few seconds, in a thread of its own, and has told what is wrong with it. */
final class AlertWatch implements AutoCloseable {

    private static final long LOOK_SECONDS = 3;
    private static final long LAST_LOOK_SECONDS = 30;

    private final TaskConfig config;
    private final TaskSides sides;
    private final AlertDesk desk;
    private final Optional<FlinkRest> cluster;
    private final Consumer<String> trouble;
    private final ScheduledExecutorService thread;
    private String lastTrouble = "";

    private AlertWatch(TaskConfig config, Optional<FlinkRest> cluster, Consumer<String> log, Consumer<String> trouble) {
        this.config = config;
        this.cluster = cluster;
        this.trouble = trouble;
        this.sides = new TaskSides(config);
        this.desk = new AlertDesk(
                config.task(), config.source().address(), config.target().address(), config.alerts(), log);
        this.thread = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread daemon = new Thread(work, "walferry-alerts " + config.task());
            daemon.setDaemon(true);
            return daemon;
        });
    }

    /**
     * @param cluster that runs the job, which may know why it does no more
     * @param log gets a line for each alert
     * @param trouble gets what keeps it from looking
     */
    static AlertWatch start(
            TaskConfig config, Optional<FlinkRest> cluster, Consumer<String> log, Consumer<String> trouble) {
        AlertWatch watch = new AlertWatch(config, cluster, log, trouble);
        if (!config.alerts().isEmpty()) {
            watch.thread.scheduleWithFixedDelay(watch::look, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
        }
        return watch;
    }

    private void look() {
        try {
            lookAtRecords();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // Without this, the thread would look no more.
            tell(FailureText.of(e));
        }
    }

    private void lookAtRecords() throws InterruptedException {
        try {
            Optional<TaskStatus> status = sides.status();
            desk.targetIsUp();
            if (status.isPresent()) {
                desk.look(sides.target(), facts(status.get()));
            }
            tell(status.isPresent() ? "" : StatusCommand.unknown(config));
        } catch (SQLException e) {
            tell("target " + config.target().address() + " does not answer: " + FailureText.of(e));
            desk.targetIsDown(FailureText.of(e), sides::becomeTeller);
        }
    }

    private void tell(String words) {
        if (!words.equals(lastTrouble)) {
            lastTrouble = words;
            trouble.accept(words.isEmpty() ? "task " + config.task() + " can be looked at again" : words);
        }
    }

    private TaskFacts facts(TaskStatus status) throws InterruptedException {
        TaskStatus.Job job = status.job();
        Optional<String> failure = job.running() || job.failure().isPresent() ? job.failure() : failureOnCluster();
        return new TaskFacts(
                new TaskFacts.Job(
                        job.running(),
                        status.phase().equals(TaskStatus.ENDED),
                        job.silentMs(),
                        job.runningMs(),
                        failure),
                !status.slot().state().equals("unknown"),
                status.changes().lagMs(),
                new TaskFacts.Slot(
                        status.slot().name(),
                        // A start makes the slot, or refuses: nothing is wrong with a task that has none yet.
                        status.starting() ? "unknown" : status.slot().state(),
                        status.slot().retainedWalBytes(),
                        status.slot().safeWalBytes()),
                status.failedChange().map(change -> new TaskFacts.FailedChange(change.position(), change.tag())),
                status.deadLetters(),
                status.verification().map(newest -> new TaskFacts.Verification(newest.run(), newest.differences())));
    }

    private Optional<String> failureOnCluster() throws InterruptedException {
        if (cluster.isEmpty()) {
            return Optional.empty();
        }
        try {
            return cluster.get()
                    .failedJob("walferry " + config.task())
                    .map(job -> "job " + job.id() + " has failed on the cluster (" + job.cause()
                            + "): its web interface has the details");
        } catch (IOException e) {
            // The job's silence tells what matters.
            tell("the cluster does not answer: " + FailureText.of(e));
            return Optional.empty();
        }
    }

    /** The run has failed, and ends after this: tells it, if nobody else has. */
    void lastLook(String failure) {
        if (config.alerts().isEmpty()) {
            return;
        }
        try {
            thread.submit(() -> {
                        try {
                            sides.status();
                        } catch (SQLException e) {
                            desk.failedUnseen(failure);
                            return null;
                        }
                        lookAtRecords();
                        return null;
                    })
                    .get(LAST_LOOK_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            TraceLog.write("The failure is not told", e);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
        sides.close();
    }
}
