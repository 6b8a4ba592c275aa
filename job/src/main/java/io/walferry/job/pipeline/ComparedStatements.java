package io.walferry.job.pipeline;

import io.walferry.job.etl.LaneTable;
import io.walferry.job.etl.PlainFilter;
import io.walferry.job.model.Column;
import io.walferry.job.model.MappedColumn;
import io.walferry.job.model.TableId;
import io.walferry.job.model.TableMapping;
import io.walferry.job.model.TableSchema;
import io.walferry.job.source.StreamTables;
import io.walferry.job.sql.ComparedRows;
import io.walferry.job.verify.Statements;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The statements of a task, for its verification. */
final class ComparedStatements implements Statements {

    private static final Column VERSION = new Column(
            ComparedRows.VERSION,
            "pg_catalog.text",
            "pg_catalog.text",
            false,
            Column.Identity.NONE,
            false,
            false,
            true);

    @Override
    public Optional<String> condition(TableSchema table) {
        return PlainFilter.of(table);
    }

    @Override
    public Shape shape(TableSchema table) {
        TableSchema versioned = withVersion(table);
        LaneTable lane = LaneTable.of(versioned);
        TableSchema travelling = lane.travelling();
        return new Shape(versioned, travelling, StreamTables.of(travelling, -1), lane.varying(), lane.looksUp());
    }

    /** No statement names the column, so it passes untouched. */
    private static TableSchema withVersion(TableSchema table) {
        List<Column> columns = new ArrayList<>(table.columns());
        columns.add(VERSION);
        List<MappedColumn> mapped = new ArrayList<>(table.mapping().columns());
        mapped.add(MappedColumn.of(VERSION, VERSION.name()));
        TableMapping mapping = table.mapping().withColumns(mapped);
        return new TableSchema(
                table.id(),
                table.oid(),
                table.partitioned(),
                columns,
                table.replicaIdentity(),
                table.key(),
                table.keyIndex(),
                table.otherUnique(),
                mapping.statement() == null ? mapping.by(all(table.id())) : mapping);
    }

    /** For a table without a statement that arrives with others that have one. */
    private static String all(TableId table) {
        return "SELECT * FROM `" + table.schema().replace("`", "``") + "`.`"
                + table.name().replace("`", "``") + "`";
    }
}
