package io.walferry.job.catalog;

import io.walferry.job.failure.Finding;
import io.walferry.job.model.TableSchema;
import java.util.List;

/**
 * The selected part of a source's catalog.
 *
 * @param serverVersion {@code server_version_num}
 * @param tables those that the task moves, in the order of their names. A partitioned table is moved through its root; from a
 *     server before 13, which cannot publish a root, partition by partition
 * @param structure the tables, partitions too, and all that they need, each after what it needs; free sequences
 * @param others what is made when rows are there, each after what it needs: foreign keys first; then functions and types that no
 *     table needs, views, rules, triggers, …; comments and grants, also on what is in {@code structure}, last
 * @param leftOut what the task's patterns name and what is not moved
 * @param findings what the person who runs the task has to know or to do
 */
public record SourceCatalog(
        int serverVersion,
        List<TableSchema> tables,
        List<SourceObject> structure,
        List<SourceObject> others,
        List<LeftOut> leftOut,
        List<Finding> findings) {

    public SourceCatalog {
        tables = List.copyOf(tables);
        structure = List.copyOf(structure);
        others = List.copyOf(others);
        leftOut = List.copyOf(leftOut);
        findings = List.copyOf(findings);
    }
}
