package io.walferry.job.cli;

import io.walferry.job.pipeline.TaskPrecheck;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code walferry test-connection}. */
@Command(
        name = "test-connection",
        description = "Connects to both databases of a task, to the source also for replication, and changes nothing.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {" 0:all connections work", " 2:one does not, or the task file is wrong"})
final class TestConnectionCommand implements Callable<Integer> {

    @Mixin
    private TaskArguments arguments;

    @Override
    public Integer call() {
        return arguments.with(
                config -> CheckOutput.print(config, TaskPrecheck.testConnections(config), arguments.json()));
    }
}
