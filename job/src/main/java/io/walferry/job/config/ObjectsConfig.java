package io.walferry.job.config;

import java.io.Serializable;
import java.util.List;

/**
 * Which tables the task has, and what else. A pattern is {@code schema.name}; each half a name, or one with {@code *} for any
 * characters; a half with capitals, dots or spaces stands in double quotes as in SQL ({@code "My Schema"."Order.Items"}).
 *
 * @param schemas whole schemas with all that is in them, patterns of one half
 * @param tables single tables or patterns; they bring what they need, their sequences and foreign keys
 * @param exclude objects or patterns that are left out, whatever includes them
 * @param views views and materialized views that come besides
 * @param routines functions, procedures and aggregates that come besides, all of a name
 * @param triggers triggers and rules of the task's tables and views that come besides; schema of the table and name
 * @param grants privileges are carried over
 */
public record ObjectsConfig(
        List<String> schemas,
        List<String> tables,
        List<String> exclude,
        List<String> views,
        List<String> routines,
        List<String> triggers,
        boolean grants)
        implements Serializable {
    public ObjectsConfig {
        schemas = List.copyOf(schemas);
        tables = List.copyOf(tables);
        exclude = List.copyOf(exclude);
        views = List.copyOf(views);
        routines = List.copyOf(routines);
        triggers = List.copyOf(triggers);
    }

    /** Nothing besides. */
    public ObjectsConfig(List<String> schemas, List<String> tables, List<String> exclude) {
        this(schemas, tables, exclude, List.of(), List.of(), List.of(), false);
    }
}
