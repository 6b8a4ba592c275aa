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
}
