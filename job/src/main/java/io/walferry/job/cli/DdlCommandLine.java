package io.walferry.job.cli;

import io.walferry.job.config.TaskConfig;
import io.walferry.job.control.StructureLedger;
import io.walferry.job.pipeline.StructureDecisions;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code walferry ddl}: changes of structure that a task has met. */
@Command(
        name = "ddl",
        description = "Shows the changes of structure that a task has met, and decides about one that has failed.",
        subcommands = {
            DdlCommandLine.ListSteps.class,
            DdlCommandLine.Skip.class,
            DdlCommandLine.Retry.class,
            DdlCommandLine.Apply.class,
            DdlCommandLine.Capture.class
        },
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
final class DdlCommandLine implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Missing command");
    }

    /** {@code walferry ddl list}. */
    @Command(
            name = "list",
            description =
                    "Shows each change with its position, what the source ran, what the target ran, and how that ended.",
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {
                " 0:listed",
                " 2:the target does not answer or does not know the task, or the task file is wrong"
            })
    static final class ListSteps implements Callable<Integer> {

        @Mixin
        private TaskArguments arguments;

        @Option(
                names = "--last",
                paramLabel = "<number>",
                defaultValue = "100",
                description = "How many, at most (default: ${DEFAULT-VALUE}).")
        private int last;

        @Override
        public Integer call() {
            return arguments.with(config -> {
                try (StructureDecisions decisions = StructureDecisions.open(config)) {
                    List<StructureLedger.Recorded> steps = decisions.list(last);
                    if (arguments.json()) {
                        System.out.println(DdlJson.of(steps));
                    } else {
                        steps.forEach(ListSteps::print);
                    }
                    return Walferry.DONE;
                }
            });
        }

        private static void print(StructureLedger.Recorded step) {
            System.out.println(
                    step.position() + "  " + step.state() + "  " + step.tag() + "  " + step.durationMs() + " ms");
            System.out.println("  source: " + step.text().strip().replace("\n", "\n          "));
            if (!step.statements().isEmpty()) {
                System.out.println("  target: " + step.statements().strip().replace("\n", "\n          "));
            }
            if (step.message() != null) {
                System.out.println("  " + step.message());
            }
        }
    }

    /** {@code walferry ddl skip}. */
    @Command(
            name = "skip",
            description = "Leaves the change that has failed undone at the target; the next run goes on behind it.",
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {
                " 0:decided",
                " 1:no change has failed",
                " 2:the target does not answer or does not know the task, or the task file is wrong"
            })
    static final class Skip implements Callable<Integer> {

        @Mixin
        private TaskArguments arguments;

        @Override
        public Integer call() {
            return arguments.with(config -> decide(config, "skip", null, "the next run leaves it undone"));
        }
    }

    /** {@code walferry ddl retry}. */
    @Command(
            name = "retry",
            description = "Takes back what was decided about the change that has failed; the next run tries it again.",
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {
                " 0:decided",
                " 1:no change has failed",
                " 2:the target does not answer or does not know the task, or the task file is wrong"
            })
    static final class Retry implements Callable<Integer> {

        @Mixin
        private TaskArguments arguments;

        @Override
        public Integer call() {
            return arguments.with(config -> decide(config, null, null, "the next run tries it again"));
        }
    }

    /** {@code walferry ddl apply}. */
    @Command(
            name = "apply",
            description =
                    "Has the next run execute other statements at the target in place of the change that has failed.",
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {
                " 0:decided",
                " 1:no change has failed",
                " 2:the target does not answer or does not know the task, or the task file is wrong"
            })
    static final class Apply implements Callable<Integer> {

        @Mixin
        private TaskArguments arguments;

        @Parameters(
                index = "1",
                paramLabel = "<statements>",
                description = "SQL, with names qualified by their schemas.")
        private String statements;

        @Override
        public Integer call() {
            return arguments.with(
                    config -> decide(config, "apply", statements, "the next run executes these statements instead"));
        }
    }

    /** {@code walferry ddl capture}. */
    @Command(
            name = "capture",
            description =
                    "Prints what a superuser has to run at the source, once in its database, where the task's user may not"
                            + " create event triggers.",
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {" 0:printed", " 2:the source does not answer, or the task file is wrong"})
    static final class Capture implements Callable<Integer> {

        @Mixin
        private TaskArguments arguments;

        @Override
        public Integer call() {
            return arguments.with(config -> {
                StructureDecisions.captureScript(config).forEach(sql -> System.out.println(sql + ";"));
                return Walferry.DONE;
            });
        }
    }

    private static int decide(TaskConfig config, String what, String statements, String outcome) throws SQLException {
        try (StructureDecisions decisions = StructureDecisions.open(config)) {
            if (decisions.decide(what, statements)) {
                System.out.println(outcome);
                return Walferry.DONE;
            }
            System.err.println("No change of structure has failed: see walferry ddl list");
            return Walferry.FAILED;
        }
    }
}
