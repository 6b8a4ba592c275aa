package io.walferry.job.verify;

import static io.walferry.job.sql.Identifier.literal;
import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.model.MappedColumn;
import io.walferry.job.model.TableId;
import io.walferry.job.model.TableMapping;
import io.walferry.job.model.TableSchema;
import io.walferry.job.sql.ComparedRows;
import io.walferry.job.sql.StatementRowsSql;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What stands after FROM where rows are compared: subqueries with the alias {@code r}, each with the version of its rows. */
final class Relations {

    private Relations() {}

    /**
     * Rows of some source tables, under the target's names.
     *
     * @param conditions of those of which not all rows arrive
     */
    static String source(List<String> names, List<TableSchema> tables, Map<TableId, String> conditions) {
        return all(tables.stream()
                .map(table -> branch(names, table)
                        + (conditions.containsKey(table.id()) ? " WHERE " + conditions.get(table.id()) : ""))
                .toList());
    }

    private static String branch(List<String> names, TableSchema table) {
        Map<String, MappedColumn> columns =
                table.mapping().columns().stream().collect(Collectors.toMap(MappedColumn::name, column -> column));
        return "SELECT "
                + names.stream()
                        .map(name -> item(columns.get(name)) + " AS " + quoted(name))
                        .collect(Collectors.joining(", "))
                + ", " + ComparedRows.VERSION_ITEM + " FROM " + only(table.partitioned()) + quoted(table.id())
                + " AS t";
    }

    private static String item(MappedColumn column) {
        if (column.deletion()) {
            return "NULL::" + column.type();
        }
        return column.isConstant()
                ? literal(column.constant()).strip() + "::" + column.type()
                : "t." + quoted(column.source());
    }

    /** Rows of a source table as they go into its statement, under names of their own: {@code c0}, {@code c1}, …. */
    static String travelling(TableSchema table) {
        List<String> items = new ArrayList<>();
        for (MappedColumn column : table.mapping().columns()) {
            boolean version = ComparedRows.VERSION.equals(column.source());
            items.add((version ? ComparedRows.VERSION_OF_ROW : item(column)) + " AS c" + items.size());
        }
        return "(SELECT " + String.join(", ", items) + " FROM " + only(table.partitioned()) + quoted(table.id())
                + " AS t) AS r";
    }

    /** Rows of the target's table, but those that are marked as deleted. */
    static String target(TableMapping mapping, List<String> names) {
        return "(" + targetRows(mapping, names) + ") AS r";
    }

    /** The same but those that have a dead letter: they are not what the statement makes now. */
    static String targetBut(TableMapping mapping, List<String> names, String identity, String letters) {
        return "(" + targetRows(mapping, names)
                + but(mapping.deletionColumn().isPresent() ? " AND " : " WHERE ", identity, letters) + ") AS r";
    }

    private static String targetRows(TableMapping mapping, List<String> names) {
        return "SELECT " + columns(names) + ", " + ComparedRows.VERSION_ITEM + " FROM " + only(mapping.partitioned())
                + quoted(mapping.target()) + " AS t"
                + mapping.deletionColumn()
                        .map(column -> " WHERE t." + quoted(column.name()) + " IS NULL")
                        .orElse("");
    }

    /**
     * Rows that statements have made, but those that have a dead letter.
     *
     * @param tables as {@link StatementRowsSql} names them
     */
    static String made(List<String> tables, List<String> names, String identity, String letters) {
        return all(tables.stream()
                .map(table -> "SELECT " + columns(names) + ", t." + quoted(ComparedRows.VERSION) + " FROM " + table
                        + " AS t" + but(" WHERE ", identity, letters))
                .toList());
    }

    private static String but(String and, String identity, String letters) {
        return letters.isEmpty() ? "" : and + identity + " NOT IN (" + letters + ")";
    }

    private static String columns(List<String> names) {
        return names.stream().map(name -> "t." + quoted(name)).collect(Collectors.joining(", "));
    }

    private static String all(List<String> branches) {
        return "(" + String.join(" UNION ALL ", branches) + ") AS r";
    }

    private static String only(boolean partitioned) {
        return partitioned ? "" : "ONLY ";
    }
}
