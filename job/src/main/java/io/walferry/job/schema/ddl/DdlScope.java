package io.walferry.job.schema.ddl;

import io.walferry.job.config.DdlConfig;
import io.walferry.job.config.ObjectsConfig;
import io.walferry.job.dialect.TargetDialect;

/**
 * What a task makes of its source's structure.
 *
 * @param sourceVersion {@code server_version_num}
 * @param publication the task's, at the source
 * @param policies what is done about which changes
 * @param createsStructure the task creates its tables; if not, it leaves all structure at the target as it is
 */
public record DdlScope(
        ObjectsConfig objects,
        TableArrivals arrivals,
        TargetDialect target,
        int sourceVersion,
        String publication,
        DdlConfig policies,
        boolean createsStructure) {}
