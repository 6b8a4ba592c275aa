package io.walferry.job.cli;

import io.walferry.job.pipeline.TaskPrecheck;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code walferry precheck}. */
@Command(
        name = "precheck",
        description = {
            "Looks for everything that stands in the way of a task, and changes nothing.",
            "",
            "Every start makes the same checks first. Errors keep a task from starting, warnings do not; the task file can"
                    + " accept the warnings of an item (precheck.accept)."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {" 0:nothing was found", " 1:warnings", " 2:errors, or a wrong task file"})
final class PrecheckCommand implements Callable<Integer> {

    @Mixin
    private TaskArguments arguments;

    @Override
    public Integer call() {
        return arguments.with(config -> CheckOutput.print(config, TaskPrecheck.run(config), arguments.json()));
    }
}
