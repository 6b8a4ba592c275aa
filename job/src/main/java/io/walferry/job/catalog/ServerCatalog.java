package io.walferry.job.catalog;

import io.walferry.job.sql.DependencySql;
import java.sql.Array;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/** The catalog of a server as a connection sees it. */
final class ServerCatalog implements CatalogSource {

    private final Connection server;
    private final int version;

    /** @param server a connection with an empty {@code search_path}, so that the server qualifies every name */
    ServerCatalog(Connection server) throws SQLException {
        DatabaseMetaData facts = server.getMetaData();
        this.server = server;
        this.version = facts.getDatabaseMajorVersion() * 10000 + facts.getDatabaseMinorVersion();
    }

    @Override
    public int version() {
        return version;
    }

    @Override
    public String user() throws SQLException {
        return server.getMetaData().getUserName();
    }

    @Override
    public <T> List<T> read(CatalogQuery query, List<? extends Collection<Long>> oids, Rows.Mapper<T> mapper)
            throws SQLException {
        try (PreparedStatement statement = server.prepareStatement(query.sql(version))) {
            for (int i = 0; i < oids.size(); i++) {
                statement.setArray(
                        i + 1, server.createArrayOf("int8", oids.get(i).toArray()));
            }
            return rows(statement, mapper);
        }
    }

    @Override
    public <T> List<T> edges(Collection<Long> relations, Collection<ObjectKey> others, Rows.Mapper<T> mapper)
            throws SQLException {
        try (PreparedStatement statement = server.prepareStatement(DependencySql.edges())) {
            statement.setArray(1, server.createArrayOf("int8", relations.toArray()));
            setObjects(statement, 2, others);
            return rows(statement, mapper);
        }
    }

    @Override
    public List<String> describe(List<ObjectKey> objects) throws SQLException {
        try (PreparedStatement statement = server.prepareStatement(DependencySql.descriptions())) {
            setObjects(statement, 1, objects);
            return rows(statement, row -> row.getString(1));
        }
    }

    private void setObjects(PreparedStatement statement, int first, Collection<ObjectKey> objects) throws SQLException {
        statement.setArray(
                first,
                server.createArrayOf(
                        "text", objects.stream().map(ObjectKey::catalog).toArray()));
        statement.setArray(
                first + 1,
                server.createArrayOf(
                        "int8", objects.stream().map(ObjectKey::oid).toArray()));
    }

    private static <T> List<T> rows(PreparedStatement statement, Rows.Mapper<T> mapper) throws SQLException {
        List<T> all = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery()) {
            CatalogRow row = new Row(rows);
            while (rows.next()) {
                all.add(mapper.map(row));
            }
        }
        return all;
    }

    /** The row that the cursor is on. */
    private record Row(ResultSet rows) implements CatalogRow {

        @Override
        public String getString(int column) throws SQLException {
            return rows.getString(column);
        }

        @Override
        public long getLong(int column) throws SQLException {
            return rows.getLong(column);
        }

        @Override
        public int getInt(int column) throws SQLException {
            return rows.getInt(column);
        }

        @Override
        public boolean getBoolean(int column) throws SQLException {
            return rows.getBoolean(column);
        }

        @Override
        public List<String> getTexts(int column) throws SQLException {
            Array array = rows.getArray(column);
            return array == null ? List.of() : Arrays.asList((String[]) array.getArray());
        }
    }
}
