package io.walferry.job.source;

import io.walferry.job.model.TableId;
import io.walferry.job.model.TableSchema;
import java.util.List;

/**
 * What a change of the source's structure means.
 *
 * @param statements for the target, in order
 * @param changed tables of the task that are new or other than before
 * @param dropped OIDs of tables that are no longer the task's
 * @param reload OIDs of tables whose new values the changelog lacks
 * @param publish tables that the publication has to get
 * @param ignored what is not done, and why
 * @param origin for the {@link StructureSide} that made it
 */
public record StructureChange(
        List<String> statements,
        List<TableSchema> changed,
        List<Long> dropped,
        List<Long> reload,
        List<TableId> publish,
        List<String> ignored,
        Object origin) {

    public static final StructureChange NONE =
            new StructureChange(List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), null);

    public StructureChange {
        statements = List.copyOf(statements);
        changed = List.copyOf(changed);
        dropped = List.copyOf(dropped);
        reload = List.copyOf(reload);
        publish = List.copyOf(publish);
        ignored = List.copyOf(ignored);
    }
}
