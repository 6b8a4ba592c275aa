package io.walferry.job.source.snapshot;

import io.walferry.job.catalog.StructureLog;
import io.walferry.job.catalog.TableColumns;
import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import io.walferry.job.jdbc.Database;
import io.walferry.job.model.ChunkData;
import io.walferry.job.model.ChunkEnd;
import io.walferry.job.model.ChunkId;
import io.walferry.job.model.ChunkStart;
import io.walferry.job.model.CopyFormat;
import io.walferry.job.model.Lsn;
import io.walferry.job.model.StreamTable;
import io.walferry.job.model.TableSchema;
import io.walferry.job.source.ElementOutput;
import io.walferry.job.source.Pace;
import io.walferry.job.source.StreamTables;
import io.walferry.job.source.TargetSide.PlannedChunk;
import io.walferry.job.sql.SnapshotSql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.Set;
import org.postgresql.copy.CopyOut;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads one chunk: a short READ ONLY REPEATABLE READ transaction, so all of it belongs to one snapshot, whose text and a WAL
 * position not before it travel ahead of the rows. Rows are the bytes of the server's COPY, gathered into blocks.
 */
public final class ChunkReader implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ChunkReader.class);

    /** Large enough that the cost per block vanishes, small enough that a few in flight are nothing. */
    private static final int BLOCK_BYTES = 128 << 10;

    /** No such schema or table: it has gone, or has another name. */
    private static final Set<String> CHANGED = Set.of("3F000", "42P01");

    /**
     * How changes of structure come.
     *
     * @param snapshot text of one that sees all changes that the target has
     */
    public record Followed(String publication, String snapshot) {}

    private final Database source;
    private final int channel;
    private final ElementOutput output;
    private final Pace pace;
    private final Optional<Followed> followed;

    private volatile Connection connection;
    private volatile boolean closed;

    /** @param channel the writer that gets the chunk */
    public ChunkReader(Database source, int channel, ElementOutput output) {
        this(source, channel, output, new Pace(Pace.unlimited().open(0)), Optional.empty());
    }

    /**
     * @param channel the writer that gets the chunk
     * @param pace how fast it may read; the caller closes it
     * @param followed empty if changes of structure are not followed
     */
    public ChunkReader(Database source, int channel, ElementOutput output, Pace pace, Optional<Followed> followed) {
        this.followed = followed;
        this.pace = pace;
        this.source = source;
        this.channel = channel;
        this.output = output;
    }

    /**
     * Emits the chunk: its start, its data, its end.
     *
     * @param id of the table in the stream, see {@link StreamTable#id()}
     * @return the start that was emitted
     * @throws TableChangedException if the table is not what the plan was made for; nothing was emitted then
     * @throws SyncException if the source fails, also if {@link #close()} cut the reading off
     */
    public ChunkStart read(TableSchema table, int id, PlannedChunk chunk) throws InterruptedException {
        try (Connection opened = source.open()) {
            connection = opened;
            if (closed) {
                throw new InterruptedException("chunk " + chunk.chunk() + " is no longer wanted");
            }
            return read(opened, table, id, chunk);
        } catch (SQLException e) {
            if (CHANGED.contains(String.valueOf(e.getSQLState()))) {
                throw new TableChangedException(table.id());
            }
            throw failure(chunk.chunk(), e);
        } finally {
            connection = null;
        }
    }

    /** Cuts off a reading in another thread. */
    @Override
    public void close() {
        closed = true;
        Connection reading = connection;
        if (reading != null) {
            try {
                // A server process that waits for a lock would not notice that its client is gone.
                Database.driver(reading).cancelQuery();
                reading.abort(Runnable::run);
            } catch (SQLException e) {
                LOG.debug("The connection to the source was gone already", e);
            }
        }
    }

    private ChunkStart read(Connection connection, TableSchema table, int id, PlannedChunk chunk)
            throws SQLException, InterruptedException {
        CopyFormat format = StreamTables.copyFormat(table);
        try (Statement statement = connection.createStatement()) {
            statement.execute(SnapshotSql.BEGIN);
            // The lock before the snapshot: to a snapshot from before a rewrite the table would look empty.
            statement.execute(SnapshotSql.lock(table));
            ChunkStart start = start(statement, table, id, chunk.chunk(), format);
            if (!TableColumns.same(connection, table)
                    || followed.isPresent() && isAhead(connection, table, followed.get())) {
                throw new TableChangedException(table.id());
            }
            if (SnapshotSql.needsKeyOperators(table)) {
                statement.execute(SnapshotSql.searchKeyOperators(table));
            }
            output.emit(start);
            CopyOut copy = Database.driver(connection)
                    .getCopyAPI()
                    .copyOut(SnapshotSql.copy(table, chunk.lower(), chunk.upper(), format));
            long bytes = pass(copy, chunk.chunk());
            statement.execute("COMMIT");
            output.emit(new ChunkEnd(channel, chunk.chunk(), copy.getHandledRowCount(), bytes));
            return start;
        }
    }

    private static boolean isAhead(Connection connection, TableSchema table, Followed followed) throws SQLException {
        return StructureLog.isFollowed(connection, followed.publication())
                && StructureLog.isAheadOf(connection, table.oid(), followed.snapshot());
    }

    private ChunkStart start(Statement statement, TableSchema table, int id, ChunkId chunk, CopyFormat format)
            throws SQLException {
        int version = statement.getConnection().getMetaData().getDatabaseMajorVersion();
        try (ResultSet snapshot = statement.executeQuery(SnapshotSql.snapshot(version))) {
            snapshot.next();
            return new ChunkStart(
                    channel,
                    chunk,
                    StreamTables.of(table, id),
                    format,
                    snapshot.getString(1),
                    Lsn.parse(snapshot.getString(2)),
                    table.mapping().keepsRows() && !table.key().isEmpty());
        }
    }

    /** @return bytes passed on */
    private long pass(CopyOut copy, ChunkId chunk) throws SQLException, InterruptedException {
        long bytes = 0;
        byte[] block = new byte[BLOCK_BYTES];
        int size = 0;
        int rows = 0;
        int mostRows = pace.loadBlockRows();
        int mostBytes = Math.min(BLOCK_BYTES, pace.loadBlockBytes());
        for (byte[] row = copy.readFromCopy(); row != null; row = copy.readFromCopy()) {
            if (size + row.length > mostBytes || rows >= mostRows) {
                if (size > 0) {
                    output.emit(new ChunkData(channel, chunk, block, size));
                    pace.loaded(rows, size);
                    mostRows = pace.loadBlockRows();
                    mostBytes = Math.min(BLOCK_BYTES, pace.loadBlockBytes());
                    block = new byte[BLOCK_BYTES];
                    size = 0;
                    rows = 0;
                }
                if (row.length > block.length) {
                    output.emit(new ChunkData(channel, chunk, row, row.length));
                    pace.loaded(1, row.length);
                    bytes += row.length;
                    continue;
                }
            }
            rows++;
            System.arraycopy(row, 0, block, size, row.length);
            size += row.length;
            bytes += row.length;
        }
        if (size > 0) {
            output.emit(new ChunkData(channel, chunk, block, size));
            pace.loaded(rows, size);
        }
        return bytes;
    }

    private SyncException failure(ChunkId chunk, SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        boolean dataError = state.startsWith("22");
        return new SyncException(
                dataError ? FailureKind.NEEDS_OPERATOR : FailureKind.of(e),
                "source table " + chunk.table() + ", chunk " + chunk.index(),
                "reading failed with SQLSTATE " + state + (dataError ? "" : ": " + e.getMessage()),
                "Look for SQLSTATE " + state + " in the source's log; the chunk is read again when the task goes on.",
                // The message of a data error quotes the value, and causes are printed.
                dataError ? null : e);
    }
}
