package io.walferry.job.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.walferry.job.config.TaskConfig;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** An object about a task, as text. */
final class JsonText {

    private JsonText() {}

    /** Writes the fields. */
    @FunctionalInterface
    interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    /** Over many lines, for one answer. */
    static String pretty(TaskConfig config, Fields fields) {
        return text(config, fields, true);
    }

    /** On one line, for one of many answers. */
    static String line(TaskConfig config, Fields fields) {
        return text(config, fields, false);
    }

    private static String text(TaskConfig config, Fields fields, boolean pretty) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            if (pretty) {
                json.useDefaultPrettyPrinter();
            }
            json.writeStartObject();
            json.writeStringField("task", config.task());
            json.writeStringField("source", config.source().address());
            json.writeStringField("target", config.target().address());
            fields.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }
}
