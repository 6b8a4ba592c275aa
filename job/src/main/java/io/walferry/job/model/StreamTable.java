package io.walferry.job.model;

import java.io.Serializable;
import java.util.List;

/**
 * A target table as one stretch of the stream sees it; every block carries those that its rows need, so a writer needs no
 * catalog.
 *
 * @param id unique for this shape of the table while the stream lives (a shape changes only by DDL)
 * @param table at the target
 * @param columns in the order in which tuples carry them; generated columns are not among them
 * @param key indexes into {@code columns} of the key that identifies a row at the target (has a unique index there); empty: a
 *     row is identified by all of its columns, and one of several equal rows is as good as the other
 * @param looseKey two texts of a key may be equal to the server ({@code citext}, {@code numeric} without a scale, a
 *     nondeterministic collation): one writer has the whole table, and an upsert writes the key columns too
 * @param otherUnique has a unique or exclusion constraint besides the key's: one writer has the whole table
 */
public record StreamTable(
        int id, TableId table, List<StreamColumn> columns, List<Integer> key, boolean looseKey, boolean otherUnique)
        implements Serializable {

    public StreamTable {
        columns = List.copyOf(columns);
        key = List.copyOf(key);
    }

    public boolean keyless() {
        return key.isEmpty();
    }
}
