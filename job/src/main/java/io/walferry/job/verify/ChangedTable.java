package io.walferry.job.verify;

import java.util.List;

/**
 * A table with rows that have changed at the source.
 *
 * @param table has a key
 * @param keys texts of the key's columns, in order, as the changelog has them
 * @param percent of the rows that are compared, chosen at random
 */
public record ChangedTable(ComparedTable table, List<List<String>> keys, double percent) {
    public ChangedTable {
        keys = List.copyOf(keys);
    }
}
