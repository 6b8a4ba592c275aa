package io.walferry.job.cli;

import io.walferry.job.config.TaskConfig;
import io.walferry.job.verify.VerificationReport;
import io.walferry.job.verify.VerificationReport.Difference;
import io.walferry.job.verify.VerificationReport.ObjectDifference;
import io.walferry.job.verify.VerificationReport.Table;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** A verification as one page that needs nothing else: a verdict first, then what it rests on, then the rows. */
final class VerifyHtml {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);

    private static final String STYLE =
            """
            :root { --ink: #1b1f24; --soft: #57606a; --line: #d8dee4; --good: #1a7f37; --bad: #b42318; --open: #9a6700; }
            * { box-sizing: border-box; }
            body { font: 15px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; color: var(--ink);
                   background: #f6f8fa; margin: 0; }
            main { max-width: 1100px; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
            h1 { font-size: 1.35rem; margin: 0 0 .25rem; } h2 { font-size: 1.1rem; margin: 2.25rem 0 .75rem; }
            p { margin: .25rem 0; } .soft { color: var(--soft); }
            .verdict { background: #fff; border: 1px solid var(--line); border-left: 6px solid var(--good);
                       border-radius: 8px; padding: 1.1rem 1.4rem; margin: 1.25rem 0; }
            .verdict.bad { border-left-color: var(--bad); } .verdict.open { border-left-color: var(--open); }
            .verdict strong { font-size: 1.5rem; color: var(--good); }
            .bad strong, td.bad { color: var(--bad); } .open strong { color: var(--open); }
            .figures { display: flex; flex-wrap: wrap; gap: 2.25rem; margin-top: .9rem; }
            .figures div span { display: block; font-size: 1.3rem; font-weight: 600; }
            .scroll { overflow-x: auto; background: #fff; border: 1px solid var(--line); border-radius: 8px; }
            table { border-collapse: collapse; width: 100%; }
            th, td { text-align: left; padding: .45rem .8rem; border-top: 1px solid var(--line); vertical-align: top; }
            tr:first-child th { border-top: 0; } th { font-size: .8rem; color: var(--soft); font-weight: 600; }
            .n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
            code { font: 13px/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; white-space: pre-wrap;
                   overflow-wrap: anywhere; background: #eaeef2; border-radius: 3px; padding: 1px 0; }
            .null { color: var(--soft); font-style: italic; }
            @media print { body { background: #fff; } }
            """;

    private final StringBuilder page = new StringBuilder();

    private VerifyHtml() {}

    static String of(TaskConfig config, VerificationReport report) {
        VerifyHtml html = new VerifyHtml();
        html.write(config, report);
        return html.page.toString();
    }

    private void write(TaskConfig config, VerificationReport report) {
        add("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">");
        add("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        add("<title>Verification of " + escaped(config.task()) + "</title>");
        add("<style>\n" + STYLE + "</style></head><body><main>");
        add("<h1>Verification of " + escaped(config.task()) + "</h1>");
        add("<p class=\"soft\">" + escaped(config.source().address()) + " &rarr; "
                + escaped(config.target().address()) + "</p>");
        verdict(report);
        tables(report);
        objects(report);
        differences(report);
        add("</main></body></html>");
    }

    private void verdict(VerificationReport report) {
        String look =
                report.equal() && report.complete() ? "" : report.equal() ? " open" : report.done() ? " bad" : " open";
        String words = report.equal()
                ? report.complete()
                        ? "The target is equal to the source"
                        : "The target is equal to the source in what could be compared"
                : report.done()
                        ? number(report.differingRows()) + " rows and " + report.differingObjects()
                                + " objects are not as at the source"
                        : "Not finished";
        add("<section class=\"verdict" + look + "\"><strong>" + words + "</strong>");
        add("<p class=\"soft\">Run " + report.run() + " (" + escaped(report.settings()) + "), begun "
                + TIME.format(report.started())
                + report.ended().map(end -> ", ended " + TIME.format(end)).orElse("") + "</p>");
        add("<div class=\"figures\">");
        figure(number(report.tables().size()), "tables");
        figure(number(report.sourceRows()), "rows compared");
        figure(number(report.tables().stream().mapToLong(Table::found).sum()), "rows found to differ");
        figure(number(report.tables().stream().mapToLong(Table::repaired).sum()), "rows repaired");
        figure(String.format(Locale.ROOT, "%.1f s", report.elapsedSeconds()), "took");
        add("</div></section>");
    }

    private void figure(String value, String words) {
        add("<div><span>" + value + "</span>" + words + "</div>");
    }

    private void tables(VerificationReport report) {
        add("<h2>Tables</h2><div class=\"scroll\"><table><tr><th>Table</th><th class=\"n\">Rows at the source</th>"
                + "<th class=\"n\">Rows at the target</th><th class=\"n\">Different</th><th class=\"n\">Missing</th>"
                + "<th class=\"n\">Extra</th><th class=\"n\">Repaired</th><th class=\"n\">Rows/s</th></tr>");
        for (Table table : report.tables()) {
            add("<tr><td>" + escaped(table.name()) + note(from(table)) + note(table.note())
                    + note(table.checked() ? "" : "not checked completely")
                    + note(
                            table.unsettled() == 0
                                    ? ""
                                    : number(table.unsettled())
                                            + " rows changed all the time and could not be compared")
                    + "</td>" + cell(table.sourceRows(), false) + cell(table.targetRows(), false)
                    + cell(table.different(), true) + cell(table.missing(), true) + cell(table.extra(), true)
                    + cell(table.repaired(), false) + cell(Math.round(table.rowsPerSecond()), false) + "</tr>");
        }
        add("</table></div>");
    }

    private static String from(Table table) {
        return table.source().equals(table.name()) ? "" : "from " + table.source();
    }

    private static String note(String text) {
        return text.isEmpty() ? "" : "<br><span class=\"soft\">" + escaped(text) + "</span>";
    }

    private static String cell(long value, boolean shouldBeZero) {
        return "<td class=\"n" + (shouldBeZero && value > 0 ? " bad" : "") + "\">" + number(value) + "</td>";
    }

    private void objects(VerificationReport report) {
        if (report.objects().isEmpty()) {
            add("<h2>Structure</h2><p>Every object is there and valid, and no sequence is behind.</p>");
            return;
        }
        add("<h2>Structure</h2><div class=\"scroll\"><table><tr><th>Object</th><th>What</th><th>Mended by</th></tr>");
        for (ObjectDifference object : report.objects()) {
            String repaired = object.repaired()
                    .map(done -> done ? " (repaired)" : " (could not be repaired: " + object.detail() + ")")
                    .orElse("");
            add("<tr><td>" + escaped(object.object()) + "</td><td>" + escaped(object.what() + repaired)
                    + "</td><td><code>" + escaped(String.join(";\n", object.statements())) + "</code></td></tr>");
        }
        add("</table></div>");
    }

    private void differences(VerificationReport report) {
        if (report.differences().isEmpty()) {
            return;
        }
        add("<h2>Rows</h2><p class=\"soft\">The first of each table; all are counted above.</p>");
        add("<div class=\"scroll\"><table><tr><th>Table and key</th><th>Kind</th><th>Column</th><th>Source</th>"
                + "<th>Target</th></tr>");
        for (Difference difference : report.differences()) {
            int lines = Math.max(1, difference.columns().size());
            add("<tr><td rowspan=\"" + lines + "\">" + escaped(difference.tableName()) + "<br><code>"
                    + escaped(difference.identity()) + "</code></td><td rowspan=\"" + lines + "\">"
                    + escaped(difference.kind()) + (difference.rows() > 1 ? " &times; " + difference.rows() : "")
                    + (difference.repaired() ? "<br>repaired" : "") + "<br><span class=\"soft\">LSN "
                    + escaped(difference.lsn()) + "</span></td>");
            for (int i = 0; i < difference.columns().size(); i++) {
                add((i == 0 ? "" : "<tr>") + "<td>"
                        + escaped(difference.columns().get(i)) + "</td><td>"
                        + value(difference.sourceValues().get(i)) + "</td><td>"
                        + value(difference.targetValues().get(i)) + "</td></tr>");
            }
            if (difference.columns().isEmpty()) {
                add("<td colspan=\"3\"></td></tr>");
            }
        }
        add("</table></div>");
    }

    private static String value(String text) {
        return text == null ? "<span class=\"null\">NULL</span>" : "<code>" + escaped(text) + "</code>";
    }

    private static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    private void add(String text) {
        page.append(text).append('\n');
    }
}
