package io.walferry.job.cli;

import io.walferry.job.config.TaskConfig;
import io.walferry.job.control.TaskStatus;
import java.io.IOException;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code walferry stop}. */
@Command(
        name = "stop",
        description = {
            "Stops a task's job, wherever it runs; the next start goes on from there.",
            "A walferry run is asked through the task's records at the target; a job on a Flink cluster through the cluster's REST"
                    + " interface, which --rest names."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            " 0:no job runs any more",
            " 1:the job goes on",
            " 2:the target or the cluster does not answer, or the task file is wrong",
            " 3:the target has no such task"
        })
final class StopCommand implements Callable<Integer> {

    /** The run notes where its savepoint is after its job has ended. */
    private static final Duration NOTED = Duration.ofSeconds(5);

    @Mixin
    private TaskArguments arguments;

    @Option(names = "--savepoint", description = "Take a savepoint before, and print where it is.")
    private boolean savepoint;

    @Option(
            names = "--savepoint-directory",
            paramLabel = "<uri>",
            description =
                    "With --rest: where to, instead of the cluster's own directory. A walferry run puts it beside its"
                            + " checkpoints.")
    private String directory;

    @Option(
            names = "--rest",
            paramLabel = "<url>",
            description = "Of the cluster's JobManager, such as http://host:8081.")
    private URI rest;

    @Option(
            names = "--within",
            paramLabel = "<seconds>",
            defaultValue = "60",
            description = "How long to wait for the end (default: ${DEFAULT-VALUE}).")
    private long withinSeconds;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (directory != null && (!savepoint || rest == null)) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--savepoint-directory belongs to --savepoint with --rest");
        }
        return arguments.with(config -> {
            try {
                return rest == null ? byRecords(config) : byRest(config);
            } catch (IOException e) {
                System.err.println(rest + ": " + FailureText.of(e));
                return CheckOutput.ERRORS;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Walferry.INTERRUPTED;
            }
        });
    }

    private int byRecords(TaskConfig config) throws SQLException {
        try (TaskSides sides = new TaskSides(config)) {
            Optional<TaskStatus> status = sides.status();
            if (status.isEmpty()) {
                System.err.println(StatusCommand.unknown(config));
                return StatusCommand.NO_TASK;
            }
            if (!status.get().job().running()) {
                System.out.println("no job of task " + config.task() + " runs");
                return Walferry.DONE;
            }
            sides.steering().askToStop(savepoint);
            Optional<TaskStatus> end = sides.awaitStatus(
                    Duration.ofSeconds(withinSeconds), now -> !now.job().running());
            if (end.isEmpty()) {
                sides.steering().forgetStop();
                System.err.println(
                        "task " + config.task() + " runs on, on "
                                + status.get().job().host().orElse("an unknown host")
                                + ": if it runs on a Flink cluster, name the JobManager with --rest; if it hangs, end the process");
                return Walferry.FAILED;
            }
            sides.awaitNoted(NOTED)
                    .savepoint()
                    .ifPresentOrElse(path -> System.out.println("savepoint " + path), this::tellNoSavepoint);
            System.out.println("task " + config.task() + " is stopped");
            return Walferry.DONE;
        }
    }

    private void tellNoSavepoint() {
        if (savepoint) {
            System.err.println(
                    "warning: no savepoint could be taken; the task goes on from the target's records as exactly");
        }
    }

    private int byRest(TaskConfig config) throws IOException, InterruptedException {
        FlinkRest flink = new FlinkRest(rest);
        Optional<String> job = flink.runningJob("walferry " + config.task());
        if (job.isEmpty()) {
            System.out.println("no job of task " + config.task() + " runs on " + rest);
            return Walferry.DONE;
        }
        Duration within = Duration.ofSeconds(withinSeconds);
        if (savepoint) {
            System.out.println(
                    "savepoint " + flink.stopWithSavepoint(job.get(), Optional.ofNullable(directory), within));
        } else {
            flink.cancel(job.get());
        }
        if (!flink.awaitEnd(job.get(), within)) {
            System.err.println("job " + job.get() + " has not ended within " + withinSeconds + " s");
            return Walferry.FAILED;
        }
        System.out.println("task " + config.task() + " is stopped");
        return Walferry.DONE;
    }
}
