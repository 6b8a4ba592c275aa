package io.walferry.job.cli;

import io.walferry.job.etl.RowSample;
import io.walferry.job.failure.Finding;
import io.walferry.job.model.MappedColumn;
import io.walferry.job.pipeline.StatementCheck;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code walferry etl-check}. */
@Command(
        name = "etl-check",
        description = {
            "Shows what the filters and the ETL statements of a task make of its tables, and changes nothing:",
            "the columns and types at the target, and what is wrong with a statement. With --sample, puts some rows of each"
                    + " table through its statement and prints them before and after."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {" 0:the statements can be done", " 2:one of them is wrong, or the task file is"})
final class EtlCheckCommand implements Callable<Integer> {

    private static final int MOST_ROWS = 10_000;

    @Mixin
    private TaskArguments arguments;

    @Option(names = "--sample", paramLabel = "<rows>", description = "Rows of each table to show, at most 10000.")
    private int sample;

    @Override
    public Integer call() {
        return arguments.with(config -> {
            StatementCheck check = StatementCheck.of(config, Math.max(0, Math.min(sample, MOST_ROWS)));
            if (arguments.json()) {
                System.out.println(EtlCheckJson.of(config, check));
            } else {
                print(check);
            }
            return check.findings().isEmpty() ? Walferry.DONE : CheckOutput.ERRORS;
        });
    }

    private static void print(StatementCheck check) {
        Styles styles = Styles.ofThisProcess();
        for (Finding finding : check.findings()) {
            System.out.println(finding);
        }
        for (StatementCheck.Checked table : check.tables()) {
            System.out.println(styles.bold(table.source().toString()) + " -> " + table.target());
            for (MappedColumn column : table.columns()) {
                System.out.println(
                        "  " + column.name() + " " + column.type().replace("pg_catalog.", "") + ", " + origin(column));
            }
            for (RowSample.Pair row : table.sample()) {
                System.out.println("  < " + row.before());
                System.out.println("  > " + row.after().orElse("(does not arrive)"));
            }
        }
        if (check.tables().isEmpty() && check.findings().isEmpty()) {
            System.out.println("The task has no filter and no ETL statement.");
        }
    }

    static String origin(MappedColumn column) {
        return column.deletion()
                ? "marks deleted rows"
                : column.isComputed()
                        ? "computed"
                        : column.isConstant() ? "constant" : "as it is from " + column.source();
    }
}
