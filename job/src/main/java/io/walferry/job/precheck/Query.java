package io.walferry.job.precheck;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Runs small queries. */
final class Query {

    private Query() {}

    /** Makes something of the row that the cursor is on. */
    @FunctionalInterface
    interface Mapper<T> {
        T map(ResultSet row) throws SQLException;
    }

    /** @param parameters as pgjdbc takes them; a collection of {@code Long} becomes a {@code bigint[]}, another {@code text[]} */
    static <T> List<T> all(Connection connection, String sql, Mapper<T> mapper, Object... parameters)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                if (parameters[i] instanceof Collection<?> values) {
                    boolean numbers = values.stream().allMatch(Long.class::isInstance);
                    statement.setArray(i + 1, connection.createArrayOf(numbers ? "int8" : "text", values.toArray()));
                } else {
                    statement.setObject(i + 1, parameters[i]);
                }
            }
            List<T> all = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    all.add(mapper.map(rows));
                }
            }
            return all;
        }
    }

    /** The only row. */
    static <T> T one(Connection connection, String sql, Mapper<T> mapper, Object... parameters) throws SQLException {
        return all(connection, sql, mapper, parameters).get(0);
    }

    static boolean bool(Connection connection, String sql, Object... parameters) throws SQLException {
        return one(connection, sql, row -> row.getBoolean(1), parameters);
    }

    static long number(Connection connection, String sql, Object... parameters) throws SQLException {
        return one(connection, sql, row -> row.getLong(1), parameters);
    }

    static List<String> texts(Connection connection, String sql, Object... parameters) throws SQLException {
        return all(connection, sql, row -> row.getString(1), parameters);
    }

    /** A setting as {@code SHOW} shows it; empty if this server does not know it. */
    static Optional<String> setting(Connection connection, String name) throws SQLException {
        return Optional.ofNullable(
                one(connection, "SELECT pg_catalog.current_setting(?, true)", row -> row.getString(1), name));
    }

    /** A setting in its base unit; 0 if this server does not know it. */
    static long numericSetting(Connection connection, String name) throws SQLException {
        return number(
                connection,
                "SELECT COALESCE((SELECT setting::pg_catalog.int8 FROM pg_catalog.pg_settings WHERE name = ?), 0)",
                name);
    }
}
