package io.walferry.job.cli;

import io.walferry.job.model.Amounts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** Progress in words: pure functions from a report to lines. */
final class ProgressView {

    private static final String LOAD = "load";
    private static final String CHANGES = "changes";
    private static final int WIDEST_BAR = 40;
    private static final long QUIET_MS = 5_000;
    private static final String GAP = "   ";
    private static final String INDENT = "  ";

    private ProgressView() {}

    /** Lines of at most that many columns, for a terminal. */
    static List<String> lines(String task, Progress.Report report, int columns) {
        List<String> lines = new ArrayList<>();
        report.progress()
                .ifPresentOrElse(
                        progress -> {
                            if (progress.phase().equals(LOAD)) {
                                lines.add(bar(progress.load().share(), columns));
                            }
                            lines.addAll(wrap(
                                    prepend(task + ": " + progress.phaseWord(), parts(progress, report.rates())),
                                    columns));
                        },
                        () -> lines.add(task + ": starting"));
        report.trouble().ifPresent(trouble -> lines.addAll(LineWrap.words(trouble, columns)));
        return lines.stream().map(line -> cut(line, columns)).toList();
    }

    /** One line of any length, for a file or a pipe. */
    static String line(String task, Progress.Report report) {
        String known = report.progress()
                .map(progress -> {
                    List<String> parts = parts(progress, report.rates());
                    return progress.phaseWord() + (parts.isEmpty() ? "" : ": " + String.join(", ", parts));
                })
                .orElse("starting");
        return task + ": " + known
                + report.trouble().map(trouble -> "; " + trouble).orElse("");
    }

    private static List<String> parts(Progress progress, Progress.Rates rates) {
        List<String> parts = new ArrayList<>();
        if (progress.phase().equals(LOAD)) {
            Progress.Load load = progress.load();
            parts.add((int) (load.share() * 100) + "%");
            parts.add(load.tablesLoaded() + " of " + load.tables() + " tables");
            parts.add(number(load.rows()) + " rows");
            // Whole chunks arrive at once, so no rows means that none of them is complete yet.
            if (rates.rowsPerSecond().orElse(0) > 0) {
                parts.add(number(rates.rowsPerSecond().getAsLong()) + " rows/s");
                rates.bytesPerSecond().ifPresent(rate -> parts.add(Amounts.bytes(rate) + "/s"));
            }
            rates.secondsLeft().ifPresent(seconds -> parts.add("about " + Amounts.duration(seconds * 1_000) + " left"));
        } else if (progress.phase().equals(CHANGES)) {
            Progress.Changes changes = progress.changes();
            parts.add(number(changes.applied()) + " changes");
            rates.changesPerSecond().ifPresent(rate -> parts.add(number(rate) + "/s"));
            changes.lagMs().ifPresent(lag -> parts.add("lag " + Amounts.duration(lag)));
            changes.bytesBehind().ifPresent(behind -> parts.add(Amounts.bytes(behind) + " behind"));
            quiet(changes.quietMs()).ifPresent(parts::add);
        }
        if (!progress.activity().isEmpty()) {
            parts.add(progress.activity());
        }
        return parts;
    }

    private static Optional<String> quiet(OptionalLong quietMs) {
        return quietMs.isPresent() && quietMs.getAsLong() > QUIET_MS
                ? Optional.of("last change " + Amounts.duration(quietMs.getAsLong()) + " ago")
                : Optional.empty();
    }

    private static String bar(double share, int columns) {
        int width = Math.max(4, Math.min(WIDEST_BAR, columns - 2));
        int full = (int) Math.round(Math.max(0, Math.min(1, share)) * width);
        return "[" + "#".repeat(full) + "-".repeat(width - full) + "]";
    }

    private static List<String> prepend(String first, List<String> parts) {
        List<String> all = new ArrayList<>(List.of(first));
        all.addAll(parts);
        return all;
    }

    /** Parts side by side; what has no room goes to the next line. */
    private static List<String> wrap(List<String> parts, int columns) {
        List<String> lines = new ArrayList<>();
        String line = "";
        for (String part : parts) {
            if (part.length() > columns - INDENT.length()) {
                lines.addAll(line.isEmpty() ? List.of() : List.of(line));
                List<String> pieces = LineWrap.words(part, columns - INDENT.length());
                pieces.subList(0, pieces.size() - 1).forEach(piece -> lines.add(INDENT + piece));
                line = INDENT + pieces.get(pieces.size() - 1);
            } else if (line.isEmpty()) {
                line = part;
            } else if (line.length() + GAP.length() + part.length() <= columns) {
                line += GAP + part;
            } else {
                lines.add(line);
                line = INDENT + part;
            }
        }
        lines.add(line);
        return lines;
    }

    private static String cut(String line, int columns) {
        return line.length() <= columns ? line : line.substring(0, Math.max(1, columns));
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }
}
