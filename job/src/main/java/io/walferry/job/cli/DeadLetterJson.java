package io.walferry.job.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.walferry.job.control.DeadLetterLedger;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;

/** Dead letters as JSON. */
final class DeadLetterJson {

    private DeadLetterJson() {}

    /** @param withValues the rows too, besides their keys */
    static String of(List<DeadLetterLedger.Letter> letters, boolean withValues) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.useDefaultPrettyPrinter();
            json.writeStartArray();
            for (DeadLetterLedger.Letter letter : letters) {
                json.writeStartObject();
                json.writeStringField("schema", letter.table().schema());
                json.writeStringField("table", letter.table().name());
                json.writeFieldName("key");
                json.writeRawValue(letter.key());
                json.writeStringField("operation", letter.operation());
                json.writeStringField("lsn", letter.lsn());
                json.writeNumberField("ordinal", letter.ordinal());
                json.writeStringField("cause", letter.cause());
                if (withValues) {
                    json.writeFieldName("original");
                    json.writeRawValue(letter.original());
                }
                json.writeStringField("at", letter.at());
                json.writeEndObject();
            }
            json.writeEndArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }
}
