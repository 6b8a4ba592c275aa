package io.walferry.job.catalog;

import io.walferry.job.model.MappedColumn;
import io.walferry.job.model.TableId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What becomes of a table or a partition of the source at the target.
 *
 * @param target its name there
 * @param rename new names of columns, by old name; those that keep theirs are not in it
 * @param leftOut columns that it does not have there
 * @param constant the column that it has there in addition
 * @param added columns that only the target has, and that may be NULL: what a statement makes, and what marks deleted rows
 * @param shared other tables arrive there too
 * @param chosen only some of its rows arrive
 * @param created the task creates it: not one that is there already, nor the second of several with one target
 */
public record TableChange(
        TableId target,
        Map<String, String> rename,
        Set<String> leftOut,
        Optional<MappedColumn> constant,
        List<MappedColumn> added,
        boolean shared,
        boolean chosen,
        boolean created) {

    public TableChange {
        rename = Map.copyOf(rename);
        leftOut = Set.copyOf(leftOut);
        added = List.copyOf(added);
    }

    /** Whether the table arrives as it is, under the name {@code id}. */
    public boolean changesNothing(TableId id) {
        return created && target.equals(id) && changesNoColumn();
    }

    public boolean changesNoColumn() {
        return rename.isEmpty() && leftOut.isEmpty() && constant.isEmpty() && added.isEmpty();
    }

    /** Whether deleted rows stay there, marked. */
    public boolean keepsDeleted() {
        return added.stream().anyMatch(MappedColumn::deletion);
    }

    /** Names at the target of columns, in their order; empty if one of them is left out. */
    public Optional<List<String>> columns(List<String> names) {
        return names.stream().anyMatch(leftOut::contains)
                ? Optional.empty()
                : Optional.of(names.stream()
                        .map(name -> rename.getOrDefault(name, name))
                        .toList());
    }

    public TableChange notCreated() {
        return new TableChange(target, rename, leftOut, constant, added, shared, chosen, false);
    }
}
