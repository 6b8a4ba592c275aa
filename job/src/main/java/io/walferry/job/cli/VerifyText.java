package io.walferry.job.cli;

import io.walferry.job.verify.VerificationReport;
import io.walferry.job.verify.VerificationReport.Difference;
import io.walferry.job.verify.VerificationReport.ObjectDifference;
import io.walferry.job.verify.VerificationReport.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A verification as lines for people. */
final class VerifyText {

    private static final int DIFFERENCES_SHOWN = 20;
    private static final int VALUE_CHARACTERS = 60;

    private final Styles styles;

    VerifyText(Styles styles) {
        this.styles = styles;
    }

    /** How far it is, in one line. */
    static String progress(VerificationReport report) {
        long estimated = report.tables().stream()
                .mapToLong(table -> Math.max(table.estimatedRows(), table.sourceRows()))
                .sum();
        long chunks = report.tables().stream().mapToLong(Table::chunks).sum();
        long done = report.tables().stream().mapToLong(Table::chunksDone).sum();
        long found = report.tables().stream().mapToLong(Table::found).sum();
        return format(
                "%s: %,d of about %,d rows, %d of %d chunks, %,.0f rows/s, %,d differences%s",
                report.state(),
                report.sourceRows(),
                estimated,
                done,
                chunks,
                report.sourceRows() / Math.max(0.1, report.elapsedSeconds()),
                found,
                report.detail().isEmpty() ? "" : "; " + report.detail());
    }

    /** A run of what has changed that has found no difference, in one line. */
    static String interval(VerificationReport report) {
        long unsettled = report.tables().stream().mapToLong(Table::unsettled).sum();
        return format(
                "run %d: %,d rows of %d tables with changes in %.1f s, %s",
                report.run(),
                report.sourceRows(),
                report.tables().size(),
                report.elapsedSeconds(),
                !report.done()
                        ? "not finished"
                        : unsettled == 0 ? "equal" : format("equal but for %,d that changed all the time", unsettled));
    }

    List<String> lines(VerificationReport report) {
        List<String> lines = new ArrayList<>();
        lines.add("");
        int width = report.tables().stream()
                .mapToInt(table -> table.name().length())
                .max()
                .orElse(5);
        lines.add(styles.bold(format(
                "%-" + width + "s %14s %14s %11s %9s %9s %9s",
                "table",
                "source rows",
                "target rows",
                "different",
                "missing",
                "extra",
                "rows/s")));
        for (Table table : report.tables()) {
            String line = format(
                    "%-" + width + "s %,14d %,14d %,11d %,9d %,9d %,9.0f",
                    table.name(),
                    table.sourceRows(),
                    table.targetRows(),
                    table.different(),
                    table.missing(),
                    table.extra(),
                    table.rowsPerSecond());
            lines.add(table.found() == 0 ? line : styles.red(line));
            if (!table.checked()) {
                lines.add("  not checked completely: " + table.chunksDone() + " of " + table.chunks() + " chunks");
            }
            if (table.unsettled() > 0) {
                lines.add(format("  %,d rows changed all the time and could not be compared", table.unsettled()));
            }
            if (table.repaired() > 0) {
                lines.add(format("  %,d rows repaired and found equal", table.repaired()));
            }
            if (!table.note().isEmpty()) {
                lines.add("  " + table.note());
            }
        }
        objects(report, lines);
        differences(report, lines);
        lines.add("");
        lines.add(summary(report));
        return lines;
    }

    private void objects(VerificationReport report, List<String> lines) {
        if (!report.objects().isEmpty()) {
            lines.add("");
            lines.add(styles.bold("structure"));
        }
        for (ObjectDifference object : report.objects()) {
            String repaired = object.repaired()
                    .map(done -> done ? " (repaired)" : " (could not be repaired: " + object.detail() + ")")
                    .orElse("");
            lines.add(object.object() + ": " + object.what() + repaired);
            if (!object.repaired().orElse(false)) {
                object.statements().forEach(sql -> lines.add("  target=> " + sql + ";"));
            }
        }
    }

    private void differences(VerificationReport report, List<String> lines) {
        if (report.differences().isEmpty()) {
            return;
        }
        lines.add("");
        lines.add(styles.bold("rows"));
        for (Difference difference : report.differences()
                .subList(0, Math.min(DIFFERENCES_SHOWN, report.differences().size()))) {
            lines.add(difference.tableName() + " " + difference.identity() + " " + difference.kind()
                    + (difference.rows() > 1 ? " " + difference.rows() + " times" : "")
                    + (difference.repaired() ? " (repaired)" : ""));
            if (difference.kind().equals("different")) {
                for (int i = 0; i < difference.columns().size(); i++) {
                    lines.add("  " + difference.columns().get(i) + ": "
                            + shown(difference.sourceValues().get(i)) + " -> "
                            + shown(difference.targetValues().get(i)));
                }
            }
        }
        int more = report.differences().size() - DIFFERENCES_SHOWN;
        if (more > 0) {
            lines.add(format("%,d more are in walferry.verification_difference, run %d", more, report.run()));
        }
    }

    private String summary(VerificationReport report) {
        String checked = format(
                "run %d: %,d rows in %.1f s (%,.0f rows/s)",
                report.run(),
                report.sourceRows(),
                report.elapsedSeconds(),
                report.sourceRows() / Math.max(0.001, report.elapsedSeconds()));
        if (!report.done()) {
            return styles.yellow(checked + ", not finished: the same command goes on");
        }
        if (report.equal() && !report.complete()) {
            return styles.yellow(checked + ", both sides are equal in what could be compared");
        }
        if (report.equal()) {
            return styles.green(checked + ", both sides are equal");
        }
        return styles.red(checked
                + format(", %,d rows and %d objects differ", report.differingRows(), report.differingObjects()));
    }

    private static String shown(String value) {
        if (value == null) {
            return "NULL";
        }
        String line = value.replace("\n", "\\n").replace("\r", "\\r").replace("\u001b", "\\e");
        return "'" + (line.length() <= VALUE_CHARACTERS ? line : line.substring(0, VALUE_CHARACTERS) + "…") + "'";
    }

    private static String format(String text, Object... values) {
        return String.format(Locale.ROOT, text, values);
    }
}
