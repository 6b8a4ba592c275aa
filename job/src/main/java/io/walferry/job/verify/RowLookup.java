package io.walferry.job.verify;

import io.walferry.job.sql.ComparedRows;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Asks one side for rows by their identities. */
final class RowLookup {

    private RowLookup() {}

    /**
     * A row.
     *
     * @param compared for each column a text that is equal on both sides if the values are
     * @param plain for each column the server's text of the value; null: NULL
     */
    record Values(long version, List<String> compared, List<String> plain) {}

    /**
     * A row that the current transaction has locked.
     *
     * @param table OID, as text
     * @param place {@code ctid}
     */
    record Locked(long version, String table, String place, List<String> plain) {}

    /** By identity; one without rows is not in it. */
    static Map<String, RowState> states(Connection connection, ComparedRows rows, Collection<String> identities)
            throws SQLException {
        Map<String, RowState> states = new HashMap<>();
        try (PreparedStatement statement = prepare(connection, rows.lookUp(), identities);
                ResultSet found = statement.executeQuery()) {
            while (found.next()) {
                BucketStream.add(states, found);
            }
        }
        return states;
    }

    static Map<String, Values> values(Connection connection, ComparedRows rows, Collection<String> identities)
            throws SQLException {
        Map<String, Values> values = new HashMap<>();
        int columns = rows.columns().size();
        try (PreparedStatement statement = prepare(connection, rows.values(), identities);
                ResultSet found = statement.executeQuery()) {
            while (found.next()) {
                values.put(
                        found.getString(1),
                        new Values(found.getLong(2), texts(found, 3, columns), texts(found, 3 + columns, columns)));
            }
        }
        return values;
    }

    /** Locks what nobody else has locked. */
    static Map<String, List<Locked>> lock(Connection connection, ComparedRows rows, Collection<String> identities)
            throws SQLException {
        Map<String, List<Locked>> locked = new HashMap<>();
        try (PreparedStatement statement = prepare(connection, rows.lock(), identities);
                ResultSet found = statement.executeQuery()) {
            while (found.next()) {
                String[] version = found.getString(3).split(":");
                locked.computeIfAbsent(found.getString(1), identity -> new ArrayList<>())
                        .add(new Locked(
                                found.getLong(2),
                                version[1],
                                version[2],
                                texts(found, 4, rows.columns().size())));
            }
        }
        return locked;
    }

    private static PreparedStatement prepare(Connection connection, String query, Collection<String> identities)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(query);
        try {
            statement.setArray(1, connection.createArrayOf("text", identities.toArray()));
            return statement;
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
    }

    private static List<String> texts(ResultSet row, int from, int count) throws SQLException {
        List<String> texts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            texts.add(row.getString(from + i));
        }
        return texts;
    }
}
