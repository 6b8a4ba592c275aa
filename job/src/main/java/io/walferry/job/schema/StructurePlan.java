package io.walferry.job.schema;

import io.walferry.job.failure.Finding;
import io.walferry.job.model.*;
import java.util.*;

public record StructurePlan(List<TableSchema> tables) implements java.io.Serializable {
    public static StructurePlan of(io.walferry.job.catalog.SourceCatalog c, io.walferry.job.dialect.TargetDialect d) {
        return new StructurePlan(c.tables());
    }

    public List<Finding> findings() {
        return List.of();
    }
}
