package io.walferry.job.cli;

import io.walferry.job.config.StateHome;
import io.walferry.job.config.TaskConfig;
import io.walferry.job.config.TaskFile;
import io.walferry.job.config.TaskFileException;
import io.walferry.job.config.VerifyConfig;
import io.walferry.job.pipeline.VerificationOptions;
import io.walferry.job.verify.VerifySettings.RepairMode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code walferry verify}. */
@Command(
        name = "verify",
        description = {
            "Proves that the target has what the source has, while both are in use: structure, and every value of every row.",
            "",
            "A row counts as different only if it stays so when the task has applied everything up to it. What was interrupted"
                    + " goes on where it was. Results stay in walferry.verification… at the target."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            " 0:both sides are equal, or have become so by --repair",
            " 1:differences",
            " 2:not, or not completely, checked; or a wrong task file"
        })
final class VerifyCommand implements Callable<Integer> {

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    private boolean help;

    @Option(names = "--mode", description = "checksum: all values; count: keys alone. Instead of verify.mode.")
    private String mode;

    @Option(
            names = "--sample",
            paramLabel = "<percent>",
            description = "Compare so many of a hundred rows, chosen by key. Instead of verify.sample-percent.")
    private Double percent;

    @Option(
            names = "--direction",
            description = "both; source: rows that only the target has do not count; target: missing ones do not.")
    private String direction;

    @Option(
            names = "--repair",
            description = "Write the source's row over each that differs, and the structure that is missing. Logged in"
                    + " walferry.repair.")
    private boolean repair;

    @Option(names = "--dry-run", description = "With --repair: only log what would be written.")
    private boolean dryRun;

    @Option(
            names = "--script",
            paramLabel = "<file>",
            description =
                    "With --repair --dry-run: write the repairs as SQL, to run at the target while nothing changes.")
    private Path script;

    @Option(names = "--new", description = "Begin anew, even if a run was interrupted.")
    private boolean anew;

    @Option(names = "--last", description = "Show what the newest run has found, and verify nothing.")
    private boolean last;

    @Option(names = "--json", description = "Print JSON instead of text.")
    private boolean json;

    @Option(names = "--html", paramLabel = "<file>", description = "Write a page for a browser too.")
    private Path html;

    @Parameters(paramLabel = "<task file>", description = "YAML; every key is explained in conf/everything.yaml.")
    private Path file;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        LogFile.none();
        TaskConfig config;
        try {
            config = TaskFile.load(file, System::getenv);
        } catch (TaskFileException e) {
            System.err.println(e.getMessage());
            return Walferry.WRONG_USAGE;
        }
        config = config.withVerify(changed(config.verify()));
        if (dryRun && !repair || script != null && !dryRun) {
            throw wrong("--dry-run belongs to --repair, and --script to --repair --dry-run");
        }
        RepairMode repairs = !repair ? RepairMode.NONE : dryRun ? RepairMode.DRY_RUN : RepairMode.WRITE;
        Path directory = StateHome.of(config.task(), System::getenv);
        ScratchDirectory scratch;
        try {
            scratch = ScratchDirectory.in(directory);
        } catch (IOException e) {
            System.err.println(directory + " cannot be written to: set XDG_STATE_HOME to a directory that can");
            return ForegroundVerification.NOT_CHECKED;
        }
        try (scratch;
                Screen screen = Screen.ofThisProcess()) {
            return new ForegroundVerification(
                            config, new VerificationOptions(repairs, anew || repair), screen, json, html, script)
                    .run(last);
        }
    }

    private VerifyConfig changed(VerifyConfig verify) {
        VerifyConfig changed = verify;
        if (mode != null) {
            if (!VerifyConfig.Mode.labels().contains(mode)) {
                throw wrong("--mode is none of " + String.join(", ", VerifyConfig.Mode.labels()));
            }
            changed = changed.withMode(VerifyConfig.Mode.valueOf(mode.toUpperCase(Locale.ROOT)));
        }
        if (percent != null) {
            if (!(percent > 0 && percent <= 100)) {
                throw wrong("--sample needs a number above 0, up to 100");
            }
            changed = changed.withPercent(percent);
        }
        if (direction != null) {
            if (!VerifyConfig.Direction.labels().contains(direction)) {
                throw wrong("--direction is none of " + String.join(", ", VerifyConfig.Direction.labels()));
            }
            changed = changed.withDirection(VerifyConfig.Direction.valueOf(direction.toUpperCase(Locale.ROOT)));
        }
        return changed;
    }

    private CommandLine.ParameterException wrong(String words) {
        return new CommandLine.ParameterException(spec.commandLine(), words);
    }
}
