package io.walferry.job.verify;

import io.walferry.job.model.Lsn;
import io.walferry.job.model.TableId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** What runs have found: numbers by table, the first rows with their values, objects of the structure, repairs. */
final class FoundRecords {

    private final Connection connection;

    FoundRecords(Connection connection) {
        this.connection = connection;
    }

    /** Counts rows of a kind for a table; the column is {@code different}, {@code unsettled}, …. */
    void count(long run, ComparedTable table, String column, long rows) throws SQLException {
        if (rows != 0) {
            Sql.update(
                    connection,
                    "UPDATE walferry.verification_table SET " + column + " = " + column
                            + " + ? WHERE run = ? AND number = ?",
                    rows,
                    run,
                    table.number());
        }
    }

    long keptOf(long run, ComparedTable table) throws SQLException {
        return Sql.one(
                        connection,
                        "SELECT count(*) FROM walferry.verification_difference WHERE run = ? AND number = ?",
                        row -> row.getLong(1),
                        run,
                        table.number())
                .orElse(0L);
    }

    void keep(
            long run,
            ComparedTable table,
            Suspect suspect,
            List<String> columns,
            List<String> sourceValues,
            List<String> targetValues)
            throws SQLException {
        Sql.update(
                connection,
                "INSERT INTO walferry.verification_difference (run, number, identity, kind, rows, columns, source_values,"
                        + " target_values, lsn) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?::pg_catalog.pg_lsn)",
                run,
                suspect.table(),
                table.shown(suspect.identity()),
                suspect.kind().label(),
                suspect.rows(),
                columns,
                sourceValues,
                targetValues,
                Lsn.format(suspect.lsn()));
    }

    void repaired(long run, ComparedTable table, Suspect suspect) throws SQLException {
        Sql.update(
                connection,
                "UPDATE walferry.verification_difference SET repaired = true"
                        + " WHERE run = ? AND number = ? AND identity = ?",
                run,
                suspect.table(),
                table.shown(suspect.identity()));
    }

    /** Of the structure: what is not as it should be. Replaces what an interrupted attempt had entered. */
    void objects(long run, List<VerificationReport.ObjectDifference> differences) throws SQLException {
        Sql.update(connection, "DELETE FROM walferry.verification_object WHERE run = ?", run);
        for (VerificationReport.ObjectDifference difference : differences) {
            Sql.update(
                    connection,
                    "INSERT INTO walferry.verification_object (run, object, what, statements, repaired, detail)"
                            + " VALUES (?, ?, ?, ?, ?, ?)",
                    run,
                    difference.object(),
                    difference.what(),
                    difference.statements(),
                    difference.repaired().orElse(null),
                    difference.detail());
        }
    }

    /** Enters what a repair has written, in the current transaction of another connection. */
    static void logRepair(
            Connection connection,
            VerifySettings settings,
            TableId table,
            Suspect suspect,
            String action,
            String before,
            String after)
            throws SQLException {
        Sql.update(
                connection,
                "INSERT INTO walferry.repair (run, task, table_schema, table_name, identity, action, rows, before, after, lsn,"
                        + " dry_run) VALUES (?, ?, ?, ?, ?, ?, ?, ?::pg_catalog.jsonb, ?::pg_catalog.jsonb,"
                        + " ?::pg_catalog.pg_lsn, ?)",
                settings.run(),
                settings.task(),
                table.schema(),
                table.name(),
                suspect.identity(),
                action,
                suspect.rows(),
                before,
                after,
                Lsn.format(suspect.lsn()),
                settings.repair() != VerifySettings.RepairMode.WRITE);
    }
}
