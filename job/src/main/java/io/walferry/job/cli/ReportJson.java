package io.walferry.job.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.walferry.job.config.TaskConfig;
import io.walferry.job.failure.Finding;
import io.walferry.job.precheck.CheckResult;
import io.walferry.job.precheck.CheckResult.State;
import io.walferry.job.precheck.PrecheckReport;
import java.io.IOException;
import java.util.Locale;

/** A report as JSON. */
final class ReportJson {

    private ReportJson() {}

    static String of(TaskConfig config, PrecheckReport report) {
        return JsonText.pretty(config, json -> write(json, report));
    }

    private static void write(JsonGenerator json, PrecheckReport report) throws IOException {
        for (State state : State.values()) {
            json.writeNumberField(label(state), report.count(state));
        }
        json.writeArrayFieldStart("items");
        for (CheckResult result : report.results()) {
            write(json, result);
        }
        json.writeEndArray();
    }

    private static void write(JsonGenerator json, CheckResult result) throws IOException {
        json.writeStartObject();
        json.writeStringField("item", result.item().label());
        json.writeStringField("state", label(result.state()));
        if (!result.reason().isEmpty()) {
            json.writeStringField("reason", result.reason());
        }
        json.writeArrayFieldStart("findings");
        for (Finding finding : result.findings()) {
            write(json, finding);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    static void write(JsonGenerator json, Finding finding) throws IOException {
        json.writeStartObject();
        json.writeStringField("severity", finding.severity().name().toLowerCase(Locale.ROOT));
        json.writeStringField("where", finding.where());
        json.writeStringField("what", finding.what());
        json.writeStringField("why", finding.why());
        json.writeStringField("fix", finding.fix());
        json.writeArrayFieldStart("remedies");
        for (Finding.Remedy remedy : finding.remedies()) {
            json.writeStartObject();
            json.writeStringField("side", remedy.side().label());
            json.writeStringField("statement", remedy.statement());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static String label(State state) {
        return state.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
