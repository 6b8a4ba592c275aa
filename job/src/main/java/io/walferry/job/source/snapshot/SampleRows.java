package io.walferry.job.source.snapshot;

import io.walferry.job.jdbc.Database;
import io.walferry.job.model.CopyFormat;
import io.walferry.job.model.TableSchema;
import io.walferry.job.sql.SnapshotSql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.copy.CopyOut;

/** A few rows of a table, as a chunk of its load would bring them. */
public final class SampleRows {

    private SampleRows() {}

    /** Lines of COPY's text format, at most {@code rows}. */
    public static List<byte[]> read(Connection source, TableSchema table, int rows) throws SQLException {
        CopyOut copy =
                Database.driver(source).getCopyAPI().copyOut(SnapshotSql.copySample(table, rows, CopyFormat.TEXT));
        List<byte[]> lines = new ArrayList<>();
        for (byte[] line = copy.readFromCopy(); line != null; line = copy.readFromCopy()) {
            lines.add(line);
        }
        return lines;
    }
}
