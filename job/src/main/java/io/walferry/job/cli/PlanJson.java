package io.walferry.job.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.walferry.job.catalog.LeftOut;
import io.walferry.job.config.TaskConfig;
import io.walferry.job.failure.Finding;
import io.walferry.job.pipeline.TaskPlan;
import io.walferry.job.schema.PlannedObject;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Locale;

/** A plan as JSON. */
final class PlanJson {

    private PlanJson() {}

    static String of(TaskConfig config, TaskPlan plan) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.useDefaultPrettyPrinter();
            json.writeStartObject();
            json.writeStringField("task", config.task());
            json.writeStringField("source", config.source().address());
            json.writeStringField("target", config.target().address());
            json.writeArrayFieldStart("objects");
            for (PlannedObject object : plan.objects()) {
                json.writeStartObject();
                json.writeStringField("object", object.name());
                json.writeStringField(
                        "when", object.when().name().toLowerCase(Locale.ROOT).replace('_', '-'));
                json.writeBooleanField("present", object.present());
                json.writeArrayFieldStart("statements");
                for (String statement : object.statements()) {
                    json.writeString(statement);
                }
                json.writeEndArray();
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeArrayFieldStart("tables");
            for (TaskPlan.LoadedTable table : plan.tables()) {
                json.writeStartObject();
                json.writeStringField("schema", table.source().schema());
                json.writeStringField("table", table.source().name());
                json.writeStringField("target-schema", table.target().schema());
                json.writeStringField("target-table", table.target().name());
                json.writeNumberField("chunks", table.chunks());
                json.writeNumberField("estimated-rows", table.estimatedRows());
                json.writeNumberField("bytes", table.bytes());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeArrayFieldStart("left-out");
            for (LeftOut object : plan.leftOut()) {
                json.writeStartObject();
                json.writeStringField("object", object.object());
                json.writeStringField("reason", object.reason());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeArrayFieldStart("findings");
            for (Finding finding : plan.findings()) {
                ReportJson.write(json, finding);
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }
}
