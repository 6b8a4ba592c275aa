package io.walferry.job.model;

import java.io.Serializable;

/**
 * A column of the target that rows of a source table fill.
 *
 * @param source name at the source; {@code null} if the column has a constant or is computed
 * @param name name at the target
 * @param type SQL text of the type at the target, see {@link StreamColumn#type}
 * @param constant text of the value that all rows get; {@code null} if the column comes from the source or is computed
 */
public record MappedColumn(String source, String name, String type, boolean identityAlways, String constant)
        implements Serializable {

    public MappedColumn {
        if (source != null && constant != null) {
            throw new IllegalArgumentException("column " + name + " has a source column and a constant");
        }
    }

    public static MappedColumn of(Column column, String name) {
        return new MappedColumn(column.name(), name, column.type(), column.identity() == Column.Identity.ALWAYS, null);
    }

    /** What the table's statement makes. */
    public static MappedColumn computed(String name, String type) {
        return new MappedColumn(null, name, type, false, null);
    }

    public boolean isConstant() {
        return constant != null;
    }

    /** Neither a source column nor a constant: the table's statement makes it. */
    public boolean isComputed() {
        return constant == null && source == null;
    }
}
