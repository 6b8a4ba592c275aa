package io.walferry.job.catalog;

import io.walferry.job.sql.CatalogSql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** The source's log of structure changes, as the connection's transaction sees it. */
public final class StructureLog {

    private StructureLog() {}

    /** Whether the stream will tell of changes: not without the rights that it takes to log them. */
    public static boolean isFollowed(Connection source, String publication) throws SQLException {
        try (PreparedStatement statement = source.prepareStatement(CatalogSql.logPublished())) {
            statement.setString(1, publication);
            return holds(statement);
        }
    }

    /**
     * Whether it tells of what a load of the table has to leave to the stream: another label of an enumeration, which rows have whether
     * they were written before or after, or a partition that has come or gone, with rows that the table's changes do not tell of.
     *
     * @param snapshot text of a {@code txid_snapshot}: what that sees does not count
     */
    public static boolean isAheadOf(Connection source, long table, String snapshot) throws SQLException {
        return holds(source, CatalogSql.enumerationsAltered(), table, snapshot)
                || holds(source, CatalogSql.partitionsMoved(), table, snapshot);
    }

    private static boolean holds(Connection source, String sql, long table, String snapshot) throws SQLException {
        try (PreparedStatement statement = source.prepareStatement(sql)) {
            statement.setLong(1, table);
            statement.setString(2, snapshot);
            return holds(statement);
        }
    }

    private static boolean holds(PreparedStatement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getBoolean(1);
        }
    }
}
