package io.walferry.job.catalog;

import java.util.List;
import java.util.Optional;

/**
 * An index of a source table, with the constraint that it makes.
 *
 * @param partitioned on a partitioned table, so it has no rows itself
 * @param immediate uniqueness is checked with each row, not at the end of the statement or transaction
 * @param replicaIdentity chosen by {@code REPLICA IDENTITY USING INDEX}
 * @param columns the key columns; expressions are not among them
 * @param allNotNull all key columns are NOT NULL
 * @param parent OID of the partitioned index that it is a partition of; 0 if none
 * @param pages {@code relpages}
 * @param definition {@code pg_get_indexdef}
 */
public record SourceIndex(
        long oid,
        long table,
        String name,
        boolean partitioned,
        boolean unique,
        boolean primary,
        boolean exclusion,
        boolean immediate,
        boolean valid,
        boolean replicaIdentity,
        boolean predicate,
        boolean expressions,
        List<String> columns,
        boolean allNotNull,
        long parent,
        long pages,
        String definition,
        String method,
        Optional<IndexConstraint> constraint) {

    /**
     * A PRIMARY KEY, UNIQUE or EXCLUDE constraint.
     *
     * @param type {@code contype}: p, u or x
     * @param definition {@code pg_get_constraintdef}
     */
    public record IndexConstraint(
            String name, char type, String definition, boolean deferrable, boolean initiallyDeferred) {}

    /** Refuses some rows that others would allow. */
    public boolean restricts() {
        return unique || exclusion;
    }

    /** Identifies a row: PostgreSQL asks the same of an index for {@code REPLICA IDENTITY}. */
    boolean identifiesRows() {
        return unique && !exclusion && immediate && valid && !predicate && !expressions && allNotNull;
    }
}
