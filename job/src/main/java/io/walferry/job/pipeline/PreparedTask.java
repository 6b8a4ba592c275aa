package io.walferry.job.pipeline;

import io.walferry.job.config.TaskConfig;
import io.walferry.job.jdbc.Database;
import io.walferry.job.model.Lsn;
import io.walferry.job.model.TableSchema;
import io.walferry.job.schema.StructurePlan;
import java.io.Serializable;
import java.util.List;

/**
 * A task whose control records, tables, publication, slot and chunk plan exist: ready to run, once or again.
 *
 * @param slotLsn where the slot began; tells this life of the task from an earlier one of the same name
 */
public record PreparedTask(
        TaskConfig config,
        Database source,
        Database target,
        List<TableSchema> tables,
        StructurePlan structure,
        long slotLsn)
        implements Serializable {

    public PreparedTask {
        tables = List.copyOf(tables);
    }

    /** Where this life of the task has its checkpoints: an earlier life's would lead to a slot that is gone. */
    public String checkpointDirectory() {
        return config.checkpoint().directory() + "/" + Lsn.format(slotLsn).replace('/', '-');
    }
}
