package io.walferry.job.catalog;

import io.walferry.job.model.ReplicaIdentity;
import io.walferry.job.model.TableId;
import java.util.Optional;

/**
 * A row of {@code pg_class}.
 *
 * @param kind {@code relkind}: r, p, v, m or f
 * @param persistence {@code relpersistence}: p or u
 * @param partition is a partition of another table
 * @param pages {@code relpages}, the last known number of 8 kB pages
 * @param rows {@code reltuples}, the last estimate; -1 if never counted
 * @param rowsHidden row security hides rows from the user that asks
 * @param readable the user that asks may read it
 * @param extension that it belongs to
 */
record Relation(
        long oid,
        TableId id,
        char kind,
        char persistence,
        boolean partition,
        ReplicaIdentity replicaIdentity,
        long pages,
        long rows,
        boolean rowsHidden,
        boolean readable,
        Optional<String> extension) {

    boolean partitioned() {
        return kind == 'p';
    }

    ObjectName objectName() {
        return ObjectName.of(
                switch (kind) {
                    case 'v' -> ObjectKind.VIEW;
                    case 'm' -> ObjectKind.MATERIALIZED_VIEW;
                    case 'f' -> ObjectKind.FOREIGN_TABLE;
                    default -> ObjectKind.TABLE;
                },
                id);
    }

    /** For people. */
    String described() {
        return objectName().toString();
    }

    static ReplicaIdentity replicaIdentity(char relreplident) {
        return switch (relreplident) {
            case 'd' -> ReplicaIdentity.DEFAULT;
            case 'f' -> ReplicaIdentity.FULL;
            case 'i' -> ReplicaIdentity.INDEX;
            case 'n' -> ReplicaIdentity.NOTHING;
            default -> throw new IllegalArgumentException("not a relreplident: " + relreplident);
        };
    }
}
