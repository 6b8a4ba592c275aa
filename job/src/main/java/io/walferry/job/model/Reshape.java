package io.walferry.job.model;

import java.util.List;

/**
 * What a statement makes of a table.
 *
 * @param target the table at the target
 * @param columns of the target that the statement names; empty if it names none, so that all arrive
 * @param statement its text
 */
public record Reshape(TableId target, List<MappedColumn> columns, String statement) {

    public Reshape {
        columns = List.copyOf(columns);
    }

    public boolean namesColumns() {
        return !columns.isEmpty();
    }
}
