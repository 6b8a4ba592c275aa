package io.walferry.job.cli;

import io.walferry.job.config.TaskConfig;
import io.walferry.job.config.TaskFile;
import io.walferry.job.config.TaskFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Task file and output of a verb that looks at a task and changes nothing. */
final class TaskArguments {

    /** What a verb does with the task. */
    @FunctionalInterface
    interface Verb {
        int run(TaskConfig config) throws SQLException;
    }

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    private boolean help;

    @Option(names = "--json", description = "Print JSON instead of text.")
    private boolean json;

    @Parameters(paramLabel = "<task file>", description = "YAML; every key is explained in conf/everything.yaml.")
    private Path file;

    Path file() {
        return file;
    }

    boolean json() {
        return json;
    }

    /** Returns the verb's exit code, or the one of what kept it from working. */
    int with(Verb verb) {
        LogFile.none();
        TaskConfig config;
        try {
            config = TaskFile.load(file, System::getenv);
        } catch (TaskFileException e) {
            Screen.complainPlainly(e.getMessage());
            return Walferry.WRONG_USAGE;
        }
        try {
            return verb.run(config);
        } catch (SQLException | RuntimeException e) {
            Screen.complainPlainly(FailureText.of(e));
            return CheckOutput.ERRORS;
        }
    }
}
