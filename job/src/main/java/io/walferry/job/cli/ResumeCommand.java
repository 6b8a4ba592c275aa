package io.walferry.job.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code walferry resume}. */
@Command(
        name = "resume",
        description = "Lets a paused task go on, where it stands.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            " 0:it goes on within a second",
            " 2:the target does not answer, or the task file is wrong",
            " 3:the target has no such task"
        })
final class ResumeCommand implements Callable<Integer> {

    @Mixin
    private TaskArguments arguments;

    @Override
    public Integer call() {
        return arguments.with(config -> {
            try (TaskSides sides = new TaskSides(config)) {
                if (sides.status().isEmpty()) {
                    System.err.println(StatusCommand.unknown(config));
                    return StatusCommand.NO_TASK;
                }
                sides.steering().pause(false);
                System.out.println("task " + config.task() + " goes on");
                return Walferry.DONE;
            }
        });
    }
}
