package io.walferry.job.schema.ddl;

import io.walferry.job.catalog.SourceColumn;
import io.walferry.job.catalog.SourceObject.Table;
import io.walferry.job.model.Column;
import java.util.List;

/** Copies of what is known of a table, with one thing changed. */
final class Renamed {

    private Renamed() {}

    static SourceColumn column(SourceColumn column, String name) {
        Column old = column.column();
        return new SourceColumn(
                new Column(
                        name,
                        old.type(),
                        old.bareType(),
                        old.notNull(),
                        old.identity(),
                        old.generated(),
                        old.looseEquality(),
                        old.binarySafe()),
                column.local(),
                column.collation(),
                column.expression(),
                column.generated(),
                column.storage(),
                column.compression(),
                column.statisticsTarget(),
                column.options());
    }

    static Table table(Table table, List<SourceColumn> columns) {
        return new Table(
                table.id(),
                table.oid(),
                table.pages(),
                columns,
                table.checks(),
                table.indexes(),
                table.options(),
                table.partitionKey(),
                table.partitionOf(),
                table.bound(),
                table.inherits(),
                table.type(),
                table.accessMethod(),
                table.unlogged(),
                table.replicaIdentity());
    }
}
