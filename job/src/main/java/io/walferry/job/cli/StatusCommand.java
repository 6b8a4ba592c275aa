package io.walferry.job.cli;

import io.walferry.job.config.TaskConfig;
import io.walferry.job.control.TaskStatus;
import java.sql.SQLException;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code walferry status}. */
@Command(
        name = "status",
        description = {
            "Tells how far a task is, from the records at its target and from its source, wherever its job runs.",
            "Lag is the time from commit at the source to commit at the target."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            " 0:its job runs",
            " 1:no job runs",
            " 2:the target does not answer, or the task file is wrong",
            " 3:the target has no such task"
        })
final class StatusCommand implements Callable<Integer> {

    static final int DOWN = 1;
    static final int NO_TASK = 3;

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");

    @Mixin
    private TaskArguments arguments;

    @Option(
            names = "--watch",
            description =
                    "Go on showing it, until Ctrl-C: redrawn on a terminal, else a line (with --json an object) each time.")
    private boolean watch;

    @Option(
            names = "--every",
            paramLabel = "<seconds>",
            defaultValue = "1",
            description = "How often, with --watch; 1 by default.")
    private int everySeconds;

    @Override
    public Integer call() {
        return arguments.with(config -> {
            try (TaskSides sides = new TaskSides(config)) {
                return watch ? watch(config, sides) : once(config, sides);
            }
        });
    }

    private int once(TaskConfig config, TaskSides sides) throws SQLException {
        Optional<TaskStatus> status = sides.status();
        if (status.isEmpty()) {
            System.err.println(unknown(config, sides));
            return NO_TASK;
        }
        if (arguments.json()) {
            System.out.println(StatusJson.of(config, status.get(), true));
        } else {
            new StatusText(Styles.ofThisProcess(), Screen.onTerminal())
                    .lines(config, status.get(), Integer.MAX_VALUE)
                    .forEach(System.out::println);
        }
        return status.get().job().running() ? Walferry.DONE : DOWN;
    }

    private int watch(TaskConfig config, TaskSides sides) {
        try (Screen screen = Screen.ofThisProcess()) {
            while (true) {
                try {
                    show(config, sides, screen);
                } catch (SQLException e) {
                    tell(screen, "target " + config.target().address() + " does not answer: " + FailureText.of(e));
                }
                TimeUnit.SECONDS.sleep(Math.max(1, everySeconds));
            }
        } catch (InterruptedException e) {
            return Walferry.DONE;
        }
    }

    private void show(TaskConfig config, TaskSides sides, Screen screen) throws SQLException {
        Optional<TaskStatus> status = sides.status();
        if (status.isEmpty()) {
            tell(screen, unknown(config, sides));
        } else if (arguments.json()) {
            screen.say(StatusJson.of(config, status.get(), false));
        } else if (screen.isTerminal()) {
            Styles styles = Styles.ofThisProcess();
            StatusText text = new StatusText(styles, true);
            int head = text.head(config, status.get()).size();
            screen.show(text.lines(config, status.get(), screen.rows() - head - 2));
        } else {
            screen.say(TIME.format(LocalTime.now()) + " "
                    + new StatusText(Styles.PLAIN, false).line(config.task(), status.get()));
        }
    }

    private static void tell(Screen screen, String words) {
        if (screen.isTerminal()) {
            screen.show(LineWrap.words(words, screen.columns()));
        } else {
            screen.complain(TIME.format(LocalTime.now()) + " " + words);
        }
    }

    private static String unknown(TaskConfig config, TaskSides sides) throws SQLException {
        return sides.firstStart()
                ? "task " + config.task() + " is being started for the first time: phase " + TaskStatus.PRECHECK
                : unknown(config);
    }

    static String unknown(TaskConfig config) {
        return "target " + config.target().address() + " has no task " + config.task() + ": it has never been started";
    }
}
