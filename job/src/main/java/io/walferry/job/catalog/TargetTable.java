package io.walferry.job.catalog;

import io.walferry.job.model.TableId;
import io.walferry.job.sql.Identifier;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A table that a target has.
 *
 * @param partitioned rows are in its partitions
 * @param indexes all, those of constraints too
 * @param empty it has no row, as far as the user may see
 */
public record TargetTable(
        TableId id, boolean partitioned, List<SourceColumn> columns, List<SourceIndex> indexes, boolean empty) {

    private static final String TABLES =
            """
            SELECT c.oid::bigint, n.nspname, c.relname, c.relkind = 'p',
                   pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_table_privilege(c.oid, 'SELECT')
              FROM ROWS FROM (pg_catalog.unnest(?::text[]), pg_catalog.unnest(?::text[])) AS wanted (schema, name)
              JOIN pg_catalog.pg_namespace n ON n.nspname = wanted.schema
              JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = wanted.name
             WHERE c.relkind IN ('r', 'p')""";

    private record Found(long oid, TableId id, boolean partitioned, boolean readable) {}

    /** Those of the tables that are there. */
    public static Map<TableId, TargetTable> read(Connection target, Collection<TableId> wanted) throws SQLException {
        List<Found> found = new ArrayList<>();
        try (PreparedStatement statement = target.prepareStatement(TABLES)) {
            statement.setArray(
                    1,
                    target.createArrayOf(
                            "text", wanted.stream().map(TableId::schema).toArray()));
            statement.setArray(
                    2,
                    target.createArrayOf(
                            "text", wanted.stream().map(TableId::name).toArray()));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(new Found(
                            rows.getLong(1),
                            new TableId(rows.getString(2), rows.getString(3)),
                            rows.getBoolean(4),
                            rows.getBoolean(5)));
                }
            }
        }
        if (found.isEmpty()) {
            return Map.of();
        }
        CatalogSource catalog = new ServerCatalog(target);
        List<Long> oids = found.stream().map(Found::oid).toList();
        Map<Long, List<SourceColumn>> columns = new ColumnReader(catalog).read(oids);
        Map<Long, List<SourceIndex>> indexes = CatalogReader.indexes(catalog, oids);
        Map<TableId, TargetTable> tables = new HashMap<>();
        for (Found table : found) {
            tables.put(
                    table.id(),
                    new TargetTable(
                            table.id(),
                            table.partitioned(),
                            columns.getOrDefault(table.oid(), List.of()),
                            indexes.getOrDefault(table.oid(), List.of()),
                            !table.readable() || empty(target, table.id())));
        }
        return tables;
    }

    private static boolean empty(Connection target, TableId table) throws SQLException {
        try (Statement statement = target.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT NOT EXISTS (SELECT FROM " + Identifier.quoted(table) + ")")) {
            return row.next() && row.getBoolean(1);
        }
    }

    /** Whether ON CONFLICT could name these columns. */
    public boolean hasKey(Collection<String> key) {
        return indexes.stream().anyMatch(index -> isKey(index, key));
    }

    /** Whether something besides the key refuses rows. */
    public boolean otherUnique(Collection<String> key) {
        return indexes.stream().anyMatch(index -> index.restricts() && index.valid() && !isKey(index, key));
    }

    /** Whether something besides the key refuses values that any other row has. */
    public boolean refusesRepeats(Collection<String> key) {
        return indexes.stream()
                .anyMatch(index -> index.restricts() && index.valid() && !index.predicate() && !isKey(index, key));
    }

    private static boolean isKey(SourceIndex index, Collection<String> key) {
        return index.unique()
                && index.valid()
                && index.immediate()
                && !index.exclusion()
                && !index.predicate()
                && !index.expressions()
                && Set.copyOf(index.columns()).equals(Set.copyOf(key));
    }
}
