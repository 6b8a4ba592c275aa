package io.walferry.job.cli;

import io.walferry.job.control.TaskStatus;
import io.walferry.job.model.Amounts;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.IntStream;

/** The tables of a task, a line each, in columns as wide as what stands in them. */
final class StatusTable {

    private static final int LEAST_NAME = 12;
    private static final int NARROW_BAR = 10;
    private static final int WIDE_BAR = 30;
    private static final String GAP = "  ";

    private final Styles styles;
    private final boolean bars;

    StatusTable(Styles styles, boolean bars) {
        this.styles = styles;
        this.bars = bars;
    }

    private record Column(String title, boolean left, Function<TaskStatus.Table, String> text) {}

    List<String> lines(List<TaskStatus.Table> tables) {
        if (tables.isEmpty()) {
            return List.of();
        }
        List<Column> columns = columns(tables, bars);
        int[] widths = widths(columns, tables);
        if (bars && width(widths) > styles.width()) {
            // A name says more than a bar.
            columns = columns(tables, false);
            widths = widths(columns, tables);
        }
        widths[0] = Math.max(LEAST_NAME, widths[0] - Math.max(0, width(widths) - styles.width()));
        List<String> lines = new ArrayList<>();
        lines.add(styles.bold(line(columns, widths, Column::title)));
        for (TaskStatus.Table table : tables) {
            lines.add(line(columns, widths, column -> column.text().apply(table)));
        }
        return lines;
    }

    private static int[] widths(List<Column> columns, List<TaskStatus.Table> tables) {
        return columns.stream()
                .mapToInt(column -> Math.max(
                        column.title().length(),
                        tables.stream()
                                .mapToInt(table -> column.text().apply(table).length())
                                .max()
                                .getAsInt()))
                .toArray();
    }

    private static int width(int[] widths) {
        return IntStream.of(widths).sum() + GAP.length() * (widths.length - 1);
    }

    private List<Column> columns(List<TaskStatus.Table> tables, boolean withBars) {
        boolean loading = tables.stream().anyMatch(table -> table.chunksLoaded() < table.chunks());
        List<Column> columns = new ArrayList<>();
        columns.add(new Column("table", true, table -> table.id().toString()));
        columns.add(new Column("state", true, TaskStatus.Table::state));
        if (withBars && loading) {
            int width = styles.width() >= 120 ? WIDE_BAR : NARROW_BAR;
            columns.add(new Column("", true, table -> bar(table.share(), width)));
        }
        columns.add(new Column("chunks", false, table -> table.chunksLoaded() + "/" + table.chunks()));
        columns.add(new Column("rows", false, table -> StatusText.number(table.rows())));
        columns.add(new Column("size", false, table -> Amounts.bytes(table.bytes())));
        if (loading) {
            columns.add(new Column("rows/s", false, table -> number(table.rowsPerSecond())));
            if (styles.width() >= 120) {
                columns.add(new Column(
                        "bytes/s",
                        false,
                        table -> table.bytesPerSecond().isPresent()
                                ? Amounts.bytes(table.bytesPerSecond().getAsLong())
                                : ""));
            }
            columns.add(new Column(
                    "left",
                    false,
                    table -> table.secondsLeft().isPresent()
                            ? StatusText.seconds(table.secondsLeft().getAsLong())
                            : ""));
        }
        return columns;
    }

    private static String number(OptionalLong value) {
        return value.isPresent() ? StatusText.number(value.getAsLong()) : "";
    }

    private String line(List<Column> columns, int[] widths, Function<Column, String> cells) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String cell = cells.apply(columns.get(i));
            if (cell.length() > widths[i]) {
                cell = cell.substring(0, widths[i] - 1) + "…";
            }
            String space = " ".repeat(widths[i] - cell.length());
            line.append(i == 0 ? "" : GAP).append(columns.get(i).left() ? cell + space : space + cell);
        }
        String text = line.toString().stripTrailing();
        return text.length() <= styles.width() ? text : text.substring(0, styles.width());
    }

    static String bar(double share, int width) {
        int full = (int) Math.round(Math.max(0, Math.min(1, share)) * width);
        return "[" + "#".repeat(full) + "-".repeat(width - full) + "]";
    }
}
