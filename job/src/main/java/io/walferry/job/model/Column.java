package io.walferry.job.model;

import java.io.Serializable;

/**
 * A column as the catalog has it, as far as moving rows depends on it.
 *
 * @param name unquoted
 * @param type SQL text of the type, schema-qualified and quoted where needed, with modifier: {@code pg_catalog.numeric(10,2)}
 * @param bareType the same without modifier and safe in a cast of a literal: {@code pg_catalog."bit"}
 * @param notNull declared NOT NULL
 * @param identity GENERATED … AS IDENTITY
 * @param generated computed from other columns: never written, not in the stream
 * @param looseEquality values with different texts may be equal to the server ({@code citext}, {@code numeric} without a
 *     scale, {@code float8}, a nondeterministic collation, …)
 * @param binarySafe the COPY binary form means the same on every server: built in, and no element type that is not
 */
public record Column(
        String name,
        String type,
        String bareType,
        boolean notNull,
        Identity identity,
        boolean generated,
        boolean looseEquality,
        boolean binarySafe)
        implements Serializable {

    /** Identity columns. */
    public enum Identity {
        NONE,
        BY_DEFAULT,
        ALWAYS
    }
}
