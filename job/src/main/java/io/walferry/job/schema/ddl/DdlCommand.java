package io.walferry.job.schema.ddl;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.walferry.job.catalog.ObjectImage;
import io.walferry.job.catalog.ObjectKey;
import io.walferry.job.model.Lsn;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A row of {@code walferry.ddl_log}, as the changelog brings it. One command of a user may give several.
 *
 * @param commitLsn where the commit record of its transaction starts, or a later position without rows of before in between
 * @param tag what PostgreSQL calls the command: {@code ALTER TABLE}
 * @param text what the client sent: the command may be one of several in it, or be inside a function that it calls
 * @param failure why the command could not be captured; {@code null} but for {@link Event#UNKNOWN}
 */
public record DdlCommand(
        long id, long commitLsn, Event event, String tag, String text, List<DdlObject> objects, String failure) {

    /** Nobody has sent it. */
    static final DdlCommand NONE = new DdlCommand(0, Lsn.NONE, Event.COMMAND, "", "", List.of(), null);

    private static final ObjectMapper JSON = new ObjectMapper();

    /** What the row tells. */
    public enum Event {
        /** Objects as they are after a command. */
        COMMAND,
        /** Objects that are gone, and those that lost a part with them. */
        DROP,
        /** Rows of a table were written anew: comes before the row that tells of the command. */
        REWRITE,
        /** What a command has done could not be found out. */
        UNKNOWN
    }

    public DdlCommand {
        objects = List.copyOf(objects);
    }

    /** Whether it can have made a table: no other command does. */
    boolean makesTables() {
        return tag.startsWith("CREATE TABLE") || tag.equals("SELECT INTO") || tag.equals("CREATE SCHEMA");
    }

    /**
     * From the columns of the log.
     *
     * @throws IllegalArgumentException if they are none
     */
    public static DdlCommand of(long id, long commitLsn, String event, String tag, String text, String objects) {
        try {
            JsonNode json = JSON.readTree(objects);
            Event kind = Event.valueOf(event.toUpperCase(java.util.Locale.ROOT));
            List<DdlObject> all = new ArrayList<>();
            for (JsonNode object : kind == Event.UNKNOWN ? json.path("objects") : json) {
                all.add(object(object));
            }
            return new DdlCommand(
                    id,
                    commitLsn,
                    kind,
                    tag,
                    text,
                    all,
                    kind == Event.UNKNOWN
                            ? json.path("failure").asText() + " ("
                                    + json.path("state").asText() + ")"
                            : null);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("row " + id + " of walferry.ddl_log does not hold a command");
        }
    }

    private static DdlObject object(JsonNode json) {
        JsonNode image = json.get("image");
        JsonNode value = json.path("value");
        return new DdlObject(
                new ObjectKey(json.path("class").asText(), json.path("oid").asLong()),
                image == null || image.isNull() ? Optional.empty() : Optional.of(ObjectImage.of(image)),
                Optional.ofNullable(json.get("dropped")).map(JsonNode::asText),
                value.isObject()
                        ? Optional.of(new DdlObject.SequenceValue(
                                value.path("last").asLong(),
                                value.path("called").asBoolean()))
                        : Optional.empty(),
                json.path("rewritten").asInt());
    }
}
