package io.walferry.job.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.walferry.job.control.StructureLedger;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;

/** Changes of structure as JSON. */
final class DdlJson {

    private DdlJson() {}

    static String of(List<StructureLedger.Recorded> steps) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.useDefaultPrettyPrinter();
            json.writeStartArray();
            for (StructureLedger.Recorded step : steps) {
                json.writeStartObject();
                json.writeStringField("position", step.position());
                json.writeStringField("state", step.state());
                json.writeStringField("command", step.tag());
                json.writeStringField("source", step.text());
                json.writeStringField("target", step.statements());
                json.writeStringField("message", step.message());
                json.writeNumberField("milliseconds", step.durationMs());
                json.writeEndObject();
            }
            json.writeEndArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }
}
