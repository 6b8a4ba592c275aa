package io.walferry.job.cli;

import io.walferry.job.config.TaskConfig;
import io.walferry.job.precheck.CheckResult;
import io.walferry.job.precheck.PrecheckReport;

/** Prints a report of checks; the exit code says the gravest of it. */
final class CheckOutput {

    static final int WARNINGS = 1;
    static final int ERRORS = 2;

    private CheckOutput() {}

    static int print(TaskConfig config, PrecheckReport report, boolean json) {
        if (json) {
            System.out.println(ReportJson.of(config, report));
        } else {
            Styles styles = Styles.ofThisProcess();
            System.out.println(styles.bold("task " + config.task()) + ": "
                    + config.source().address() + " -> " + config.target().address());
            System.out.println();
            new ReportText(styles).lines(report).forEach(System.out::println);
        }
        return report.count(CheckResult.State.ERROR) > 0
                ? ERRORS
                : report.count(CheckResult.State.WARNING) > 0 ? WARNINGS : Walferry.DONE;
    }
}
