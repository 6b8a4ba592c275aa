package io.walferry.job.model;

import java.io.Serializable;

/**
 * A column of the target that rows of a source table fill.
 *
 * @param source name at the source; {@code null} if the column has a constant, is computed or marks deleted rows
 * @param name name at the target
 * @param type SQL text of the type at the target, see {@link StreamColumn#type}
 * @param constant text of the value that all rows get; {@code null} in all other cases
 * @param deletion the column marks deleted rows: it has the commit time of the deletion, and NULL where the row is there
 */
public record MappedColumn(
        String source, String name, String type, boolean identityAlways, String constant, boolean deletion)
        implements Serializable {

    public MappedColumn {
        if (source != null && constant != null) {
            throw new IllegalArgumentException("column " + name + " has a source column and a constant");
        }
    }

    public static MappedColumn of(Column column, String name) {
        return new MappedColumn(
                column.name(), name, column.type(), column.identity() == Column.Identity.ALWAYS, null, false);
    }

    /** What the table's statement makes. */
    public static MappedColumn computed(String name, String type) {
        return new MappedColumn(null, name, type, false, null, false);
    }

    /** What all rows of the table get. */
    public static MappedColumn constant(String name, String type, String value) {
        return new MappedColumn(null, name, type, false, value, false);
    }

    /** What marks deleted rows. */
    public static MappedColumn deletion(String name) {
        return new MappedColumn(null, name, "pg_catalog.timestamptz", false, null, true);
    }

    /** The same under another type. */
    public MappedColumn withType(String other) {
        return new MappedColumn(source, name, other, identityAlways, constant, deletion);
    }

    public boolean isConstant() {
        return constant != null;
    }

    /** The table's statement makes it. */
    public boolean isComputed() {
        return constant == null && source == null && !deletion;
    }
}
