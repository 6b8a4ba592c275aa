package io.walferry.job.cli;

import io.walferry.job.catalog.LeftOut;
import io.walferry.job.config.TaskConfig;
import io.walferry.job.failure.Finding;
import io.walferry.job.pipeline.TaskPlan;
import io.walferry.job.schema.PlannedObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A plan as lines. What is said beside a statement is an SQL comment, so that the statements can be copied as they are. */
final class PlanText {

    private static final int COUNT_WIDTH = 14;
    private static final int CHUNKS_WIDTH = 9;
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

    private final Styles styles;
    private final List<String> lines = new ArrayList<>();

    PlanText(Styles styles) {
        this.styles = styles;
    }

    List<String> lines(TaskConfig config, TaskPlan plan) {
        lines.add(styles.bold("task " + config.task()) + ": " + config.source().address() + " -> "
                + config.target().address());
        objects(plan, PlannedObject.When.BEFORE_LOAD, "Before the load");
        tables(plan.tables());
        objects(plan, PlannedObject.When.AFTER_LOAD, "After the load");
        objects(plan, PlannedObject.When.AT_CONSISTENCY, "When the target is consistent");
        leftOut(plan);
        long made = plan.objects().stream().filter(object -> !object.present()).count();
        lines.add("");
        lines.add(String.format(
                Locale.ROOT,
                "%d tables in %d chunks, %,d rows and %s, estimated; %d objects to make, %d there already, %d left out",
                plan.tables().size(),
                plan.tables().stream().mapToInt(TaskPlan.LoadedTable::chunks).sum(),
                rows(plan),
                bytes(plan.tables().stream()
                        .mapToLong(TaskPlan.LoadedTable::bytes)
                        .sum()),
                made,
                plan.objects().size() - made,
                plan.leftOut().size()));
        return lines;
    }

    private static long rows(TaskPlan plan) {
        return plan.tables().stream()
                .mapToLong(TaskPlan.LoadedTable::estimatedRows)
                .sum();
    }

    private void objects(TaskPlan plan, PlannedObject.When when, String heading) {
        List<PlannedObject> objects =
                plan.objects().stream().filter(object -> object.when() == when).toList();
        if (objects.isEmpty()) {
            return;
        }
        heading(heading + ", at the target");
        for (PlannedObject object : objects) {
            lines.add("-- " + object.name() + (object.present() ? " (there already)" : ""));
            if (!object.present()) {
                object.statements().forEach(statement -> lines.add(statement + ";"));
            }
        }
    }

    private void tables(List<TaskPlan.LoadedTable> tables) {
        heading("Load");
        int width =
                tables.stream().mapToInt(table -> names(table).length()).max().orElse(0) + 2;
        width = Math.max(width, "table".length() + 2);
        String row = "%-" + width + "s%" + CHUNKS_WIDTH + "s%" + COUNT_WIDTH + "s%" + COUNT_WIDTH + "s";
        lines.add(String.format(Locale.ROOT, row, "table", "chunks", "about rows", "size"));
        for (TaskPlan.LoadedTable table : tables) {
            lines.add(String.format(
                    Locale.ROOT,
                    row,
                    names(table),
                    table.chunks(),
                    String.format(Locale.ROOT, "%,d", table.estimatedRows()),
                    bytes(table.bytes())));
        }
    }

    private static String names(TaskPlan.LoadedTable table) {
        return table.source() + (table.target().equals(table.source()) ? "" : " -> " + table.target());
    }

    private void leftOut(TaskPlan plan) {
        if (plan.leftOut().isEmpty() && plan.findings().isEmpty()) {
            return;
        }
        heading("Left out, or not as at the source");
        for (LeftOut object : plan.leftOut()) {
            lines.add(object.toString());
        }
        for (Finding finding : plan.findings()) {
            lines.add(finding.toString());
        }
    }

    private void heading(String text) {
        lines.add("");
        lines.add(styles.bold(text));
    }

    private static String bytes(long count) {
        double value = count;
        int unit = 0;
        while (value >= 1024 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", value, UNITS[unit]);
    }
}
