package io.walferry.job.catalog;

import io.walferry.job.model.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * A table that is known by its OID, as a server has it in this moment.
 *
 * @param schema OID of its schema
 */
public record CurrentTable(TableId id, boolean partitioned, long schema) {

    private static final String FIND =
            """
            SELECT n.nspname, c.relname, c.relkind = 'p', n.oid FROM pg_catalog.pg_class c
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = ?""";

    /** @return empty if it is gone */
    public static Optional<CurrentTable> find(Connection connection, long oid) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FIND)) {
            statement.setLong(1, oid);
            try (ResultSet row = statement.executeQuery()) {
                return row.next()
                        ? Optional.of(new CurrentTable(
                                new TableId(row.getString(1), row.getString(2)), row.getBoolean(3), row.getLong(4)))
                        : Optional.empty();
            }
        }
    }
}
