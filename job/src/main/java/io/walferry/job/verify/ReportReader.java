package io.walferry.job.verify;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Reads a run's records. */
final class ReportReader {

    private static final String TABLES =
            """
            SELECT t.number, t.table_schema || '.' || t.table_name, t.source, t.note, t.estimated_rows,
                   count(c.chunk), count(c.done_at),
                   COALESCE(sum(c.source_rows), 0), COALESCE(sum(c.target_rows), 0),
                   t.different, t.missing, t.extra, t.unsettled, t.repaired,
                   COALESCE(sum(EXTRACT(epoch FROM c.done_at - c.started_at)), 0)
              FROM walferry.verification_table t
              LEFT JOIN walferry.verification_chunk c ON c.run = t.run AND c.number = t.number
             WHERE t.run = ?
             GROUP BY t.run, t.number
             ORDER BY t.number""";

    private static final String DIFFERENCES =
            """
            SELECT d.number, t.table_schema || '.' || t.table_name, d.identity, d.kind, d.rows, d.columns,
                   d.source_values, d.target_values, d.lsn::pg_catalog.text, d.repaired, d.found_at
              FROM walferry.verification_difference d
              JOIN walferry.verification_table t ON t.run = d.run AND t.number = d.number
             WHERE d.run = ?
             ORDER BY d.number, d.kind, d.identity""";

    private ReportReader() {}

    static VerificationReport read(Connection connection, long run, boolean withDifferences) throws SQLException {
        List<VerificationReport.Table> tables = Sql.all(connection, TABLES, ReportReader::table, run);
        List<VerificationReport.Difference> differences =
                withDifferences ? Sql.all(connection, DIFFERENCES, ReportReader::difference, run) : List.of();
        List<VerificationReport.ObjectDifference> objects = Sql.all(
                connection,
                "SELECT object, what, statements, repaired, detail FROM walferry.verification_object WHERE run = ?"
                        + " ORDER BY object",
                row -> new VerificationReport.ObjectDifference(
                        row.getString(1),
                        row.getString(2),
                        Sql.texts(row, 3),
                        Optional.ofNullable((Boolean) row.getObject(4)),
                        row.getString(5) == null ? "" : row.getString(5)),
                run);
        return Sql.one(
                        connection,
                        "SELECT task, settings, state, detail, started_at, ended_at FROM walferry.verification WHERE run = ?",
                        row -> new VerificationReport(
                                run,
                                row.getString(1),
                                row.getString(2),
                                row.getString(3),
                                row.getString(4) == null ? "" : row.getString(4),
                                row.getTimestamp(5).toInstant(),
                                Optional.ofNullable(row.getTimestamp(6)).map(Timestamp::toInstant),
                                tables,
                                differences,
                                objects),
                        run)
                .orElseThrow(() -> new SQLException("run " + run + " is gone from walferry.verification", "P0002"));
    }

    private static VerificationReport.Table table(ResultSet row) throws SQLException {
        return new VerificationReport.Table(
                row.getInt(1),
                row.getString(2),
                row.getString(3),
                row.getString(4) == null ? "" : row.getString(4),
                row.getLong(5),
                row.getInt(6),
                row.getInt(7),
                row.getLong(8),
                row.getLong(9),
                row.getLong(10),
                row.getLong(11),
                row.getLong(12),
                row.getLong(13),
                row.getLong(14),
                row.getDouble(15));
    }

    private static VerificationReport.Difference difference(ResultSet row) throws SQLException {
        Instant found = row.getTimestamp(11).toInstant();
        return new VerificationReport.Difference(
                row.getInt(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getLong(5),
                Sql.texts(row, 6),
                Sql.texts(row, 7),
                Sql.texts(row, 8),
                row.getString(9),
                row.getBoolean(10),
                found);
    }
}
