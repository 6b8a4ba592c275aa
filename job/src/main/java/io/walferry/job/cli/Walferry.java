package io.walferry.job.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command line; each verb is a command of its own. */
@Command(
        name = "walferry",
        description = "Keeps a PostgreSQL-compatible target exactly in step with a PostgreSQL source.",
        subcommands = {
            RunCommand.class,
            SubmitCommand.class,
            PrecheckCommand.class,
            TestConnectionCommand.class,
            PlanCommand.class,
            EtlCheckCommand.class,
            ReselectionCommand.Add.class,
            ReselectionCommand.Remove.class,
            ReloadCommand.class,
            VerifyCommand.class,
            StatusCommand.class,
            TablesCommand.class,
            ConsoleCommand.class,
            WatchCommand.class,
            AlertTestCommand.class,
            PauseCommand.class,
            ResumeCommand.class,
            SetCommand.class,
            StopCommand.class,
            CutoverCommand.class,
            ReleaseCommand.class,
            ApiCommand.class,
            SampleConfigCommand.class,
            CompletionCommand.class,
            DdlCommandLine.class,
            DeadLetterCommandLine.class,
            Walferry.Version.class
        },
        mixinStandardHelpOptions = true,
        versionProvider = Walferry.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            " 0:done, or stopped when asked to",
            " 1:the task failed",
            " 2:the task file or the command line is wrong",
            " 3:the start was refused: something has to be done at a database first",
            "130:interrupted a second time while stopping",
        })
public final class Walferry implements Runnable {

    static final int DONE = 0;
    static final int FAILED = 1;
    static final int WRONG_USAGE = 2;
    static final int REFUSED = 3;
    static final int INTERRUPTED = 130;

    @Spec
    private CommandSpec spec;

    private Walferry() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Walferry()).execute(arguments));
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Missing command");
    }

    /** Version of the program; "development" if it does not run from its jar. */
    static String version() {
        return Optional.ofNullable(Walferry.class.getPackage().getImplementationVersion())
                .orElse("development");
    }

    @Command(
            name = "version",
            description = "Prints the version of the program and of what it runs on.",
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = " 0:printed")
    static final class Version implements Callable<Integer>, CommandLine.IVersionProvider {

        @Option(
                names = {"-h", "--help"},
                usageHelp = true,
                description = "Show this help message and exit.")
        private boolean help;

        @Override
        public Integer call() {
            System.out.println(getVersion()[0]);
            return DONE;
        }

        @Override
        public String[] getVersion() {
            String flink = org.apache.flink.runtime.util.EnvironmentInformation.getVersion();
            return new String[] {"walferry %s (Flink %s, Java %s)".formatted(version(), flink, Runtime.version())};
        }
    }
}
