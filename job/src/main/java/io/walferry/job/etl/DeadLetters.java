package io.walferry.job.etl;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.walferry.job.model.ChangeCursor;
import io.walferry.job.model.ChangeKind;
import io.walferry.job.model.ChangeWriter;
import io.walferry.job.model.DeadLetter;
import io.walferry.job.model.Lsn;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Writes dead letters as changes of their own table, at the position of the row's change. A letter replaces an earlier one of the same
 * row; the next change of the row that can be made deletes it. Which rows may have one is read once, at the first change: all
 * chunks are in the target by then, and no other writer can add to it.
 */
final class DeadLetters {

    private static final int KEY_COLUMNS = DeadLetter.STREAM.key().size();

    private final LanePlan plan;
    private final DeadLetterRecords records;
    private final int[] keyColumns;
    /** Never forgets a key: deleting what is not there does no harm, and a replay may bring it back. */
    private Set<String> keys;

    DeadLetters(LanePlan plan, DeadLetterRecords records) {
        this.plan = plan;
        this.records = records;
        this.keyColumns = new int[plan.target().key().size()];
        for (int i = 0; i < keyColumns.length; i++) {
            keyColumns[i] = plan.outputs()[plan.target().key().get(i)];
        }
    }

    /** The letter about the change that the cursor is at. */
    void write(ChangeCursor change, String cause, ChangeWriter to) {
        String[] values = texts(change.bytes(), change.firstTuple());
        String key = key(values);
        keys().add(key);
        begin(ChangeKind.UPDATE, change, to);
        texts(
                to,
                letter(
                        key,
                        change.kind().name().toLowerCase(Locale.ROOT),
                        Lsn.format(change.commitLsn()),
                        String.valueOf(change.ordinal()),
                        json(values, null),
                        cause));
        to.end();
    }

    /** Deletes the letter about the row of the change that the cursor is at, if it may have one. */
    void clear(ChangeCursor change, ChangeWriter to) {
        if (keys().isEmpty()) {
            return;
        }
        String key = key(texts(change.bytes(), change.firstTuple()));
        if (keys.contains(key)) {
            begin(ChangeKind.DELETE, change, to);
            String[] values = letter(key, null, null, null, null, null);
            Arrays.fill(values, KEY_COLUMNS, values.length, null);
            texts(to, values);
            to.end();
        }
    }

    /** The letter about a line of a chunk, as a line for COPY. */
    String line(CopyFields fields, String cause) {
        String[] values = new String[plan.travelling()];
        for (int i = 0; i < values.length; i++) {
            if (!fields.isNull(i)) {
                int length = fields.unescape(i);
                values[i] = new String(fields.value(), fields.valueStart(), length, StandardCharsets.UTF_8);
            }
        }
        StringBuilder line = new StringBuilder();
        for (String value : letter(key(values), "load", null, null, json(values, null), cause)) {
            line.append(line.length() == 0 ? "" : "\t").append(value == null ? "\\N" : escaped(value));
        }
        return line.append('\n').toString();
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\")
                .replace("\t", "\\t")
                .replace("\n", "\\n")
                .replace("\r", "\\r");
    }

    private Set<String> keys() {
        if (keys == null) {
            try {
                keys = new HashSet<>(records.keys(plan.source()));
            } catch (SQLException e) {
                throw new IllegalStateException("cannot read the dead letters: SQLSTATE " + e.getSQLState(), e);
            }
        }
        return keys;
    }

    private static void begin(ChangeKind kind, ChangeCursor change, ChangeWriter to) {
        to.begin(
                kind,
                ChangeWriter.ATTACHED,
                change.keyGroup(),
                DeadLetter.STREAM.id(),
                change.commitLsn(),
                change.ordinal());
    }

    /** In the order of {@link DeadLetter#COLUMNS}. */
    private String[] letter(String key, String operation, String lsn, String ordinal, String original, String cause) {
        return new String[] {
            records.task(),
            plan.source().schema(),
            plan.source().name(),
            key,
            operation,
            lsn,
            ordinal,
            original,
            cause,
            Instant.now().toString()
        };
    }

    private static void texts(ChangeWriter to, String[] values) {
        to.columns(values.length);
        for (String value : values) {
            if (value == null) {
                to.nullValue();
            } else {
                byte[] text = value.getBytes(StandardCharsets.UTF_8);
                to.text(text, 0, text.length);
            }
        }
    }

    private String[] texts(byte[] bytes, int tuple) {
        String[] values = new String[plan.travelling()];
        int position = tuple + 2;
        for (int i = 0; i < values.length; i++) {
            if (bytes[position] == 't') {
                values[i] = new String(
                        bytes, position + 5, ChangeCursor.valueLength(bytes, position), StandardCharsets.UTF_8);
            }
            position = ChangeCursor.skipColumn(bytes, position);
        }
        return values;
    }

    private String key(String[] values) {
        return json(values, keyColumns);
    }

    /** @param chosen the columns, in order; {@code null}: all */
    private String json(String[] values, int[] chosen) {
        List<String> names = plan.columns();
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            for (int i = 0; i < (chosen == null ? values.length : chosen.length); i++) {
                int column = chosen == null ? i : chosen[i];
                json.writeStringField(names.get(column), values[column]);
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }
}
