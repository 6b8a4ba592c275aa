package io.walferry.job.source;

import io.walferry.job.model.Column;
import io.walferry.job.model.CopyFormat;
import io.walferry.job.model.StreamColumn;
import io.walferry.job.model.StreamTable;
import io.walferry.job.model.TableSchema;
import java.util.ArrayList;
import java.util.List;

/** A source table as the writers need it: made in one place, because chunks and changes must agree on it. */
public final class StreamTables {

    private StreamTables() {}

    /**
     * @param id see {@link StreamTable#id()}
     * @return the table with its stored columns in catalog order
     * @throws IllegalArgumentException if a key column is not among the stored columns
     */
    public static StreamTable of(TableSchema schema, int id) {
        List<Column> stored = schema.storedColumns();
        List<StreamColumn> columns = new ArrayList<>(stored.size());
        for (Column column : stored) {
            columns.add(new StreamColumn(column.name(), column.type(), column.identity() == Column.Identity.ALWAYS));
        }
        List<Integer> key = new ArrayList<>(schema.key().size());
        for (String name : schema.key()) {
            key.add(indexOf(name, stored, schema));
        }
        return new StreamTable(id, schema.id(), columns, key, schema.looseKey(), schema.otherUnique());
    }

    /** Binary, which costs both servers less, where every column's binary form means the same to both; else text. */
    public static CopyFormat copyFormat(TableSchema schema) {
        return schema.storedColumns().stream().allMatch(Column::binarySafe) ? CopyFormat.BINARY : CopyFormat.TEXT;
    }

    private static int indexOf(String name, List<Column> stored, TableSchema schema) {
        for (int i = 0; i < stored.size(); i++) {
            if (stored.get(i).name().equals(name)) {
                return i;
            }
        }
        throw new IllegalArgumentException("key column " + name + " of " + schema.id() + " is not a stored column");
    }
}
