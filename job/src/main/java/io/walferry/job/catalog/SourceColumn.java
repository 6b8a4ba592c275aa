package io.walferry.job.catalog;

import io.walferry.job.model.Column;
import java.util.Optional;

/**
 * A column with what is needed to create it.
 *
 * @param local declared by the table itself, not only inherited
 * @param collation qualified and quoted, if it is not the type's own
 * @param expression SQL of the default, or of a generated column's expression
 * @param generated {@code attgenerated}: s (stored), v (virtual), or a space
 * @param storage {@code attstorage} if it is not the type's own, or a space
 * @param compression {@code attcompression}: p, l, or a space
 * @param statisticsTarget of {@code ALTER COLUMN … SET STATISTICS}
 * @param options of {@code ALTER COLUMN … SET (…)}, as they stand there
 */
public record SourceColumn(
        Column column,
        boolean local,
        Optional<String> collation,
        Optional<String> expression,
        char generated,
        char storage,
        char compression,
        Optional<Integer> statisticsTarget,
        Optional<String> options) {

    public String name() {
        return column.name();
    }
}
