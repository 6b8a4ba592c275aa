package io.walferry.job.catalog;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Runs a query and maps its rows. */
final class Rows {

    private Rows() {}

    /** Makes something of the row that the cursor is on. */
    @FunctionalInterface
    interface Mapper<T> {
        T map(ResultSet row) throws SQLException;
    }

    /** @param oids each becomes a {@code bigint[]} */
    @SafeVarargs
    static <T> List<T> read(Connection connection, String sql, Mapper<T> mapper, Collection<Long>... oids)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < oids.length; i++) {
                statement.setArray(i + 1, connection.createArrayOf("int8", oids[i].toArray()));
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

    /** The only character of a value; a space if it is NULL or empty. */
    static char character(ResultSet row, int column) throws SQLException {
        String value = row.getString(column);
        return value == null || value.isEmpty() ? ' ' : value.charAt(0);
    }

    static Optional<String> optional(ResultSet row, int column) throws SQLException {
        return Optional.ofNullable(row.getString(column)).filter(value -> !value.isEmpty());
    }

    /** Its lines; none if it is NULL or empty. */
    static List<String> lines(ResultSet row, int column) throws SQLException {
        return optional(row, column).map(text -> List.of(text.split("\n"))).orElse(List.of());
    }

    /** A {@code text[]}; empty if it is NULL. */
    static List<String> texts(ResultSet row, int column) throws SQLException {
        Array array = row.getArray(column);
        return array == null ? List.of() : Arrays.asList((String[]) array.getArray());
    }
}
