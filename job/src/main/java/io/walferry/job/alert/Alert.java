package io.walferry.job.alert;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * One message about a task. Never carries a row value or a secret.
 *
 * @param source address
 * @param target address
 * @param since of what it is about
 * @param words how it is now
 */
public record Alert(
        String task, String source, String target, AlertKind kind, State state, Instant since, String words) {

    public enum State {
        RAISED,
        /** It lasts. */
        REMINDED,
        PASSED;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Alert {
        since = since.truncatedTo(ChronoUnit.SECONDS);
    }

    /** In one line. */
    String title() {
        return "Walferry task " + task + ": "
                + switch (state) {
                    case RAISED -> kind.title();
                    case REMINDED -> "still: " + kind.title();
                    case PASSED -> kind.passed();
                };
    }

    String text() {
        return title() + "\n" + words + "\n" + source + " -> " + target + ", since " + since;
    }

    String json() {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("task", task);
            json.writeStringField("event", kind.label());
            json.writeStringField("state", state.label());
            json.writeStringField("title", title());
            json.writeStringField("words", words);
            json.writeStringField("since", since.toString());
            json.writeStringField("source", source);
            json.writeStringField("target", target);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }
}
