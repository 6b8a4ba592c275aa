package io.walferry.job.model;

import java.io.Serializable;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A source table that the task moves.
 *
 * @param id at the source
 * @param oid {@code pg_class.oid} at the source, which names it in the changelog
 * @param partitioned a partitioned table: published, loaded and written through its root
 * @param columns all columns in catalog order, generated ones too
 * @param replicaIdentity as declared
 * @param key names of the columns that identify a row at the target and have a unique index there; always logged with updates
 *     and deletes. Empty: rows are identified by all of their columns (then the identity is FULL)
 * @param keyIndex name of the index or constraint that makes {@code key} unique; {@code null} if {@code key} is empty
 * @param otherUnique has a unique or exclusion constraint or index besides {@code keyIndex}
 */
public record TableSchema(
        TableId id,
        long oid,
        boolean partitioned,
        List<Column> columns,
        ReplicaIdentity replicaIdentity,
        List<String> key,
        String keyIndex,
        boolean otherUnique)
        implements Serializable {

    public TableSchema {
        columns = List.copyOf(columns);
        key = List.copyOf(key);
    }

    /** The columns that are read and written: all but the generated ones. */
    public List<Column> storedColumns() {
        return columns.stream().filter(column -> !column.generated()).collect(Collectors.toList());
    }

    /** Whether two texts of a key may be equal to the server. */
    public boolean looseKey() {
        return columns.stream().anyMatch(column -> key.contains(column.name()) && column.looseEquality());
    }
}
