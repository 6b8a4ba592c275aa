package io.walferry.job.source.wal;

import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import io.walferry.job.jdbc.Database;
import io.walferry.job.model.CopyFormat;
import io.walferry.job.model.OnExisting;
import io.walferry.job.model.Operation;
import io.walferry.job.model.StreamTable;
import io.walferry.job.model.TableMapping;
import io.walferry.job.model.TableSchema;
import io.walferry.job.source.StreamTables;
import io.walferry.job.sql.ChunkSql;
import io.walferry.job.sql.ReloadSql;
import io.walferry.job.sql.SnapshotSql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOut;

/**
 * Puts all rows that a transaction at the source sees into the table at the target: in place of those that are there, or, where
 * some of those are not the source's or are to outlive their deletion there, over those with the same key.
 */
public final class TableFill {

    private static final int ROWS_BETWEEN_CHECKS = 1024;

    private final TableSchema table;
    private final StreamTable shape;
    private final Connection from;
    private final Connection to;
    private final boolean replaces;
    private boolean deletes;

    TableFill(TableSchema table, Connection from, Connection to) {
        this.table = table;
        this.shape = StreamTables.of(table, 0);
        this.from = from;
        this.to = to;
        this.replaces = replaces(table);
    }

    /** Whether the rows that were there are gone. */
    boolean replaces() {
        return replaces;
    }

    /** Whether all rows of the table at the target are the source's, and go with them. */
    public static boolean replaces(TableSchema table) {
        TableMapping mapping = table.mapping();
        boolean ownRows = mapping.existing() && mapping.onExisting() == OnExisting.PROCEED
                || mapping.shared() && mapping.constantColumn() < 0
                || mapping.deletionColumn().isPresent()
                || !mapping.replicates(Operation.DELETE)
                || !mapping.replicates(Operation.TRUNCATE);
        return !ownRows;
    }

    /** Whether nobody but the source's table puts rows into the target's, so that its changes can be kept from it. */
    static boolean isAlone(TableSchema table) {
        return replaces(table) && !table.mapping().shared();
    }

    /**
     * Locks the target's table against everybody who writes, a former run that has not noticed its end too, and empties it if that
     * is quickly done.
     *
     * @throws SyncException if the table has no key by which its rows could be told from others
     */
    void prepare() throws SQLException {
        if (!replaces && table.key().isEmpty()) {
            throw new SyncException(
                    FailureKind.NEEDS_OPERATOR,
                    "target table " + table.mapping().target(),
                    "it has no key, and rows that are not the source's or outlive it, so it cannot be loaded anew",
                    "Give it a key, or end the task and start it anew");
        }
        // TRUNCATE is refused, whatever the rows, where another table refers to this one.
        deletes = replaces && referenced();
        if (replaces && !deletes) {
            for (String sql : Steps.emptySql(List.of(table), false)) {
                execute(sql);
            }
        } else {
            execute("LOCK TABLE " + (table.mapping().partitioned() ? "" : "ONLY ")
                    + quoted(table.mapping().target()) + " IN SHARE ROW EXCLUSIVE MODE");
        }
    }

    /** @return how many rows were read */
    long run() throws SQLException, InterruptedException {
        CopyFormat format = StreamTables.copyFormat(table);
        if (replaces) {
            if (deletes) {
                execute(ReloadSql.deleteRows(table.mapping()));
            }
            return copy(format, ChunkSql.copyInto(shape, format));
        }
        execute(ChunkSql.createStaging(shape));
        long rows = copy(format, ChunkSql.copyIntoStaging(format));
        if (table.mapping().deletionColumn().isPresent()) {
            // Those that are there lose the mark again.
            execute(ReloadSql.markRows(table.mapping(), Instant.now().toString()));
        }
        execute(ReloadSql.upsertStaged(shape));
        return rows;
    }

    private boolean referenced() throws SQLException {
        return referenced(to, table);
    }

    /** Whether another table at the target refers to the table. */
    static boolean referenced(Connection to, TableSchema table) throws SQLException {
        try (PreparedStatement statement = to.prepareStatement(ReloadSql.referenced())) {
            statement.setString(1, table.mapping().target().schema());
            statement.setString(2, table.mapping().target().name());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    private long copy(CopyFormat format, String into) throws SQLException, InterruptedException {
        CopyOut rows = read(format);
        CopyIn copy = Database.driver(to).getCopyAPI().copyIn(into);
        try {
            int messages = 0;
            for (byte[] row = rows.readFromCopy(); row != null; row = rows.readFromCopy()) {
                copy.writeToCopy(row, 0, row.length);
                if (++messages % ROWS_BETWEEN_CHECKS == 0 && Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
            long taken = copy.endCopy();
            requireAll(rows.getHandledRowCount(), taken);
            return taken;
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy(); // or the connection could not even roll back
            }
        }
    }

    private CopyOut read(CopyFormat format) throws SQLException {
        try {
            return Database.driver(from).getCopyAPI().copyOut(SnapshotSql.copy(table, List.of(), List.of(), format));
        } catch (SQLException e) {
            throw TableReload.GONE.contains(String.valueOf(e.getSQLState())) ? new TableMovedException(e) : e;
        }
    }

    private void requireAll(long sent, long taken) {
        if (taken != sent) {
            throw new SyncException(
                    FailureKind.NEEDS_OPERATOR,
                    "target table " + table.mapping().target(),
                    "the source sent " + sent + " rows, the target has taken " + taken,
                    "Look for a rule or trigger at the target table that swallows rows");
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = to.createStatement()) {
            statement.execute(sql);
        }
    }
}
