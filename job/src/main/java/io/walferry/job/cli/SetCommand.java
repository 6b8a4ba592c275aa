package io.walferry.job.cli;

import io.walferry.job.config.TaskConfig;
import io.walferry.job.config.ThrottleConfig;
import io.walferry.job.config.ThrottleConfig.Limit;
import io.walferry.job.control.Steering;
import io.walferry.job.model.Amounts;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code walferry set}. */
@Command(
        name = "set",
        description = {
            "Sets how much a task may do per second, over all its subtasks, and prints what is in force. A running task heeds it within"
                    + " two seconds; it holds until it is set again, also over a restart.",
            "",
            "  load.queries=4      chunks begun at the source",
            "  load.rows=50000     rows of the load",
            "  load.bytes=20MB     bytes of the load",
            "  changes.rows=5000   changes",
            "  changes.bytes=5MB   bytes of changes",
            "",
            "none lifts a limit, file leaves it to the task file again. Without settings it prints only."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            " 0:set",
            " 2:a setting or the task file is wrong, or the target does not answer",
            " 3:the target has no such task"
        })
final class SetCommand implements Callable<Integer> {

    @Mixin
    private TaskArguments arguments;

    @Parameters(index = "1..*", arity = "0..*", paramLabel = "<limit>=<value>", description = "See above.")
    private List<String> settings = new ArrayList<>();

    @Override
    public Integer call() {
        Map<Limit, OptionalLong> wanted = new LinkedHashMap<>();
        for (String setting : settings) {
            Optional<String> problem = read(setting, wanted);
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
                Steering steering = sides.steering();
                for (Map.Entry<Limit, OptionalLong> limit : wanted.entrySet()) {
                    steering.limit(limit.getKey(), limit.getValue());
                }
                print(config, steering.wanted());
                return Walferry.DONE;
            }
        });
    }

    /** Adds the setting; returns what is wrong with it. */
    private static Optional<String> read(String setting, Map<Limit, OptionalLong> wanted) {
        String keys = Stream.of(Limit.values()).map(Limit::key).collect(Collectors.joining(", "));
        int equals = setting.indexOf('=');
        if (equals < 0) {
            return Optional.of(setting + " is no setting: write <limit>=<value>, with one of " + keys);
        }
        String key = setting.substring(0, equals);
        String value = setting.substring(equals + 1);
        Optional<Limit> limit = Stream.of(Limit.values())
                .filter(known -> known.key().equals(key))
                .findFirst();
        if (limit.isEmpty()) {
            return Optional.of(key + " is no limit; there are " + keys);
        }
        OptionalLong perSecond =
                switch (value) {
                    case "none" -> OptionalLong.of(0);
                    case "file" -> OptionalLong.empty();
                    default -> limit.get().parse(value);
                };
        if (perSecond.isEmpty() && !value.equals("file")) {
            return Optional.of(key + "=" + value + ": set it to a number per second"
                    + (limit.get().inBytes() ? " with a unit, such as 20MB" : "") + ", to none or to file");
        }
        wanted.put(limit.get(), perSecond);
        return Optional.empty();
    }

    private void print(TaskConfig config, Steering.Wanted wanted) throws SQLException {
        ThrottleConfig file = config.throttle();
        if (arguments.json()) {
            System.out.println(Stream.of(Limit.values())
                    .map(limit -> "  \"" + limit.key() + "\" : " + wanted.of(limit, file))
                    .collect(Collectors.joining(",\n", "{\n", "\n}")));
            return;
        }
        for (Limit limit : Limit.values()) {
            System.out.printf(
                    "%-14s %s%s%n",
                    limit.key(),
                    shown(limit, wanted.of(limit, file)),
                    wanted.limits().containsKey(limit) ? "" : " (task file)");
        }
    }

    static String shown(Limit limit, long perSecond) {
        if (perSecond == 0) {
            return "none";
        }
        return (limit.inBytes() ? Amounts.bytes(perSecond) : StatusText.number(perSecond)) + "/s";
    }
}
