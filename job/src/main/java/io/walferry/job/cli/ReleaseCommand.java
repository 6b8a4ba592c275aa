package io.walferry.job.cli;

import io.walferry.job.config.TaskConfig;
import io.walferry.job.pipeline.TaskRelease;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code walferry release}. */
@Command(
        name = "release",
        description = {
            "Ends a task for good: drops its slot and publication at the source, and its records at the target. The tables stay.",
            "A side that does not answer keeps nothing from the other; what is left to do there is printed. It can be run again."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            " 0:nothing is left",
            " 1:something is left to do, as printed",
            " 2:the task file is wrong",
            " 3:its job runs: stop it first"
        })
final class ReleaseCommand implements Callable<Integer> {

    private static final int RUNS = 3;

    @Mixin
    private TaskArguments arguments;

    @Option(
            names = "--control-schema",
            description = "Drop schema walferry at the target too, if no other task has records in it.")
    private boolean controlSchema;

    @Override
    public Integer call() {
        return arguments.with(config -> {
            if (runs(config)) {
                System.err.println("a job of task " + config.task() + " runs: stop it first (walferry stop)");
                return RUNS;
            }
            try {
                TaskRelease release = new TaskRelease(config, System.out::println);
                boolean source = release.atSource();
                boolean target = release.atTarget(controlSchema);
                return source && target ? Walferry.DONE : Walferry.FAILED;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Walferry.INTERRUPTED;
            }
        });
    }

    private static boolean runs(TaskConfig config) {
        try (TaskSides sides = new TaskSides(config)) {
            return sides.status().filter(status -> status.job().running()).isPresent();
        } catch (SQLException e) {
            // Without the target nobody can tell; a job that cannot write to it does no work either.
            return false;
        }
    }
}
