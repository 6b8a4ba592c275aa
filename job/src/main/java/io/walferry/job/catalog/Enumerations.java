package io.walferry.job.catalog;

import io.walferry.job.sql.CatalogSql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Enumerations that the columns of a source table are made of. They can get other labels at any time, also while rows are read, which
 * come with the labels of now then.
 */
public final class Enumerations {

    private Enumerations() {}

    /** Labels of each enumeration, by its OID, as the connection's transaction sees them. */
    public static Map<Long, Set<String>> of(Connection source, long table) throws SQLException {
        Map<Long, Set<String>> labels = new HashMap<>();
        try (PreparedStatement statement = source.prepareStatement(CatalogSql.enumerations())) {
            statement.setLong(1, table);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    labels.put(row.getLong(1), new LinkedHashSet<>(Arrays.asList((String[])
                            row.getArray(2).getArray())));
                }
            }
        }
        return labels;
    }

    /** Whether the stream will tell of it when one gets other labels: not without the rights that it takes to log changes. */
    public static boolean areFollowed(Connection source, String publication) throws SQLException {
        try (PreparedStatement statement = source.prepareStatement(CatalogSql.logPublished())) {
            statement.setString(1, publication);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    /**
     * Whether one of them was altered after a snapshot was taken, by what the source has logged of it.
     *
     * @param snapshot text of a {@code txid_snapshot}
     */
    public static boolean alteredSince(Connection source, long table, String snapshot) throws SQLException {
        try (PreparedStatement statement = source.prepareStatement(CatalogSql.enumerationsAltered())) {
            statement.setLong(1, table);
            statement.setString(2, snapshot);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }
}
