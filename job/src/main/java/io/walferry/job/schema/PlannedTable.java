package io.walferry.job.schema;

import io.walferry.job.model.TableId;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/**
 * A table that the plan creates.
 *
 * @param partitionOf its parent, if it is a partition
 * @param claims the tables of the task that come into being with it: itself, as a rule; none for a partition that is written
 *     through its root; the partitions for a root that is written through them
 */
record PlannedTable(TableId id, Optional<TableId> partitionOf, List<TableId> claims) implements Serializable {

    PlannedTable {
        claims = List.copyOf(claims);
    }
}
