package io.walferry.job.config;

import java.io.Serializable;
import java.util.List;

/**
 * Which tables the task has. A pattern is {@code schema.table}; each half a name, or one with {@code *} for any characters;
 * a half with capitals, dots or spaces stands in double quotes as in SQL ({@code "My Schema"."Order.Items"}).
 *
 * @param schemas whole schemas, patterns of one half
 * @param tables single tables or patterns
 * @param exclude tables or patterns that are left out, whatever includes them
 */
public record ObjectsConfig(List<String> schemas, List<String> tables, List<String> exclude) implements Serializable {
    public ObjectsConfig {
        schemas = List.copyOf(schemas);
        tables = List.copyOf(tables);
        exclude = List.copyOf(exclude);
    }
}
