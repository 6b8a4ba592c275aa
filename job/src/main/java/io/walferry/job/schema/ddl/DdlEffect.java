package io.walferry.job.schema.ddl;

import io.walferry.job.catalog.ObjectKey;
import io.walferry.job.model.TableSchema;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a command means at the target. Tables are named by their OIDs at the source, which no rename changes.
 *
 * @param alone statements that PostgreSQL refuses inside a transaction block, to be run before {@code statements}; each can be run again
 * @param statements to be run in one transaction, in this order
 * @param changed tables of the task that are new, or whose rows look or travel otherwise than before
 * @param dropped tables that are no longer the task's
 * @param resync tables whose rows at the target are not those of the source after this: they have to be brought anew
 * @param publish tables that the task's publication lacks; also in {@code resync}
 * @param ignored what is not done at the target and why, for people
 * @param stop why the task has to stop at it; {@code null} if it need not
 * @param images what is to be stored of the source's objects; empty: nothing any more
 */
public record DdlEffect(
        List<String> alone,
        List<String> statements,
        List<TableSchema> changed,
        List<Long> dropped,
        List<Long> resync,
        List<Long> publish,
        List<String> ignored,
        String stop,
        Map<ObjectKey, Optional<String>> images) {

    public DdlEffect {
        alone = List.copyOf(alone);
        statements = List.copyOf(statements);
        changed = List.copyOf(changed);
        dropped = List.copyOf(dropped);
        resync = List.copyOf(resync);
        publish = List.copyOf(publish);
        ignored = List.copyOf(ignored);
        images = Map.copyOf(images);
    }

    /** With more tables whose rows have to be brought anew. */
    DdlEffect withResync(Collection<Long> more) {
        Set<Long> tables = new LinkedHashSet<>(resync);
        tables.addAll(more);
        return new DdlEffect(alone, statements, changed, dropped, List.copyOf(tables), publish, ignored, stop, images);
    }

    DdlEffect withStop(String why) {
        return why == null
                ? this
                : new DdlEffect(alone, statements, changed, dropped, resync, publish, ignored, why, images);
    }

    /** Nothing has to be done, and nothing stored. */
    public boolean isEmpty() {
        return changesNothing() && images.isEmpty() && ignored.isEmpty();
    }

    /** Nothing has to be done at the target or in the stream; images may have to be stored. */
    public boolean changesNothing() {
        return alone.isEmpty()
                && statements.isEmpty()
                && changed.isEmpty()
                && dropped.isEmpty()
                && resync.isEmpty()
                && publish.isEmpty();
    }
}
