package io.walferry.job.source;

import io.walferry.job.model.Column;
import io.walferry.job.model.CopyFormat;
import io.walferry.job.model.MappedColumn;
import io.walferry.job.model.StreamColumn;
import io.walferry.job.model.StreamTable;
import io.walferry.job.model.TableMapping;
import io.walferry.job.model.TableSchema;
import java.util.ArrayList;
import java.util.List;

/** A source table as the writers need it: made in one place, because chunks and changes must agree on it. */
public final class StreamTables {

    /** In a {@link #projection}: the table's constant. */
    public static final int CONSTANT = -1;

    /** In a {@link #projection}: what marks deleted rows, NULL in one that is there. */
    public static final int DELETION = -2;

    private StreamTables() {}

    /**
     * @param id see {@link StreamTable#id()}
     * @return the target table with the columns that rows fill
     * @throws IllegalArgumentException if a key column is not among them
     */
    public static StreamTable of(TableSchema schema, int id) {
        TableMapping mapping = schema.mapping();
        List<StreamColumn> columns = new ArrayList<>(mapping.columns().size());
        for (MappedColumn column : mapping.columns()) {
            columns.add(new StreamColumn(column.name(), column.type(), column.identityAlways()));
        }
        List<Integer> key = new ArrayList<>(schema.key().size() + 1);
        for (String name : schema.key()) {
            int index = mapping.indexOfSource(name);
            if (index < 0) {
                throw new IllegalArgumentException(
                        "key column " + name + " of " + schema.id() + " is not a stored column");
            }
            key.add(index);
        }
        if (!key.isEmpty() && mapping.constantColumn() >= 0) {
            key.add(mapping.constantColumn());
        }
        return new StreamTable(id, mapping.target(), columns, key, schema.looseKey(), schema.otherUnique());
    }

    /**
     * Per column of {@link #of} its index among the stored columns, {@link #CONSTANT} or {@link #DELETION}; {@code null} if
     * rows travel as the source has them.
     */
    public static int[] projection(TableSchema schema) {
        List<Column> stored = schema.storedColumns();
        List<MappedColumn> columns = schema.mapping().columns();
        int[] projection = new int[columns.size()];
        boolean same = columns.size() == stored.size();
        for (int i = 0; i < projection.length; i++) {
            projection[i] = columns.get(i).deletion()
                    ? DELETION
                    : indexOf(columns.get(i).source(), stored);
            same &= projection[i] == i;
        }
        return same ? null : projection;
    }

    /** Binary, which costs both servers less, where every column's binary form means the same to both and nobody looks inside; else text. */
    public static CopyFormat copyFormat(TableSchema schema) {
        if (schema.mapping().statement() != null) {
            return CopyFormat.TEXT;
        }
        for (Column column : schema.storedColumns()) {
            int mapped = schema.mapping().indexOfSource(column.name());
            boolean sameType =
                    mapped < 0 || schema.mapping().columns().get(mapped).type().equals(column.type());
            if (mapped >= 0 && !(column.binarySafe() && sameType)) {
                return CopyFormat.TEXT;
            }
        }
        return CopyFormat.BINARY;
    }

    private static int indexOf(String name, List<Column> stored) {
        for (int i = 0; i < stored.size(); i++) {
            if (stored.get(i).name().equals(name)) {
                return i;
            }
        }
        return CONSTANT;
    }
}
