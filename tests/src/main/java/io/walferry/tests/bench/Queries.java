package io.walferry.tests.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Queries with one value as their answer. */
final class Queries {

    private Queries() {}

    /** Whether the query's only value is true; false if it has no row. */
    static boolean isTrue(Connection connection, String query, Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    static boolean slotIsActive(Connection source, String slot) throws SQLException {
        return isTrue(source, "SELECT active FROM pg_catalog.pg_replication_slots WHERE slot_name = ?", slot);
    }
}
