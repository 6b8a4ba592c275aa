package io.walferry.job.schema;

import io.walferry.job.catalog.SourceColumn;
import io.walferry.job.catalog.SourceIndex;
import io.walferry.job.catalog.SourceIndex.IndexConstraint;
import io.walferry.job.catalog.SourceObject.Check;
import io.walferry.job.catalog.SourceObject.Table;
import io.walferry.job.model.Column;
import io.walferry.job.model.ReplicaIdentity;
import io.walferry.job.model.TableId;
import java.util.List;
import java.util.Optional;

/** Small pieces of a source's structure. */
final class Fixtures {

    private Fixtures() {}

    static TableId id(String name) {
        return new TableId("shop", name);
    }

    static SourceColumn column(String name, String type) {
        return column(name, type, Optional.empty(), ' ', true, false, Column.Identity.NONE);
    }

    static SourceColumn inherited(String name, String type, String defaultExpression, boolean notNull) {
        return column(name, type, Optional.ofNullable(defaultExpression), ' ', false, notNull, Column.Identity.NONE);
    }

    static SourceColumn column(
            String name,
            String type,
            Optional<String> expression,
            char generated,
            boolean local,
            boolean notNull,
            Column.Identity identity) {
        return new SourceColumn(
                new Column(name, type, type, notNull, identity, generated != ' ', false, true),
                local,
                Optional.empty(),
                expression,
                generated,
                ' ',
                ' ',
                Optional.empty(),
                Optional.empty());
    }

    static Check check(String name, String definition, boolean local) {
        return new Check(name, definition, local, !local, true, true);
    }

    static Table table(String name, long oid, List<SourceColumn> columns, SourceIndex... indexes) {
        return table(name, oid, columns, List.of(), Optional.empty(), Optional.empty(), List.of(), indexes);
    }

    static Table table(
            String name,
            long oid,
            List<SourceColumn> columns,
            List<Check> checks,
            Optional<String> partitionKey,
            Optional<String> partitionOf,
            List<TableId> inherits,
            SourceIndex... indexes) {
        return new Table(
                id(name),
                oid,
                100,
                columns,
                checks,
                List.of(indexes),
                List.of(),
                partitionKey,
                partitionOf.map(Fixtures::id),
                partitionOf.map(parent -> "FOR VALUES IN (1)"),
                inherits,
                Optional.empty(),
                "heap",
                false,
                ReplicaIdentity.DEFAULT);
    }

    static SourceIndex index(String name, long oid, long table, long parent, boolean partitioned, String definition) {
        return index(name, oid, table, parent, partitioned, false, definition, Optional.empty());
    }

    static SourceIndex constraint(
            String name, long oid, long table, long parent, boolean partitioned, char type, String definition) {
        return index(
                name,
                oid,
                table,
                parent,
                partitioned,
                type == 'x',
                "CREATE UNIQUE INDEX " + name,
                Optional.of(new IndexConstraint(name, type, definition, false, false)));
    }

    static SourceIndex index(
            String name,
            long oid,
            long table,
            long parent,
            boolean partitioned,
            boolean exclusion,
            String definition,
            Optional<IndexConstraint> constraint) {
        return new SourceIndex(
                oid,
                table,
                name,
                partitioned,
                constraint.isPresent() && !exclusion,
                constraint.filter(made -> made.type() == 'p').isPresent(),
                exclusion,
                true,
                true,
                false,
                false,
                false,
                List.of("id"),
                true,
                parent,
                10,
                definition,
                "btree",
                constraint);
    }
}
