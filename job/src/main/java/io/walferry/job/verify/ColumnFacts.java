package io.walferry.job.verify;

import io.walferry.job.model.TableId;
import io.walferry.job.sql.ComparisonSql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A column as a comparison sees it.
 *
 * @param type built-in type under all domains; empty if it is none
 * @param declared the type as the server writes it, with modifier
 * @param ordering of texts: what their order depends on; empty if that is not known, or for another type
 */
record ColumnFacts(
        Optional<String> type,
        boolean domain,
        String declared,
        boolean notNull,
        boolean text,
        Optional<String> ordering) {

    /** By table and name of the column. */
    static Map<TableId, Map<String, ColumnFacts>> read(Connection connection, Collection<TableId> tables)
            throws SQLException {
        Map<TableId, Map<String, ColumnFacts>> facts = new HashMap<>();
        List<String> schemas = tables.stream().map(TableId::schema).toList();
        List<String> names = tables.stream().map(TableId::name).toList();
        Sql.all(
                connection,
                ComparisonSql.columns(),
                row -> {
                    String ordering = row.getString(8);
                    boolean text = ordering == null || !ordering.isEmpty();
                    return facts.computeIfAbsent(
                                    new TableId(row.getString(1), row.getString(2)), table -> new HashMap<>())
                            .put(
                                    row.getString(3),
                                    new ColumnFacts(
                                            Optional.ofNullable(row.getString(4)),
                                            row.getBoolean(5),
                                            row.getString(6),
                                            row.getBoolean(7),
                                            text,
                                            Optional.ofNullable(ordering).filter(value -> !value.isEmpty())));
                },
                schemas,
                names);
        return facts;
    }
}
