package io.walferry.job.verify;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;

/** A row as JSON: column to the server's text of its value, or null. */
final class RowImage {

    private static final JsonFactory JSON = new JsonFactory();

    private RowImage() {}

    static String json(ComparedTable table, RowLookup.Values values) {
        if (values == null) {
            return null;
        }
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            List<String> columns = table.targetRows().columns();
            for (int i = 0; i < columns.size(); i++) {
                json.writeStringField(columns.get(i), values.plain().get(i));
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }
}
