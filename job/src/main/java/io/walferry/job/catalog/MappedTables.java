package io.walferry.job.catalog;

import io.walferry.job.failure.Finding;
import io.walferry.job.model.TableId;
import io.walferry.job.model.TableSchema;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The tables of a source with where and how they arrive.
 *
 * @param tables those of the catalog, in its order, each with its mapping
 * @param changes of every table and partition of the structure, by its name at the source
 * @param findings what is wrong with the mapping, or worth knowing
 */
public record MappedTables(List<TableSchema> tables, Map<TableId, TableChange> changes, List<Finding> findings) {

    public MappedTables {
        tables = List.copyOf(tables);
        changes = Map.copyOf(changes);
        findings = List.copyOf(findings);
    }

    /** With more that was found. */
    public MappedTables with(List<Finding> more) {
        return new MappedTables(
                tables, changes, Stream.concat(findings.stream(), more.stream()).toList());
    }
}
