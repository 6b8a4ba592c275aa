package io.walferry.job.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Set;

/**
 * A task file as JSON, which is YAML too, so that the result can stand for the file. It has what the file says, with variables as
 * they are written there; a secret that stands in the file itself becomes a variable.
 */
final class TaskFileJson {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final Set<String> SECRETS = Set.of("password", "key-password", "secret", "url");

    private TaskFileJson() {}

    static JsonNode of(YamlNode root) {
        return of(root, "");
    }

    /** @param path of keys, with underscores between */
    private static JsonNode of(YamlNode node, String path) {
        if (node instanceof YamlNode.Mapping mapping) {
            ObjectNode object = JSON.objectNode();
            mapping.entries().forEach((key, entry) -> {
                String below = path.isEmpty() ? key : path + "_" + key;
                object.set(key, isSecret(key, entry.value()) ? variable(below) : of(entry.value(), below));
            });
            return object;
        }
        if (node instanceof YamlNode.Sequence sequence) {
            ArrayNode array = JSON.arrayNode();
            sequence.items().forEach(item -> array.add(of(item, path + "_" + (array.size() + 1))));
            return array;
        }
        return node instanceof YamlNode.Scalar scalar ? value(scalar.text()) : JSON.nullNode();
    }

    private static boolean isSecret(String key, YamlNode value) {
        return SECRETS.contains(key)
                && value instanceof YamlNode.Scalar scalar
                && !scalar.text().isEmpty()
                && !scalar.text().startsWith("file:")
                && !scalar.text().matches("\\$\\{[A-Za-z_][A-Za-z0-9_]*}");
    }

    private static JsonNode variable(String path) {
        return JSON.textNode("${" + path.toUpperCase(Locale.ROOT).replace('-', '_') + "}");
    }

    /** A number or a truth value only where its text stays the same. */
    private static JsonNode value(String text) {
        if (text.matches("0|[1-9][0-9]{0,17}")) {
            return JSON.numberNode(Long.parseLong(text));
        }
        return text.equals("true") || text.equals("false")
                ? JSON.booleanNode(Boolean.parseBoolean(text))
                : JSON.textNode(text);
    }
}
