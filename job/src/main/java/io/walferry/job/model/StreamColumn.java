package io.walferry.job.model;

import java.io.Serializable;

/**
 * A column as the writer needs it.
 *
 * @param name at the target, unquoted
 * @param type SQL text of the type at the target, schema-qualified and quoted, with modifier: {@code pg_catalog.numeric(10,2)}
 * @param identityAlways {@code GENERATED ALWAYS AS IDENTITY}: it can be inserted with OVERRIDING SYSTEM VALUE, never updated
 */
public record StreamColumn(String name, String type, boolean identityAlways) implements Serializable {}
