package io.walferry.job.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.walferry.job.config.TaskConfig;
import io.walferry.job.control.TaskStatus;
import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import io.walferry.job.pipeline.PreparedTask;
import io.walferry.job.pipeline.TaskPreparation;
import java.io.IOException;
import java.net.URI;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code walferry submit}. */
@Command(
        name = "submit",
        description = {
            "Puts a task on a Flink cluster, prints the job's id and ends; the job runs on.",
            "The task file is read and the task is prepared here. The job goes on exactly where the last one ended, however that was."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            " 0:the cluster has the job",
            " 1:the cluster did not take it",
            " 2:the cluster or a database does not answer, or the task file is wrong",
            " 3:the start was refused: something has to be done first, such as stopping a job of the task that runs"
        })
final class SubmitCommand implements Callable<Integer> {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Mixin
    private TaskArguments arguments;

    @Option(
            names = "--rest",
            paramLabel = "<url>",
            defaultValue = "http://127.0.0.1:8081",
            description = "Of the cluster's JobManager (default: ${DEFAULT-VALUE}).")
    private URI rest;

    @Option(
            names = "--savepoint",
            paramLabel = "<uri>",
            description = "A savepoint or checkpoint to go on from; without it, the target's records say where.")
    private String savepoint;

    @Override
    public Integer call() {
        return arguments.with(config -> {
            try {
                return submit(config);
            } catch (IOException e) {
                System.err.println(rest + " does not answer (" + FailureText.of(e)
                        + "): start the cluster, or name its JobManager with --rest");
                return CheckOutput.ERRORS;
            } catch (SyncException e) {
                System.err.println(FailureText.of(e));
                return e.kind() == FailureKind.TRANSIENT ? CheckOutput.ERRORS : Walferry.REFUSED;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Walferry.INTERRUPTED;
            }
        });
    }

    private int submit(TaskConfig config) throws IOException, SQLException, InterruptedException {
        FlinkCluster cluster = new FlinkCluster(rest);
        FlinkCluster.Overview overview = cluster.overview();
        Optional<String> running = runningJob(config, cluster);
        if (running.isPresent()) {
            System.err.println(
                    "task " + config.task() + ": " + running.get() + " runs it already: stop that one first");
            return Walferry.REFUSED;
        }
        warnOfLocalCheckpoints(config, cluster);
        PreparedTask task = TaskPreparation.prepare(config, arguments.json() ? line -> {} : System.out::println);
        if (task.loadsAgain() && savepoint != null) {
            System.err.println("task " + config.task()
                    + ": tables of it are loaded anew, of which the savepoint does not know: submit it without --savepoint;"
                    + " the target's records say where to go on");
            return Walferry.REFUSED;
        }
        String job;
        try {
            job = cluster.submit(task, Optional.ofNullable(savepoint));
        } catch (FlinkCluster.NotTaken e) {
            System.err.println(rest + " did not take the job: " + FailureText.of(e.getCause()));
            return Walferry.FAILED;
        }
        tell(task.config(), job, overview);
        return Walferry.DONE;
    }

    /** A directory that is another one on each machine is found out only when a machine is lost. */
    private void warnOfLocalCheckpoints(TaskConfig config, FlinkCluster cluster)
            throws IOException, InterruptedException {
        String directory = config.checkpoint().directory();
        if (directory.startsWith("file:") && cluster.spreads()) {
            System.err.println("warning: checkpoint.directory is " + directory
                    + ", and the cluster has several machines: unless that"
                    + " is shared storage at the same place on each of them, the job starts again from the target's records, not from"
                    + " its checkpoint, when it moves");
        }
    }

    private void tell(TaskConfig config, String job, FlinkCluster.Overview overview) throws IOException {
        int needed = FlinkSettings.slots(config);
        if (arguments.json()) {
            System.out.println(JSON.writerWithDefaultPrettyPrinter()
                    .writeValueAsString(JSON.createObjectNode()
                            .put("task", config.task())
                            .put("job", job)
                            .put("rest", rest.toString())
                            .put("slots-needed", needed)
                            .put("slots-free", overview.slotsFree())));
            return;
        }
        if (overview.slotsFree() < needed) {
            System.out.println("the job waits for slots: it needs " + needed + " and " + overview.slotsFree()
                    + " are free; add TaskManagers, or give load.parallelism and apply.writers less");
        }
        System.out.println("job " + job);
    }

    /** Who runs the task, in words. */
    private Optional<String> runningJob(TaskConfig config, FlinkCluster cluster)
            throws IOException, SQLException, InterruptedException {
        Optional<String> here = cluster.rest().runningJob("walferry " + config.task());
        if (here.isPresent()) {
            return Optional.of("job " + here.get() + " of this cluster");
        }
        try (TaskSides sides = new TaskSides(config)) {
            return sides.status()
                    .map(TaskStatus::job)
                    .filter(TaskStatus.Job::running)
                    .map(job -> "a job on " + job.host().orElse("an unknown host") + ", which gave a sign "
                            + job.silentMs().orElse(0) / 1_000 + " s ago,");
        } catch (SQLException e) {
            // The preparation says what the target has; a login that fails is told there with its remedy.
            return Optional.empty();
        }
    }
}
