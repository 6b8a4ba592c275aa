package io.walferry.job.source.wal;

import io.walferry.job.model.ReplicaIdentity;
import io.walferry.job.model.TableId;
import java.util.List;

/**
 * A table as the messages after this one have it.
 *
 * @param oid of the table at the source, as an unsigned number
 * @param columns in the order of the tuples that follow
 * @see <a href="https://www.postgresql.org/docs/current/protocol-logicalrep-message-formats.html">Relation</a>
 */
record RelationMessage(int oid, TableId id, ReplicaIdentity replicaIdentity, List<RelationColumn> columns) {

    RelationMessage {
        columns = List.copyOf(columns);
    }

    /**
     * @param identity belongs to the replica identity, hence to every old tuple
     * @param type OID
     */
    record RelationColumn(String name, boolean identity, long type) {}

    List<String> columnNames() {
        return columns.stream().map(RelationColumn::name).toList();
    }
}
