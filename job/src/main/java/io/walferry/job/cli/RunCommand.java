package io.walferry.job.cli;

import io.walferry.job.config.StateHome;
import io.walferry.job.config.TaskConfig;
import io.walferry.job.config.TaskFile;
import io.walferry.job.config.TaskFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code walferry run}. */
@Command(
        name = "run",
        description = {
            "Runs a task in the foreground, on a Flink of its own in this process.",
            "",
            "The first run creates the tables at the target, loads them and then follows the changes until it is stopped"
                    + " (Ctrl-C or SIGTERM). Every later run goes on exactly where the last one ended, however that was."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            " 0:stopped when asked to",
            " 1:the task failed",
            " 2:the task file or the command line is wrong",
            " 3:the start was refused: something has to be done at a database first",
            "130:interrupted a second time while stopping"
        },
        footer = {
            "",
            "The log, the checkpoints and what Flink unpacks are kept in ~/.local/state/walferry/<task> ($XDG_STATE_HOME if set).",
            "WALFERRY_OPTS has options of the JVM, for example -Xmx4g."
        })
final class RunCommand implements Callable<Integer> {

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    private boolean help;

    @Parameters(paramLabel = "<task file>", description = "YAML; every key is explained in conf/everything.yaml.")
    private Path file;

    @Override
    public Integer call() {
        TaskConfig config;
        try {
            config = TaskFile.load(file, System::getenv);
        } catch (TaskFileException e) {
            System.err.println(e.getMessage());
            return Walferry.WRONG_USAGE;
        }
        Path directory = StateHome.of(config.task(), System::getenv);
        LogFile log;
        ScratchDirectory scratch;
        try {
            log = LogFile.in(directory, config.task());
            scratch = ScratchDirectory.in(directory);
        } catch (IOException e) {
            System.err.println(
                    "The log cannot be written to " + directory + ": set XDG_STATE_HOME to a directory that can");
            return Walferry.WRONG_USAGE;
        }
        try (scratch;
                Screen screen = Screen.ofThisProcess()) {
            return new ForegroundTask(config, screen, log, StopSignals.install(screen)).run();
        }
    }
}
