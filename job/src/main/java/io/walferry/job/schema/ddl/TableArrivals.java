package io.walferry.job.schema.ddl;

import io.walferry.job.catalog.MappedTables;
import io.walferry.job.catalog.SourceCatalog;
import io.walferry.job.catalog.TableMappings;
import io.walferry.job.config.MappingConfig;
import io.walferry.job.config.PhasesConfig;
import io.walferry.job.model.TableSchema;
import java.util.Set;

/** Says where and how the tables of a catalog arrive. */
@FunctionalInterface
public interface TableArrivals {

    MappedTables map(SourceCatalog catalog);

    /**
     * The source's columns without which a table's statement cannot make its rows as before.
     *
     * @param table one that has a statement
     */
    default Set<String> neededColumns(TableSchema table) {
        return Set.of();
    }

    /** By the task file alone, where the target had no table before the task. */
    static TableArrivals of(MappingConfig mapping, PhasesConfig phases) {
        return catalog -> TableMappings.of(catalog, mapping, phases);
    }
}
