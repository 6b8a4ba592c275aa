package io.walferry.job.model;

import java.io.Serializable;
import java.util.ArrayList;
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
 * @param mapping where and how its rows arrive
 */
public record TableSchema(
        TableId id,
        long oid,
        boolean partitioned,
        List<Column> columns,
        ReplicaIdentity replicaIdentity,
        List<String> key,
        String keyIndex,
        boolean otherUnique,
        TableMapping mapping)
        implements Serializable {

    public TableSchema {
        columns = List.copyOf(columns);
        key = List.copyOf(key);
    }

    /** A table that arrives as it is. */
    public TableSchema(
            TableId id,
            long oid,
            boolean partitioned,
            List<Column> columns,
            ReplicaIdentity replicaIdentity,
            List<String> key,
            String keyIndex,
            boolean otherUnique) {
        this(
                id,
                oid,
                partitioned,
                columns,
                replicaIdentity,
                key,
                keyIndex,
                otherUnique,
                TableMapping.identity(id, partitioned, columns));
    }

    public TableSchema withMapping(TableMapping other) {
        return new TableSchema(id, oid, partitioned, columns, replicaIdentity, key, keyIndex, otherUnique, other);
    }

    /** @param other see {@link #otherUnique()} */
    public TableSchema withOtherUnique(boolean other) {
        return new TableSchema(id, oid, partitioned, columns, replicaIdentity, key, keyIndex, other, mapping);
    }

    /**
     * Whether the load reads it from a single snapshot, and changes that this saw are left out: rows cannot be told apart, or the
     * target refuses a row for the sake of another already, so that a mixture of moments would stand in its own way.
     */
    public boolean loadedFromOneSnapshot() {
        return key.isEmpty() || mapping.existing() && otherUnique;
    }

    /** Names at the target of the key's columns, a constant one last; empty if there is no key. */
    public List<String> targetKey() {
        List<String> names = new ArrayList<>();
        for (String column : key) {
            names.add(mapping.columns().get(mapping.indexOfSource(column)).name());
        }
        int constant = mapping.constantColumn();
        if (!key.isEmpty() && constant >= 0) {
            names.add(mapping.columns().get(constant).name());
        }
        return names;
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
