package io.walferry.job.cli;

import io.walferry.job.config.Parallelism;
import io.walferry.job.config.TaskConfig;
import io.walferry.job.config.ThrottleConfig;
import io.walferry.job.config.ThrottleConfig.Limit;
import io.walferry.job.control.Steering;
import io.walferry.job.control.TaskStatus;
import io.walferry.job.model.Amounts;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code walferry set}. */
@Command(
        name = "set",
        description = {
            "Sets how much a task may do per second, over all its subtasks, or how many readers and writers it has, and prints what is"
                    + " set. It holds until it is set again, also over a restart. A running task heeds a limit within two seconds.",
            "",
            "  load.queries=4      chunks begun at the source",
            "  load.rows=50000     rows of the load",
            "  load.bytes=20MB     bytes of the load",
            "  changes.rows=5000   changes",
            "  changes.bytes=5MB   bytes of changes",
            "",
            "  apply.writers=4     writers",
            "  load.parallelism=4  readers of the load",
            "",
            "none lifts a limit, file leaves it to the task file again. Without settings it prints only. For other readers or writers a"
                    + " walferry run begins its job again, which takes some seconds; a job on a Flink cluster has them when it"
                    + " is submitted again."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            " 0:set",
            " 1:set, but the run has not begun again",
            " 2:a setting or the task file is wrong, or the target does not answer",
            " 3:the target has no such task"
        })
final class SetCommand implements Callable<Integer> {

    private static final String KEYS = Stream.concat(
                    Stream.of(Limit.values()).map(Limit::key),
                    Stream.of(Parallelism.values()).map(Parallelism::key))
            .collect(Collectors.joining(", "));

    /** A run looks every second. */
    private static final Duration HEARD = Duration.ofSeconds(10);

    @Mixin
    private TaskArguments arguments;

    @Option(
            names = "--within",
            paramLabel = "<seconds>",
            defaultValue = "60",
            description = "How long to wait for a run to begin again (default: ${DEFAULT-VALUE}).")
    private long withinSeconds;

    @Parameters(index = "1..*", arity = "0..*", paramLabel = "<key>=<value>", description = "See above.")
    private List<String> settings = new ArrayList<>();

    private final Map<Limit, OptionalLong> limits = new LinkedHashMap<>();
    private final Map<Parallelism, OptionalInt> parallelism = new LinkedHashMap<>();

    @Override
    public Integer call() {
        for (String setting : settings) {
            Optional<String> problem = read(setting);
            if (problem.isPresent()) {
                System.err.println(problem.get());
                return Walferry.WRONG_USAGE;
            }
        }
        return arguments.with(config -> {
            try (TaskSides sides = new TaskSides(config)) {
                if (sides.status().isEmpty()) {
                    System.err.println(StatusCommand.unknown(config));
                    return StatusCommand.NO_TASK;
                }
                return set(config, sides);
            }
        });
    }

    private int set(TaskConfig config, TaskSides sides) throws SQLException {
        Steering steering = sides.steering();
        Map<Parallelism, Integer> before = steering.wanted().parallelism();
        for (Map.Entry<Limit, OptionalLong> limit : limits.entrySet()) {
            steering.limit(limit.getKey(), limit.getValue());
        }
        for (Map.Entry<Parallelism, OptionalInt> number : parallelism.entrySet()) {
            steering.parallelism(number.getKey(), number.getValue());
        }
        Steering.Wanted wanted = steering.wanted();
        print(config, wanted);
        return wanted.parallelism().equals(before) ? Walferry.DONE : beginAgain(config, sides);
    }

    /** Has a run begin its job again; only it can do so by itself. */
    private int beginAgain(TaskConfig config, TaskSides sides) throws SQLException {
        Optional<TaskStatus.Job> running = sides.status().map(TaskStatus::job).filter(TaskStatus.Job::running);
        if (running.isEmpty()) {
            System.err.println("no job runs: the next start has them");
            return Walferry.DONE;
        }
        long asked = System.nanoTime();
        sides.steering().askToRestart();
        boolean heard = sides.awaitStatus(HEARD, status -> !status.job().running() || isYounger(status, asked))
                .isPresent();
        if (!heard && sides.steering().wanted().stop().isPresent()) {
            sides.steering().forgetStop();
            System.err.println("the job on " + running.get().host().orElse("an unknown host")
                    + " runs on as it is: on a Flink cluster, stop and submit it, and it has them");
            return Walferry.DONE;
        }
        if (sides.awaitStatus(Duration.ofSeconds(withinSeconds), status -> isYounger(status, asked))
                .isEmpty()) {
            System.err.println("the run has not begun again within " + withinSeconds + " s: see its log");
            return Walferry.FAILED;
        }
        System.err.println("task " + config.task() + " has begun again with them");
        return Walferry.DONE;
    }

    private static boolean isYounger(TaskStatus status, long sinceNanos) {
        long elapsedMs = (System.nanoTime() - sinceNanos) / 1_000_000;
        return status.job().running() && status.job().runningMs().orElse(Long.MAX_VALUE) < elapsedMs;
    }

    /** Takes the setting; returns what is wrong with it. */
    private Optional<String> read(String setting) {
        int equals = setting.indexOf('=');
        if (equals < 0) {
            return Optional.of(setting + " is no setting: write <key>=<value>, with one of " + KEYS);
        }
        String key = setting.substring(0, equals);
        String value = setting.substring(equals + 1);
        for (Limit limit : Limit.values()) {
            if (limit.key().equals(key)) {
                return read(limit, value);
            }
        }
        for (Parallelism kind : Parallelism.values()) {
            if (kind.key().equals(key)) {
                return read(kind, value);
            }
        }
        return Optional.of(key + " cannot be set; there are " + KEYS);
    }

    private Optional<String> read(Limit limit, String value) {
        OptionalLong perSecond =
                switch (value) {
                    case "none" -> OptionalLong.of(0);
                    case "file" -> OptionalLong.empty();
                    default -> limit.parse(value);
                };
        if (perSecond.isEmpty() && !value.equals("file")) {
            return Optional.of(limit.key() + "=" + value + ": set it to a number per second"
                    + (limit.inBytes() ? " with a unit, such as 20MB" : "") + ", to none or to file");
        }
        limits.put(limit, perSecond);
        return Optional.empty();
    }

    private Optional<String> read(Parallelism kind, String value) {
        OptionalInt number = value.equals("file") ? OptionalInt.empty() : Parallelism.parse(value);
        if (number.isEmpty() && !value.equals("file")) {
            return Optional.of(kind.key() + "=" + value + ": set it to a number from 1 to 128, or to file");
        }
        parallelism.put(kind, number);
        return Optional.empty();
    }

    private void print(TaskConfig config, Steering.Wanted wanted) {
        ThrottleConfig file = config.throttle();
        TaskConfig sized = Parallelism.replace(config, wanted.parallelism());
        if (arguments.json()) {
            System.out.println(Stream.concat(
                            Stream.of(Limit.values())
                                    .map(limit -> "  \"" + limit.key() + "\" : " + wanted.of(limit, file)),
                            Stream.of(Parallelism.values()).map(kind -> "  \"" + kind.key() + "\" : " + kind.of(sized)))
                    .collect(Collectors.joining(",\n", "{\n", "\n}")));
            return;
        }
        for (Limit limit : Limit.values()) {
            print(
                    limit.key(),
                    shown(limit, wanted.of(limit, file)),
                    wanted.limits().containsKey(limit));
        }
        for (Parallelism kind : Parallelism.values()) {
            print(
                    kind.key(),
                    String.valueOf(kind.of(sized)),
                    wanted.parallelism().containsKey(kind));
        }
    }

    private static void print(String key, String value, boolean set) {
        System.out.printf("%-16s  %s%s%n", key, value, set ? "" : " (task file)");
    }

    static String shown(Limit limit, long perSecond) {
        if (perSecond == 0) {
            return "none";
        }
        return (limit.inBytes() ? Amounts.bytes(perSecond) : StatusText.number(perSecond)) + "/s";
    }
}
