package io.walferry.job.apply;

import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import io.walferry.job.jdbc.Database;
import io.walferry.job.model.ChunkData;
import io.walferry.job.model.ChunkEnd;
import io.walferry.job.model.ChunkId;
import io.walferry.job.model.ChunkStart;
import io.walferry.job.model.Lsn;
import io.walferry.job.model.StreamElement;
import io.walferry.job.sql.ChunkSql;
import io.walferry.job.sql.DeadLetterSql;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.postgresql.copy.CopyIn;

/**
 * Loads one chunk in one target transaction: its rows, as they came, and its entry in the ledger. A chunk that the ledger
 * has is not loaded again.
 */
final class ChunkLoad {

    private static final int QUEUED_ELEMENTS = 4;

    private final ApplySettings settings;
    private final WriterProgress progress;
    private final ChunkStart start;
    private final AppliedCounts counts;
    private final BlockingQueue<StreamElement> queue = new ArrayBlockingQueue<>(QUEUED_ELEMENTS);

    ChunkLoad(ApplySettings settings, WriterProgress progress, ChunkStart start, AppliedCounts counts) {
        this.settings = settings;
        this.progress = progress;
        this.start = start;
        this.counts = counts;
    }

    /** Gives the chunk's next element; {@code false} if there is no room for it yet, after a short wait. */
    boolean offer(StreamElement element) throws InterruptedException {
        return queue.offer(element, 100, TimeUnit.MILLISECONDS);
    }

    /** Returns when the chunk is committed, or was before. */
    void run(WriterConnection writing) throws SQLException, InterruptedException {
        Connection connection = writing.connection();
        if (loaded(connection)) {
            connection.rollback();
            discard();
            return;
        }
        writing.mark().begin(connection);
        if (start.keepsRows()) {
            execute(connection, ChunkSql.createStaging(start.table()));
        }
        CopyIn copy = Database.driver(connection)
                .getCopyAPI()
                .copyIn(
                        start.keepsRows()
                                ? ChunkSql.copyIntoStaging(start.format())
                                : ChunkSql.copyInto(start.table(), start.format()));
        ChunkEnd end = copyUntilEnd(copy);
        long rows = copy.endCopy();
        if (rows != end.rows()) {
            throw new SyncException(
                    FailureKind.NEEDS_OPERATOR,
                    "chunk " + start.chunk(),
                    "the source sent " + end.rows() + " rows, the target has taken " + rows,
                    "Look for a rule or trigger at the target table that swallows rows");
        }
        if (start.keepsRows()) {
            enterKept(connection, rows - execute(connection, ChunkSql.insertStaged(start.table())));
        }
        if (!end.deadLetters().isEmpty()) {
            enterLetters(connection, end.deadLetters());
        }
        if (enter(connection, end)) {
            progress.fence(connection);
            connection.commit();
            counts.add(rows, end.bytes());
        } else {
            connection.rollback();
        }
    }

    private ChunkEnd copyUntilEnd(CopyIn copy) throws SQLException, InterruptedException {
        while (true) {
            StreamElement element = queue.take();
            if (element instanceof ChunkEnd end) {
                return end;
            }
            ChunkData data = (ChunkData) element;
            copy.writeToCopy(data.bytes(), 0, data.length());
        }
    }

    private void enterLetters(Connection connection, String lines) throws SQLException {
        CopyIn copy = Database.driver(connection).getCopyAPI().copyIn(DeadLetterSql.copyInto());
        byte[] bytes = lines.getBytes(StandardCharsets.UTF_8);
        copy.writeToCopy(bytes, 0, bytes.length);
        copy.endCopy();
        new DeadLetterLimit(settings).check(connection);
    }

    private void discard() throws InterruptedException {
        StreamElement element = queue.take();
        while (!(element instanceof ChunkEnd)) {
            element = queue.take();
        }
    }

    private boolean loaded(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(ChunkSql.loaded())) {
            chunk(select, 1);
            try (ResultSet rows = select.executeQuery()) {
                if (!rows.next()) {
                    throw new SyncException(
                            FailureKind.NEEDS_OPERATOR,
                            "chunk " + start.chunk(),
                            "it is not in the plan of task " + settings.task() + " at the target",
                            "Something has changed walferry.snapshot_chunk; release the task and start it anew");
                }
                return rows.getBoolean(1);
            }
        }
    }

    private boolean enter(Connection connection, ChunkEnd end) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(ChunkSql.enter())) {
            update.setLong(1, end.rows());
            update.setLong(2, end.bytes());
            update.setString(3, start.snapshot());
            update.setString(4, Lsn.format(start.lsn()));
            chunk(update, 5);
            return update.executeUpdate() == 1;
        }
    }

    private void enterKept(Connection connection, long rows) throws SQLException {
        if (rows > 0) {
            try (PreparedStatement insert = connection.prepareStatement(ChunkSql.enterKept())) {
                chunk(insert, 1);
                insert.setLong(5, rows);
                insert.executeUpdate();
            }
        }
    }

    private static long execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.executeLargeUpdate(sql);
        }
    }

    private void chunk(PreparedStatement statement, int parameter) throws SQLException {
        ChunkId chunk = start.chunk();
        statement.setString(parameter, settings.task());
        statement.setString(parameter + 1, chunk.table().schema());
        statement.setString(parameter + 2, chunk.table().name());
        statement.setInt(parameter + 3, chunk.index());
    }
}
