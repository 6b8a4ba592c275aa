package io.walferry.job.catalog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the catalog says of one object as a whole, as {@link ImageFunction} gives it. */
public final class ObjectImage {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final JsonNode json;
    private final Map<CatalogQuery, List<Row>> rows = new EnumMap<>(CatalogQuery.class);

    private ObjectImage(JsonNode json) {
        this.json = json;
        Map<String, String> known = new HashMap<>();
        for (CatalogQuery query : CatalogQuery.values()) {
            JsonNode answer = json.get(query.label());
            if (answer != null && answer.isArray()) {
                List<Row> all = new ArrayList<>(answer.size());
                answer.forEach(row -> all.add(Row.of(row, query.columns(), known)));
                rows.put(query, all);
            }
        }
    }

    /** @throws IllegalArgumentException if it is no image */
    public static ObjectImage parse(String text) {
        try {
            return new ObjectImage(JSON.readTree(text));
        } catch (JsonProcessingException e) {
            // Not the cause: it would quote the text.
            throw new IllegalArgumentException("not an image of an object: its JSON is broken");
        }
    }

    public static ObjectImage of(JsonNode json) {
        return new ObjectImage(json);
    }

    public String text() {
        return json.toString();
    }

    List<Row> rows(CatalogQuery query) {
        return rows.getOrDefault(query, List.of());
    }

    /** Publications that it is in by itself. */
    List<String> published() {
        List<String> names = new ArrayList<>();
        json.path("published").forEach(name -> names.add(name.asText()));
        return names;
    }

    /** Of a schema its name. */
    Optional<String> namespace() {
        return Optional.ofNullable(json.get("namespace")).map(JsonNode::asText);
    }

    /** Of a mark that rows were written anew, why; else 0. */
    public int rewritten() {
        return json.path("rewritten").asInt();
    }

    /** Of a mark that labels of an enumeration have other names, one object for each; else empty. */
    public JsonNode renamed() {
        return json.path("renamed");
    }

    /** Without an index, a trigger, a rule or statistics of it; the same if it has none with this OID. */
    public ObjectImage without(long part) {
        Map<CatalogQuery, Integer> oids = Map.of(
                CatalogQuery.INDEXES, 1,
                CatalogQuery.PARTS, 2,
                CatalogQuery.RULES, 1,
                CatalogQuery.TRIGGERS, 1,
                CatalogQuery.STATISTICS, 1);
        ObjectNode copy = json.deepCopy();
        boolean changed = false;
        for (Map.Entry<CatalogQuery, Integer> entry : oids.entrySet()) {
            JsonNode answer = copy.get(entry.getKey().label());
            if (answer instanceof ArrayNode array) {
                for (int i = array.size() - 1; i >= 0; i--) {
                    if (array.get(i).path("c" + entry.getValue()).asLong() == part) {
                        array.remove(i);
                        changed = true;
                    }
                }
            }
        }
        return changed ? new ObjectImage(copy) : this;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ObjectImage image && image.json.equals(json);
    }

    @Override
    public int hashCode() {
        return json.hashCode();
    }

    /** @param values texts, lists of texts, or {@code null} */
    record Row(Object[] values) implements CatalogRow {

        private static Row of(JsonNode json, int columns, Map<String, String> known) {
            Object[] values = new Object[columns];
            for (int i = 0; i < columns; i++) {
                JsonNode value = json.get("c" + (i + 1));
                if (value == null || value.isNull()) {
                    continue;
                }
                if (value.isArray()) {
                    List<String> texts = new ArrayList<>(value.size());
                    value.forEach(text -> texts.add(text.isNull() ? null : text.asText()));
                    values[i] = texts;
                } else {
                    values[i] = known.computeIfAbsent(value.asText(), text -> text);
                }
            }
            return new Row(values);
        }

        @Override
        public String getString(int column) {
            return (String) values[column - 1];
        }

        @Override
        public long getLong(int column) {
            Object value = values[column - 1];
            return value == null ? 0 : Long.parseLong((String) value);
        }

        @Override
        public int getInt(int column) {
            return (int) getLong(column);
        }

        @Override
        public boolean getBoolean(int column) {
            return "true".equals(values[column - 1]);
        }

        @Override
        @SuppressWarnings("unchecked")
        public List<String> getTexts(int column) {
            Object value = values[column - 1];
            return value == null ? List.of() : (List<String>) value;
        }
    }
}
