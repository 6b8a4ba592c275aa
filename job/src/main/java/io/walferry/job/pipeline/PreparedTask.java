package io.walferry.job.pipeline;

import io.walferry.job.config.TaskConfig;
import io.walferry.job.jdbc.Database;
import io.walferry.job.model.Lsn;
import io.walferry.job.model.TableSchema;
import io.walferry.job.schema.StructurePlan;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A task whose control records, tables, publication, slot and chunk plan exist: ready to run, once or again.
 *
 * @param slotLsn where the slot began; tells this life of the task from an earlier one of the same name
 * @param loadsAgain tables are to be loaded although changes are followed already: no checkpoint knows of that, so the job begins
 *     from the target's records
 * @param followedVersion {@code server_version_num} of the source if its structure changes are followed, else 0
 */
public record PreparedTask(
        TaskConfig config,
        Database source,
        Database target,
        List<TableSchema> tables,
        StructurePlan structure,
        long slotLsn,
        boolean loadsAgain,
        int followedVersion)
        implements Serializable {

    private static final Pattern URI_SCHEME = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]*:/");

    public PreparedTask {
        tables = List.copyOf(tables);
    }

    /** Whether changes of the source's structure are followed. */
    public boolean follows() {
        return followedVersion != 0;
    }

    /** URI of where this life of the task has its checkpoints: an earlier life's would lead to a slot that is gone. */
    public String checkpointDirectory() {
        String directory = config.checkpoint().directory();
        String uri = URI_SCHEME.matcher(directory).lookingAt()
                ? directory
                : Path.of(directory).toAbsolutePath().toUri().toString();
        return (uri.endsWith("/") ? uri : uri + "/") + Lsn.format(slotLsn).replace('/', '-');
    }
}
