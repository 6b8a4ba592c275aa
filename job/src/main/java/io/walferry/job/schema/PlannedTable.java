package io.walferry.job.schema;

import io.walferry.job.model.TableId;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/**
 * A table that the plan creates.
 *
 * @param parent null if it is no partition; see {@link #partitionOf()}. An Optional would not travel with the job
 * @param claims the tables of the task that come into being with it: itself, as a rule; none for a partition that is written
 *     through its root; the partitions for a root that is written through them
 */
record PlannedTable(TableId id, TableId parent, List<TableId> claims) implements Serializable {

    PlannedTable {
        claims = List.copyOf(claims);
    }

    /** Its parent, if it is a partition. */
    Optional<TableId> partitionOf() {
        return Optional.ofNullable(parent);
    }
}
