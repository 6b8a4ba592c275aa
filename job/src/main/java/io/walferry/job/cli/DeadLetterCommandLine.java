package io.walferry.job.cli;

import io.walferry.job.config.TaskConfig;
import io.walferry.job.control.ControlStore;
import io.walferry.job.control.DeadLetterLedger;
import io.walferry.job.jdbc.Database;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code walferry dead-letter}: rows that statements of filters or ETL have failed on. */
@Command(
        name = "dead-letter",
        description = {
            "Shows rows that statements of filters or ETL have failed on, and forgets them.",
            "A letter goes by itself with the row's next change that can be made: correct the row at the source."
        },
        subcommands = {DeadLetterCommandLine.ListLetters.class, DeadLetterCommandLine.Drop.class},
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
final class DeadLetterCommandLine implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Missing command");
    }

    /** What a verb does with the letters. */
    @FunctionalInterface
    private interface Verb {
        int run(DeadLetterLedger letters) throws SQLException;
    }

    private static int with(TaskConfig config, Verb verb) throws SQLException {
        try (ControlStore store =
                new ControlStore(new Database(config.target(), "walferry " + config.task()).open(), config.task())) {
            if (!store.readable() || store.task().isEmpty()) {
                System.err.println(StatusCommand.unknown(config));
                return StatusCommand.NO_TASK;
            }
            return verb.run(store.deadLetters());
        }
    }

    /** {@code walferry dead-letter list}. */
    @Command(
            name = "list",
            description =
                    "Shows each row with its table, key, operation, position and cause; with --json its values too.",
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {
                " 0:listed",
                " 2:the target does not answer, or the task file is wrong",
                " 3:the target has no such task"
            })
    static final class ListLetters implements Callable<Integer> {

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
            return arguments.with(config -> with(config, letters -> {
                List<DeadLetterLedger.Letter> list = letters.list(last);
                if (arguments.json()) {
                    System.out.println(DeadLetterJson.of(list, true));
                } else {
                    list.forEach(letter -> System.out.println(letter.at() + "  " + letter.table() + "  " + letter.key()
                            + "  " + letter.operation()
                            + (letter.lsn() == null ? "" : " at " + letter.lsn() + "+" + letter.ordinal())
                            + "\n  " + letter.cause()));
                }
                return Walferry.DONE;
            }));
        }
    }

    /** {@code walferry dead-letter drop}. */
    @Command(
            name = "drop",
            description = "Forgets the rows, which makes room below the limit; the target stays as it is.",
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {
                " 0:dropped, or there were none",
                " 2:the target does not answer, or the task file is wrong",
                " 3:the target has no such task"
            })
    static final class Drop implements Callable<Integer> {

        @Mixin
        private TaskArguments arguments;

        @Option(
                names = "--table",
                paramLabel = "<schema.table>",
                description = "Of this table of the source; without it, of all.")
        private String table;

        @Override
        public Integer call() {
            return arguments.with(config -> with(config, letters -> {
                int dropped = letters.drop(Optional.ofNullable(table));
                System.out.println(arguments.json() ? "{\"dropped\" : " + dropped + "}" : dropped + " dropped");
                return Walferry.DONE;
            }));
        }
    }
}
