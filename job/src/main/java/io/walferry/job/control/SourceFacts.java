package io.walferry.job.control;

import io.walferry.job.model.Lsn;
import io.walferry.job.sql.StatusSql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the source says about its WAL and the task's slot.
 *
 * @param walLsn how far the WAL is on disk
 * @param slotState active, inactive or lost; empty: there is no slot
 * @param retainedWalBytes that the slot keeps the server from removing
 * @param safeWalBytes that may still be written before the server's limit takes the slot its WAL; empty without a limit
 * @param acknowledgedLsn up to which the slot is acknowledged
 */
public record SourceFacts(
        long walLsn,
        Optional<String> slotState,
        OptionalLong retainedWalBytes,
        OptionalLong safeWalBytes,
        OptionalLong acknowledgedLsn) {

    public static SourceFacts read(Connection source, String slot) throws SQLException {
        int version = source.getMetaData().getDatabaseMajorVersion();
        try (PreparedStatement query = source.prepareStatement(StatusSql.source(version))) {
            query.setString(1, slot);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return new SourceFacts(
                        Lsn.parse(row.getString(1)),
                        Optional.ofNullable(row.getString(2)),
                        number(row, 3),
                        number(row, 4),
                        row.getString(5) == null ? OptionalLong.empty() : OptionalLong.of(Lsn.parse(row.getString(5))));
            }
        }
    }

    private static OptionalLong number(ResultSet row, int column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(value);
    }
}
