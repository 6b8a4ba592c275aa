package io.walferry.job.source;

import io.walferry.job.model.TableId;
import io.walferry.job.model.TableSchema;
import java.util.List;

/**
 * What a change of the source's structure means.
 *
 * @param alone statements for the target that no transaction may hold; they can be run again
 * @param statements for the target, in order, in one transaction
 * @param changed tables of the task that are new or other than before
 * @param dropped OIDs of tables that are no longer the task's
 * @param reload tables whose new values the changelog lacks
 * @param publish OIDs of tables that the publication has to get
 * @param ignored what is not done, and why
 * @param refused why the task has to stop here; {@code null} if it need not
 * @param origin for the {@link StructureSide} that made it; {@code null} if nothing is to be remembered
 */
public record StructureChange(
        List<String> alone,
        List<String> statements,
        List<TableSchema> changed,
        List<Long> dropped,
        List<ToReload> reload,
        List<Long> publish,
        List<String> ignored,
        String refused,
        Object origin) {

    public static final StructureChange NONE = new StructureChange(
            List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), null, null);

    /** @param table its name at the source */
    public record ToReload(long oid, TableId table) {}

    public StructureChange {
        alone = List.copyOf(alone);
        statements = List.copyOf(statements);
        changed = List.copyOf(changed);
        dropped = List.copyOf(dropped);
        reload = List.copyOf(reload);
        publish = List.copyOf(publish);
        ignored = List.copyOf(ignored);
    }

    /** A change before which the task has to stop. */
    public static StructureChange refused(String why) {
        return new StructureChange(
                List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), why, null);
    }

    /** Nothing is to be done or remembered. */
    public boolean isEmpty() {
        return isQuiet() && ignored.isEmpty() && origin == null;
    }

    /** Neither the target nor the stream notices: it does not matter between which changes it comes. */
    public boolean isQuiet() {
        return alone.isEmpty()
                && statements.isEmpty()
                && changed.isEmpty()
                && dropped.isEmpty()
                && reload.isEmpty()
                && publish.isEmpty()
                && refused == null;
    }
}
