package io.walferry.job.model;

import java.io.Serializable;
import java.util.Comparator;
import java.util.Objects;

/** A table's schema and name, as the catalog spells them: unquoted, case kept. */
public record TableId(String schema, String name) implements Comparable<TableId>, Serializable {

    private static final Comparator<TableId> ORDER =
            Comparator.comparing(TableId::schema).thenComparing(TableId::name);

    public TableId {
        Objects.requireNonNull(schema, "schema");
        Objects.requireNonNull(name, "name");
    }

    @Override
    public int compareTo(TableId other) {
        return ORDER.compare(this, other);
    }

    /** For people: {@code schema.name}. In SQL use {@code Identifier}. */
    @Override
    public String toString() {
        return schema + "." + name;
    }
}
