package io.walferry.job.catalog;

import io.walferry.job.model.Column;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads the columns of many tables at once. */
final class ColumnReader {

    private final CatalogSource source;

    ColumnReader(CatalogSource source) {
        this.source = source;
    }

    private record Row(
            long table,
            String name,
            long type,
            int modifier,
            boolean notNull,
            char identity,
            char generated,
            boolean local,
            boolean deterministic,
            Optional<String> collation,
            Optional<String> expression,
            char storage,
            char compression,
            Optional<Integer> statisticsTarget,
            Optional<String> options,
            String userModifier) {}

    /** Per table its columns in the order of the catalog, dropped ones left out. */
    Map<Long, List<SourceColumn>> read(Collection<Long> tables) throws SQLException {
        List<Row> rows = Rows.read(source, CatalogQuery.COLUMNS, ColumnReader::row, tables);
        Set<Long> used = new TreeSet<>();
        rows.forEach(row -> used.add(row.type()));
        Types types = types(used);
        Map<Long, List<SourceColumn>> columns = new LinkedHashMap<>();
        for (Row row : rows) {
            columns.computeIfAbsent(row.table(), oid -> new ArrayList<>()).add(column(row, types));
        }
        return columns;
    }

    /** The types, and what they are made of. */
    Types types(Collection<Long> oids) throws SQLException {
        return new Types(source.version(), Rows.read(source, CatalogQuery.TYPES, ColumnReader::type, oids));
    }

    private static Row row(CatalogRow row) throws SQLException {
        return new Row(
                row.getLong(1),
                row.getString(3),
                row.getLong(4),
                row.getInt(5),
                row.getBoolean(6),
                Rows.character(row, 7),
                Rows.character(row, 8),
                row.getBoolean(9),
                row.getBoolean(10),
                Rows.optional(row, 11),
                Rows.optional(row, 12),
                Rows.character(row, 13),
                Rows.character(row, 14),
                Rows.optional(row, 15).map(Integer::valueOf),
                Rows.optional(row, 16),
                Rows.optional(row, 17).orElse(""));
    }

    private static TypeInfo type(CatalogRow row) throws SQLException {
        return new TypeInfo(
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                Rows.character(row, 4),
                row.getBoolean(6) ? row.getLong(5) : 0,
                row.getLong(7),
                row.getInt(8),
                row.getLong(9));
    }

    private static SourceColumn column(Row row, Types types) {
        Column column = new Column(
                row.name(),
                types.sql(row.type(), row.modifier(), row.userModifier()),
                types.bareSql(row.type()),
                row.notNull(),
                switch (row.identity()) {
                    case 'a' -> Column.Identity.ALWAYS;
                    case 'd' -> Column.Identity.BY_DEFAULT;
                    default -> Column.Identity.NONE;
                },
                row.generated() != ' ',
                types.looseEquality(row.type(), row.modifier(), row.deterministic()),
                types.binarySafe(row.type()));
        return new SourceColumn(
                column,
                row.local(),
                row.collation(),
                row.expression(),
                row.generated(),
                row.storage(),
                row.compression(),
                row.statisticsTarget(),
                row.options());
    }
}
