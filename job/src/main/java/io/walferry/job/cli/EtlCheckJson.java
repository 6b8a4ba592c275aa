package io.walferry.job.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.walferry.job.config.TaskConfig;
import io.walferry.job.etl.RowSample;
import io.walferry.job.failure.Finding;
import io.walferry.job.model.MappedColumn;
import io.walferry.job.pipeline.StatementCheck;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** What statements make, as JSON. */
final class EtlCheckJson {

    private EtlCheckJson() {}

    static String of(TaskConfig config, StatementCheck check) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.useDefaultPrettyPrinter();
            json.writeStartObject();
            json.writeStringField("task", config.task());
            json.writeArrayFieldStart("findings");
            for (Finding finding : check.findings()) {
                json.writeString(finding.toString());
            }
            json.writeEndArray();
            json.writeArrayFieldStart("tables");
            for (StatementCheck.Checked table : check.tables()) {
                table(json, table);
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static void table(JsonGenerator json, StatementCheck.Checked table) throws IOException {
        json.writeStartObject();
        json.writeStringField("source", table.source().toString());
        json.writeStringField("target", table.target().toString());
        json.writeArrayFieldStart("columns");
        for (MappedColumn column : table.columns()) {
            json.writeStartObject();
            json.writeStringField("name", column.name());
            json.writeStringField("type", column.type());
            json.writeStringField("origin", EtlCheckCommand.origin(column));
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("sample");
        for (RowSample.Pair row : table.sample()) {
            json.writeStartObject();
            json.writeStringField("before", row.before());
            json.writeStringField("after", row.after().orElse(null));
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
