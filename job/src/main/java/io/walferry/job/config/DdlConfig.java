package io.walferry.job.config;

import java.io.Serializable;
import java.util.List;

/**
 * What a task does about changes of the source's structure. A choice for a table wins over one for its schema, and that over the
 * one for all.
 *
 * @param all for every change
 * @param schemas for changes in some schemas; of several that match, the first that says something decides
 * @param tables for changes of some tables, likewise
 */
public record DdlConfig(DdlChoice all, List<Some> schemas, List<Some> tables) implements Serializable {

    public static final DdlConfig DEFAULT = of(DdlPolicy.APPLY);

    /**
     * A choice for what a pattern matches.
     *
     * @param pattern a name at the source, with {@code *} for any characters, as in {@link ObjectsConfig}
     */
    public record Some(String pattern, DdlChoice choice) implements Serializable {}

    public DdlConfig {
        schemas = List.copyOf(schemas);
        tables = List.copyOf(tables);
    }

    /** One policy for everything. */
    public static DdlConfig of(DdlPolicy policy) {
        return new DdlConfig(DdlChoice.of(policy), List.of(), List.of());
    }

    /** Whether changes of structure are looked at. If not, one that matters for a table's rows stops the task. */
    public boolean follows() {
        return all.otherwise() != DdlPolicy.IGNORE || !all.kinds().isEmpty() || !schemas.isEmpty() || !tables.isEmpty();
    }
}
