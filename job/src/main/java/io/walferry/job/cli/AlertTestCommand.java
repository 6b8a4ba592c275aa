package io.walferry.job.cli;

import io.walferry.job.alert.Alert;
import io.walferry.job.alert.AlertKind;
import io.walferry.job.alert.Channel;
import io.walferry.job.config.TaskConfig;
import io.walferry.job.config.TaskFile;
import io.walferry.job.config.TaskFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code walferry alert-test}. */
@Command(
        name = "alert-test",
        description = "Sends a message to all that section alerts of a task file names. No database is asked.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            " 0:all have taken it",
            " 1:some have not",
            " 2:the task file is wrong, or names nobody to tell",
        })
final class AlertTestCommand implements Callable<Integer> {

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    private boolean help;

    @Parameters(paramLabel = "<task file>", description = "YAML; section alerts is explained in conf/alerts.yaml.")
    private Path file;

    @Override
    public Integer call() throws InterruptedException {
        LogFile.none();
        TaskConfig config;
        try {
            config = TaskFile.load(file, System::getenv);
        } catch (TaskFileException e) {
            System.err.println(e.getMessage());
            return Walferry.WRONG_USAGE;
        }
        if (config.alerts().isEmpty()) {
            System.err.println(nobody(file));
            return Walferry.WRONG_USAGE;
        }
        Alert alert = new Alert(
                config.task(),
                config.source().address(),
                config.target().address(),
                AlertKind.TEST,
                Alert.State.RAISED,
                Instant.now(),
                "Alerts of this task come to you this way.");
        int failed = 0;
        for (Channel channel : Channel.of(config.alerts())) {
            try {
                channel.send(alert);
                System.out.println(channel.name() + ": taken");
            } catch (IOException e) {
                System.out.println(channel.name() + ": " + e.getMessage());
                failed++;
            }
        }
        return failed == 0 ? Walferry.DONE : Walferry.FAILED;
    }

    static String nobody(Path file) {
        return file + " has no section alerts, which names who is told: see walferry sample-config alerts";
    }
}
