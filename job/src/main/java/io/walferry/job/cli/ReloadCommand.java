package io.walferry.job.cli;

import io.walferry.job.control.ReloadQueue;
import io.walferry.job.pipeline.ReloadRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code walferry reload}. */
@Command(
        name = "reload",
        description = {
            "Loads tables of a task anew, in their place in the stream: at the target each is emptied and filled in one transaction,"
                    + " and its changes go on from there. The task need not be running; a running one begins within seconds and"
                    + " stands still meanwhile."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            " 0:the tables are loaded, or with --no-wait asked for",
            " 1:a table was refused, or was not loaded in time",
            " 2:it could not be asked for, or the task file is wrong"
        })
final class ReloadCommand implements Callable<Integer> {

    @Mixin
    private TaskArguments arguments;

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "<table>",
            description = "schema.table, as at the source, also with *.")
    private List<String> tables = new ArrayList<>();

    @Option(names = "--no-wait", description = "Return as soon as the tables are asked for.")
    private boolean noWait;

    @Option(
            names = "--within",
            paramLabel = "<seconds>",
            defaultValue = "3600",
            description = "How long to wait for the tables (default: ${DEFAULT-VALUE}).")
    private long withinSeconds;

    @Override
    public Integer call() {
        return arguments.with(config -> {
            try (ReloadRequest request = ReloadRequest.of(config, tables)) {
                if (noWait) {
                    request.tables().forEach(table -> System.out.println("asked for " + table));
                    return Walferry.DONE;
                }
                int status = Walferry.DONE;
                for (ReloadQueue.State state : request.await(Duration.ofSeconds(withinSeconds))) {
                    System.out.println(state.table() + ": " + state.words());
                    status = state.isDone() ? status : Walferry.FAILED;
                }
                return status;
            }
        });
    }
}
