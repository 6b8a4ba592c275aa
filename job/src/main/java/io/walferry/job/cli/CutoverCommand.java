package io.walferry.job.cli;

import io.walferry.job.config.TaskConfig;
import io.walferry.job.control.TaskStatus;
import io.walferry.job.failure.SyncException;
import io.walferry.job.pipeline.CutoverOptions;
import io.walferry.job.pipeline.TaskCutover;
import io.walferry.job.pipeline.TaskRelease;
import java.io.IOException;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code walferry cutover}. */
@Command(
        name = "cutover",
        description = {
            "Moves the writes from source to target: waits until the target has all that was written at the source, fences it against the"
                    + " task, sets the sequences, and says when the target may be written to; then validates constraints, stops the"
                    + " job, and drops slot and publication.",
            "What fails before the fence is taken back. After it, run it again: it goes on."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            " 0:done",
            " 1:the target may be written to, but something is left to do, as printed: run it again",
            " 2:the task file is wrong, or a database does not answer",
            " 3:it cannot be done now; the source is as it was"
        })
final class CutoverCommand implements Callable<Integer> {

    private static final Duration END = Duration.ofSeconds(60);

    @Mixin
    private TaskArguments arguments;

    @Option(names = "--dry-run", description = "Tell what would be done, and do nothing.")
    private boolean dryRun;

    @Option(
            names = "--read-only",
            description =
                    "Switch the source's database to read only first (default_transaction_read_only), and end the sessions of"
                            + " applications. Without it, end their writes yourself before.")
    private boolean readOnly;

    @Option(
            names = "--sequence-margin",
            paramLabel = "<values>",
            defaultValue = "0",
            description =
                    "How many values the target's sequences are set beyond the source's (default: ${DEFAULT-VALUE}).")
    private long margin;

    @Option(
            names = "--most-lag",
            paramLabel = "<seconds>",
            defaultValue = "10",
            description = "Refuse if the target is further behind (default: ${DEFAULT-VALUE}).")
    private long mostLagSeconds;

    @Option(
            names = "--within",
            paramLabel = "<seconds>",
            defaultValue = "300",
            description = "How long writes may stand still before it is taken back (default: ${DEFAULT-VALUE}).")
    private long withinSeconds;

    @Option(
            names = "--rest",
            paramLabel = "<url>",
            description = "Of the JobManager, if the job runs on a Flink cluster.")
    private URI rest;

    @Override
    public Integer call() {
        return arguments.with(config -> {
            TaskCutover cutover = new TaskCutover(
                    config,
                    new CutoverOptions(
                            readOnly,
                            Math.max(0, margin),
                            Duration.ofSeconds(mostLagSeconds),
                            Duration.ofSeconds(withinSeconds)),
                    CutoverCommand::tell);
            try {
                if (dryRun) {
                    cutover.rehearse();
                    return Walferry.DONE;
                }
                cutover.moveWrites();
            } catch (SyncException e) {
                System.err.println(e.getMessage());
                return Walferry.REFUSED;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Walferry.INTERRUPTED;
            }
            return finish(config, cutover);
        });
    }

    private static void tell(String line) {
        System.out.println(line);
        System.out.flush();
    }

    private int finish(TaskConfig config, TaskCutover cutover) throws SQLException {
        try {
            boolean valid = cutover.validate();
            boolean stopped = stop(config);
            tell(stopped ? "the job has ended" : "warning: the job still runs, fenced: end its process");
            boolean released = new TaskRelease(config, CutoverCommand::tell).atSource();
            return valid && stopped && released ? Walferry.DONE : Walferry.FAILED;
        } catch (IOException e) {
            System.err.println(rest + ": " + FailureText.of(e));
            return Walferry.FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Walferry.INTERRUPTED;
        }
    }

    private boolean stop(TaskConfig config) throws SQLException, IOException, InterruptedException {
        if (rest != null) {
            FlinkRest flink = new FlinkRest(rest);
            Optional<String> job = flink.runningJob("walferry " + config.task());
            if (job.isEmpty()) {
                return true;
            }
            flink.cancel(job.get());
            return flink.awaitEnd(job.get(), END);
        }
        try (TaskSides sides = new TaskSides(config)) {
            sides.steering().askToStop(false);
            return sides.awaitStatus(END, (TaskStatus now) -> !now.job().running())
                    .isPresent();
        }
    }
}
