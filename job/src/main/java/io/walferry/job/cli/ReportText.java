package io.walferry.job.cli;

import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.Finding;
import io.walferry.job.precheck.CheckResult;
import io.walferry.job.precheck.CheckResult.State;
import io.walferry.job.precheck.PrecheckReport;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A report as lines: one block per item, then a summary. Statements stand on lines of their own, to be copied. */
final class ReportText {

    private static final int STATE_WIDTH = 11;
    private static final int ITEM_WIDTH = Stream.of(CheckItem.values())
                    .mapToInt(item -> item.label().length())
                    .max()
                    .getAsInt()
            + 2;
    private static final String MARGIN = " ".repeat(2 + STATE_WIDTH + ITEM_WIDTH);
    private static final int LEAST_TEXT_WIDTH = 40;

    private final Styles styles;
    private final List<String> lines = new ArrayList<>();

    ReportText(Styles styles) {
        this.styles = styles;
    }

    List<String> lines(PrecheckReport report) {
        report.results().forEach(this::result);
        lines.add("");
        lines.add(summary(report));
        return lines;
    }

    private void result(CheckResult result) {
        String head = "  " + state(result.state()) + padded(result.item().label(), ITEM_WIDTH);
        List<String> text = new ArrayList<>();
        if (!result.reason().isEmpty()) {
            text.addAll(wrapped(result.reason()));
        }
        for (Finding finding : result.findings()) {
            text.addAll(wrapped(finding.where() + ": " + finding.what()));
            if (!finding.why().isEmpty()) {
                text.addAll(wrapped("Why: " + finding.why()));
            }
            if (!finding.fix().isEmpty()) {
                text.addAll(wrapped("Fix: " + finding.fix()));
            }
            finding.remedies().stream()
                    .map(remedy -> "  " + remedy.side().label() + "=> " + remedy.statement() + ";")
                    .forEach(text::add);
        }
        lines.add((head + (text.isEmpty() ? "" : text.get(0))).stripTrailing());
        text.stream().skip(1).map(line -> MARGIN + line).forEach(lines::add);
    }

    private String state(State state) {
        return switch (state) {
            case PASSED -> styles.green(padded("ok", STATE_WIDTH));
            case ACCEPTED -> padded("accepted", STATE_WIDTH);
            case WARNING -> styles.yellow(padded("warning", STATE_WIDTH));
            case ERROR -> styles.red(padded("error", STATE_WIDTH));
            case NOT_CHECKED -> padded("unchecked", STATE_WIDTH);
        };
    }

    private List<String> wrapped(String text) {
        int width = Math.max(LEAST_TEXT_WIDTH, styles.width() - MARGIN.length());
        List<String> wrapped = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ")) {
            if (line.length() > 0 && line.length() + 1 + word.length() > width) {
                wrapped.add(line.toString());
                line.setLength(0);
            }
            line.append(line.length() == 0 ? "" : " ").append(word);
        }
        wrapped.add(line.toString());
        return wrapped;
    }

    private String summary(PrecheckReport report) {
        String counts = Stream.of(
                        count(report, State.ERROR, "with errors"),
                        count(report, State.WARNING, "with warnings"),
                        count(report, State.ACCEPTED, "with accepted warnings"),
                        count(report, State.NOT_CHECKED, "not checked"),
                        count(report, State.PASSED, "ok"))
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(", "));
        return report.results().size() + " items: " + counts;
    }

    private static String count(PrecheckReport report, State state, String words) {
        return report.count(state) == 0 ? "" : report.count(state) + " " + words;
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(width - text.length());
    }
}
