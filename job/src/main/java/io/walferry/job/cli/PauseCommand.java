package io.walferry.job.cli;

import io.walferry.job.config.TaskConfig;
import io.walferry.job.control.TaskStatus;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code walferry pause}. */
@Command(
        name = "pause",
        description = {
            "Lets a task read nothing more from its source, until walferry resume; a task that is not running starts paused.",
            "Chunks of the load that are being read are read to their end. The slot stays, so the source keeps the WAL of the time"
                    + " in between: walferry status shows how much."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            " 0:it is paused, or will start so",
            " 1:it reads on after half a minute: chunks take that long, or its job is cut off",
            " 2:the target does not answer, or the task file is wrong",
            " 3:the target has no such task"
        })
final class PauseCommand implements Callable<Integer> {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Mixin
    private TaskArguments arguments;

    @Override
    public Integer call() {
        return arguments.with(config -> {
            try (TaskSides sides = new TaskSides(config)) {
                return pause(config, sides);
            }
        });
    }

    private static int pause(TaskConfig config, TaskSides sides) throws SQLException {
        if (sides.status().isEmpty()) {
            System.err.println(StatusCommand.unknown(config));
            return StatusCommand.NO_TASK;
        }
        sides.steering().pause(true);
        Optional<TaskStatus> status = sides.awaitStatus(
                LIMIT, now -> !now.job().running() || now.phase().equals(TaskStatus.PAUSED));
        if (status.isEmpty()) {
            System.err.println(
                    "task " + config.task() + " still reads; it pauses when its chunks are read: walferry status");
            return Walferry.FAILED;
        }
        System.out.println(
                status.get().job().running()
                        ? "task " + config.task() + " is paused"
                        : "no job runs; task " + config.task() + " will start paused");
        return Walferry.DONE;
    }
}
