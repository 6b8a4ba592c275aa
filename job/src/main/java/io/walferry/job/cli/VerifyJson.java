package io.walferry.job.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.walferry.job.config.TaskConfig;
import io.walferry.job.verify.VerificationReport;
import io.walferry.job.verify.VerificationReport.Difference;
import io.walferry.job.verify.VerificationReport.ObjectDifference;
import io.walferry.job.verify.VerificationReport.Table;
import java.io.IOException;
import java.util.List;

/** A verification as JSON. */
final class VerifyJson {

    private VerifyJson() {}

    static String of(TaskConfig config, VerificationReport report) {
        return JsonText.pretty(config, json -> write(json, report));
    }

    /** On one line. */
    static String line(TaskConfig config, VerificationReport report) {
        return JsonText.line(config, json -> write(json, report));
    }

    private static void write(JsonGenerator json, VerificationReport report) throws IOException {
        json.writeNumberField("run", report.run());
        json.writeStringField("settings", report.settings());
        json.writeStringField("state", report.state());
        json.writeBooleanField("equal", report.equal());
        json.writeStringField("started", report.started().toString());
        if (report.ended().isPresent()) {
            json.writeStringField("ended", report.ended().get().toString());
        }
        json.writeNumberField("seconds", report.elapsedSeconds());
        json.writeNumberField("rows", report.sourceRows());
        json.writeNumberField("differing-rows", report.differingRows());
        json.writeNumberField("differing-objects", report.differingObjects());
        json.writeArrayFieldStart("tables");
        for (Table table : report.tables()) {
            write(json, table);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("objects");
        for (ObjectDifference object : report.objects()) {
            write(json, object);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("differences");
        for (Difference difference : report.differences()) {
            write(json, difference);
        }
        json.writeEndArray();
    }

    private static void write(JsonGenerator json, Table table) throws IOException {
        json.writeStartObject();
        json.writeStringField("table", table.name());
        json.writeStringField("source", table.source());
        if (!table.note().isEmpty()) {
            json.writeStringField("note", table.note());
        }
        json.writeBooleanField("checked", table.checked());
        json.writeNumberField("source-rows", table.sourceRows());
        json.writeNumberField("target-rows", table.targetRows());
        json.writeNumberField("different", table.different());
        json.writeNumberField("missing", table.missing());
        json.writeNumberField("extra", table.extra());
        json.writeNumberField("unsettled", table.unsettled());
        json.writeNumberField("repaired", table.repaired());
        json.writeNumberField("seconds", table.seconds());
        json.writeNumberField("rows-per-second", Math.round(table.rowsPerSecond()));
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, ObjectDifference object) throws IOException {
        json.writeStartObject();
        json.writeStringField("object", object.object());
        json.writeStringField("what", object.what());
        texts(json, "statements", object.statements());
        if (object.repaired().isPresent()) {
            json.writeBooleanField("repaired", object.repaired().get());
            json.writeStringField("detail", object.detail());
        }
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Difference difference) throws IOException {
        json.writeStartObject();
        json.writeStringField("table", difference.tableName());
        json.writeStringField("identity", difference.identity());
        json.writeStringField("kind", difference.kind());
        json.writeNumberField("rows", difference.rows());
        texts(json, "columns", difference.columns());
        texts(json, "source-values", difference.sourceValues());
        texts(json, "target-values", difference.targetValues());
        json.writeStringField("lsn", difference.lsn());
        json.writeBooleanField("repaired", difference.repaired());
        json.writeStringField("found", difference.found().toString());
        json.writeEndObject();
    }

    private static void texts(JsonGenerator json, String name, List<String> texts) throws IOException {
        json.writeArrayFieldStart(name);
        for (String text : texts) {
            json.writeString(text);
        }
        json.writeEndArray();
    }
}
