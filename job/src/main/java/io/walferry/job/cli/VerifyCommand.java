package io.walferry.job.cli;

import io.walferry.job.config.StateHome;
import io.walferry.job.config.TaskConfig;
import io.walferry.job.config.VerifyConfig;
import io.walferry.job.pipeline.VerificationOptions;
import io.walferry.job.verify.VerifySettings.RepairMode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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

    @Mixin
    private TaskArguments arguments;

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

    @Option(names = "--html", paramLabel = "<file>", description = "Write a page for a browser too.")
    private Path html;

    @Option(
            names = "--follow",
            paramLabel = "<seconds>",
            description = "Verify what changes: every so often the rows that have changed since, until it is ended"
                    + " (Ctrl-C). Looks at tables without key, or with very many changes, as a whole.")
    private int follow;

    @Option(names = "--intervals", paramLabel = "<n>", description = "With --follow: end after so many.")
    private int intervals;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (dryRun && !repair || script != null && !dryRun) {
            throw wrong("--dry-run belongs to --repair, and --script to --repair --dry-run");
        }
        if (follow < 0 || intervals < 0 || intervals > 0 && follow == 0) {
            throw wrong("--follow needs a number of seconds above 0, and --intervals belongs to it");
        }
        if (follow > 0 && (repair || anew || last || html != null)) {
            throw wrong("--follow goes together with --mode, --sample, --direction and --json");
        }
        checkComparison();
        return arguments.with(config -> verify(config.withVerify(changed(config.verify()))));
    }

    private int verify(TaskConfig config) {
        RepairMode repairs = !repair ? RepairMode.NONE : dryRun ? RepairMode.DRY_RUN : RepairMode.WRITE;
        Path directory = StateHome.of(config.task(), System::getenv);
        ScratchDirectory scratch;
        try {
            scratch = ScratchDirectory.in(directory);
        } catch (IOException e) {
            System.err.println(directory + " cannot be written to: set XDG_STATE_HOME to a directory that can");
            return ForegroundVerification.NOT_CHECKED;
        }
        boolean json = arguments.json();
        try (scratch;
                Screen screen = Screen.ofThisProcess()) {
            if (follow > 0) {
                StopSignals.install(screen);
                return new FollowedVerification(config, screen, json, Duration.ofSeconds(follow), intervals).run();
            }
            return new ForegroundVerification(
                            config, new VerificationOptions(repairs, anew || repair), screen, json, html, script)
                    .run(last);
        }
    }

    private void checkComparison() {
        if (mode != null && !VerifyConfig.Mode.labels().contains(mode)) {
            throw wrong("--mode is none of " + String.join(", ", VerifyConfig.Mode.labels()));
        }
        if (percent != null && !(percent > 0 && percent <= 100)) {
            throw wrong("--sample needs a number above 0, up to 100");
        }
        if (direction != null && !VerifyConfig.Direction.labels().contains(direction)) {
            throw wrong("--direction is none of " + String.join(", ", VerifyConfig.Direction.labels()));
        }
    }

    private VerifyConfig changed(VerifyConfig verify) {
        VerifyConfig changed = verify;
        if (mode != null) {
            changed = changed.withMode(VerifyConfig.Mode.valueOf(mode.toUpperCase(Locale.ROOT)));
        }
        if (percent != null) {
            changed = changed.withPercent(percent);
        }
        if (direction != null) {
            changed = changed.withDirection(VerifyConfig.Direction.valueOf(direction.toUpperCase(Locale.ROOT)));
        }
        return changed;
    }

    private CommandLine.ParameterException wrong(String words) {
        return new CommandLine.ParameterException(spec.commandLine(), words);
    }
}
