package io.walferry.job.schema.ddl;

import io.walferry.job.catalog.MappedTables;
import io.walferry.job.catalog.SourceCatalog;
import io.walferry.job.catalog.TableMappings;
import io.walferry.job.config.MappingConfig;
import io.walferry.job.config.PhasesConfig;

/** Says where and how the tables of a catalog arrive. */
@FunctionalInterface
public interface TableArrivals {

    MappedTables map(SourceCatalog catalog);

    /** By the task file alone, where the target had no table before the task. */
    static TableArrivals of(MappingConfig mapping, PhasesConfig phases) {
        return catalog -> TableMappings.of(catalog, mapping, phases);
    }
}
