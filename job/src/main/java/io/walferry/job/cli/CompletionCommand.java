package io.walferry.job.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code walferry completion}. */
@Command(
        name = "completion",
        description = {
            "Prints the completion of verbs and options for bash and zsh. For the shell that you are in:",
            "  source <(walferry completion)"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = " 0:printed")
final class CompletionCommand implements Callable<Integer> {

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    private boolean help;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        System.out.print(AutoComplete.bash("walferry", spec.root().commandLine()));
        return Walferry.DONE;
    }
}
