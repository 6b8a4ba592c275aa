package io.walferry.job.cli;

import io.walferry.job.config.TaskConfig;
import io.walferry.job.config.TaskFile;
import io.walferry.job.config.TaskFileException;
import java.net.URI;
import java.nio.file.Path;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code walferry watch}. */
@Command(
        name = "watch",
        description = {
            "Looks at tasks from outside and tells what is wrong with them, as section alerts of their files says: also that a job is"
                    + " dead, or a database does not answer. It prints a line for each alert.",
            "",
            "A walferry run does the same for its own task as long as it lives; what both see is told once."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            " 0:stopped by a signal",
            " 2:a task file is wrong, or names nobody to tell",
        })
final class WatchCommand implements Callable<Integer> {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    private boolean help;

    @Option(
            names = "--rest",
            paramLabel = "<url>",
            description =
                    "Of the JobManager of the cluster that runs the tasks, such as http://host:8081: it is asked what has"
                            + " become of a job that runs no more.")
    private URI rest;

    @Parameters(arity = "1..*", paramLabel = "<task file>", description = "YAML; one for each task.")
    private List<Path> files;

    @Override
    public Integer call() {
        LogFile.none();
        List<TaskConfig> configs = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Path file : files) {
            TaskConfig config;
            try {
                config = TaskFile.load(file, System::getenv);
            } catch (TaskFileException e) {
                System.err.println(e.getMessage());
                return Walferry.WRONG_USAGE;
            }
            if (config.alerts().isEmpty()) {
                System.err.println(AlertTestCommand.nobody(file));
                return Walferry.WRONG_USAGE;
            }
            if (!names.add(config.task())) {
                System.err.println(file + ": task " + config.task() + " is in another of these files too");
                return Walferry.WRONG_USAGE;
            }
            configs.add(config);
        }
        watch(configs);
        return Walferry.DONE;
    }

    private void watch(List<TaskConfig> configs) {
        List<AlertWatch> watches = new ArrayList<>();
        try {
            for (TaskConfig config : configs) {
                watches.add(
                        AlertWatch.start(config, Optional.ofNullable(rest).map(FlinkRest::new), this::say, this::say));
                say("watching task " + config.task());
            }
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            watches.forEach(AlertWatch::close);
        }
    }

    private synchronized void say(String line) {
        System.out.println(TIME.format(LocalTime.now()) + " " + line);
        System.out.flush();
    }
}
