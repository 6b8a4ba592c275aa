package io.walferry.udf;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.apache.flink.table.functions.ScalarFunction;

/**
 * {@code JSON_PATH(json, path)}: what stands at a path of names and numbers, {@code 'address.lines.0'}: a text without its
 * quotes, a number or boolean as written, an object or array as JSON. NULL if nothing is there, or JSON's null; NULL in an
 * argument gives NULL.
 */
public final class JsonPath extends ScalarFunction {

    private static final long serialVersionUID = 1L;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    /** @throws IllegalArgumentException if {@code json} is no JSON, or the path is empty */
    public String eval(String json, String path) {
        if (json == null || path == null) {
            return null;
        }
        if (path.isEmpty()) {
            throw new IllegalArgumentException("JSON_PATH needs a path, for example 'address.city'");
        }
        JsonNode node;
        try {
            node = JSON.readTree(json);
        } catch (JsonProcessingException e) {
            // Its message quotes the text.
            throw new IllegalArgumentException("JSON_PATH: the text is no JSON");
        }
        for (String step : path.split("\\.")) {
            node = node.isArray() && step.matches("\\d{1,9}") ? node.path(Integer.parseInt(step)) : node.path(step);
        }
        if (node.isMissingNode() || node.isNull()) {
            return null;
        }
        if (node.isBigDecimal()) {
            return node.decimalValue().toPlainString();
        }
        return node.isValueNode() ? node.asText() : node.toString();
    }
}
