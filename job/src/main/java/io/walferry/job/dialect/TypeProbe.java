package io.walferry.job.dialect;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * How a target's types differ from PostgreSQL's where their names do not.
 *
 * @param dateHasTime {@code pg_catalog.date} keeps the time of day
 * @param varcharCountsBytes the length of {@code pg_catalog.varchar} is one in bytes
 */
public record TypeProbe(boolean dateHasTime, boolean varcharCountsBytes) {

    /** Asks a target; its session settings are made. */
    public static TypeProbe ask(Connection target) throws SQLException {
        // Two characters of two bytes each: as many bytes fit as were asked for.
        try (Statement statement = target.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_catalog.length(('2024-01-02 03:04:05'"
                        + "::pg_catalog.timestamp::pg_catalog.date)::pg_catalog.text) > 10,"
                        + " pg_catalog.octet_length(pg_catalog.chr(233) || pg_catalog.chr(233)) = 4"
                        + " AND pg_catalog.octet_length((pg_catalog.chr(233) || pg_catalog.chr(233))"
                        + "::pg_catalog.varchar(2)::pg_catalog.text) < 4")) {
            row.next();
            return new TypeProbe(row.getBoolean(1), row.getBoolean(2));
        }
    }
}
