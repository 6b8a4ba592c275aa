package io.walferry.job.catalog;

import io.walferry.job.model.Column;
import io.walferry.job.sql.CatalogSql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
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

    private final Connection source;
    private final int version;

    ColumnReader(Connection source, int version) {
        this.source = source;
        this.version = version;
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
            Optional<String> options) {

        boolean hasModifier() {
            return modifier != -1;
        }
    }

    /** Per table its columns in the order of the catalog, dropped ones left out. */
    Map<Long, List<SourceColumn>> read(Collection<Long> tables) throws SQLException {
        List<Row> rows = Rows.read(source, CatalogSql.columns(version), ColumnReader::row, tables);
        Set<Long> used = new TreeSet<>();
        rows.forEach(row -> used.add(row.type()));
        Types types = types(used);
        List<String> modifiers = userModifiers(rows, types);
        Map<Long, List<SourceColumn>> columns = new LinkedHashMap<>();
        for (int i = 0; i < rows.size(); i++) {
            columns.computeIfAbsent(rows.get(i).table(), oid -> new ArrayList<>())
                    .add(column(rows.get(i), types, modifiers.get(i)));
        }
        return columns;
    }

    /** The types, and what they are made of. */
    Types types(Collection<Long> oids) throws SQLException {
        return new Types(version, Rows.read(source, CatalogSql.types(version), ColumnReader::type, oids));
    }

    private static Row row(ResultSet row) throws SQLException {
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
                Optional.ofNullable(row.getObject(15, Integer.class)),
                Rows.optional(row, 16));
    }

    private static TypeInfo type(ResultSet row) throws SQLException {
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

    /** Per row the SQL of the modifier that only the type's own function can print; mostly empty. */
    private List<String> userModifiers(List<Row> rows, Types types) throws SQLException {
        List<String> modifiers = new ArrayList<>();
        List<Integer> asked = new ArrayList<>();
        List<Long> oids = new ArrayList<>();
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            modifiers.add("");
            TypeInfo type = types.elementOf(rows.get(i).type());
            if (rows.get(i).hasModifier() && !type.builtIn()) {
                asked.add(i);
                oids.add(type.oid());
                numbers.add(rows.get(i).modifier());
            }
        }
        if (asked.isEmpty()) {
            return modifiers;
        }
        try (PreparedStatement statement = source.prepareStatement(CatalogSql.modifiers())) {
            statement.setArray(1, source.createArrayOf("int8", oids.toArray()));
            statement.setArray(2, source.createArrayOf("int4", numbers.toArray()));
            try (ResultSet answer = statement.executeQuery()) {
                for (int i = 0; answer.next(); i++) {
                    modifiers.set(asked.get(i), answer.getString(1));
                }
            }
        }
        return modifiers;
    }

    private static SourceColumn column(Row row, Types types, String userModifier) {
        Column column = new Column(
                row.name(),
                types.sql(row.type(), row.modifier(), userModifier),
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
