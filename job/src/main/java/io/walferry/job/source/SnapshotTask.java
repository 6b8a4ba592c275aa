package io.walferry.job.source;

import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import io.walferry.job.model.ChunkId;
import io.walferry.job.model.ChunkStart;
import io.walferry.job.model.TableId;
import io.walferry.job.model.TableSchema;
import io.walferry.job.source.TargetSide.PlannedChunk;
import io.walferry.job.source.snapshot.ChunkReader;
import io.walferry.job.source.snapshot.TableChangedException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.apache.flink.cdc.connectors.base.source.meta.split.SnapshotSplit;
import org.apache.flink.cdc.connectors.base.source.meta.split.StreamSplit;
import org.apache.flink.cdc.connectors.base.source.reader.external.AbstractScanFetchTask;
import org.apache.flink.cdc.connectors.base.source.reader.external.FetchTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads one chunk, unless the target's ledger has it; then the split just ends. */
final class SnapshotTask extends AbstractScanFetchTask {

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotTask.class);

    private final TaskThread thread = new TaskThread();
    private volatile ChunkReader reader;

    SnapshotTask(SnapshotSplit split) {
        super(split);
    }

    @Override
    public void execute(FetchTask.Context context) throws Exception {
        taskRunning = true;
        try {
            thread.enter();
            read((FetchContext) context);
        } catch (Throwable failure) {
            if (!thread.closed()) {
                throw JobFailure.of(failure);
            }
        } finally {
            taskRunning = false;
            thread.leave();
        }
    }

    private void read(FetchContext context) throws SQLException, InterruptedException {
        ChunkId chunk = ChunkSplits.chunk(snapshotSplit);
        SyncSourceConfig config = context.config();
        Optional<PlannedChunk> planned;
        Optional<ChunkReader.Followed> followed;
        try (TargetSide target = config.target().open()) {
            planned = target.chunkToLoad(chunk);
            followed = target.startWindow()
                    .flatMap(TargetSide.LoadWindow::snapshot)
                    .map(snapshot -> new ChunkReader.Followed(config.settings().publication(), snapshot));
        }
        LsnOffset position = LsnOffset.START;
        if (planned.isPresent()) {
            config.pace().beginChunk();
            try {
                position = new LsnOffset(
                        read(planned.get(), followed, config, context).lsn());
            } catch (TableChangedException e) {
                postpone(chunk.table(), config, e);
            } finally {
                config.pace().endChunk();
            }
        } else {
            LOG.info("Chunk {} is loaded already", chunk);
        }
        context.finishChunk(snapshotSplit.splitId(), position);
    }

    private static void postpone(TableId table, SyncSourceConfig config, TableChangedException changed)
            throws SQLException {
        try (TargetSide target = config.target().open()) {
            if (target.structure().isEmpty()) {
                throw changed;
            }
            LOG.info("The structure of {} has changed; it is loaded when the stream begins", table);
            target.postponeLoad(table);
        }
    }

    private ChunkStart read(
            PlannedChunk chunk, Optional<ChunkReader.Followed> followed, SyncSourceConfig config, FetchContext context)
            throws InterruptedException {
        List<TableSchema> tables = config.settings().tables();
        int table = indexOf(chunk.chunk(), tables);
        int channel = config.settings().firstChannel(tables.get(table).id()) + config.channel();
        try (ChunkReader chunkReader =
                new ChunkReader(config.settings().database(), channel, context, config.pace(), followed)) {
            reader = chunkReader;
            if (thread.closed()) {
                throw new InterruptedException("closed");
            }
            // Below zero: the ids of the changelog's tables are above.
            return chunkReader.read(tables.get(table), -1 - table, chunk);
        } finally {
            reader = null;
        }
    }

    private static int indexOf(ChunkId chunk, List<TableSchema> tables) {
        for (int i = 0; i < tables.size(); i++) {
            if (tables.get(i).id().equals(chunk.table())) {
                return i;
            }
        }
        throw new SyncException(
                FailureKind.NEEDS_OPERATOR,
                "source table " + chunk.table(),
                "its load is planned, but the source does not have it any more",
                "Leave it out of the task's objects, or bring it back");
    }

    @Override
    public void close() {
        super.close();
        thread.close();
        ChunkReader reading = reader;
        if (reading != null) {
            reading.close();
        }
    }

    @Override
    protected void executeBackfillTask(FetchTask.Context context, StreamSplit backfill) {
        throw new UnsupportedOperationException("backfill is off");
    }

    @Override
    protected void executeDataSnapshot(FetchTask.Context context) {
        throw new UnsupportedOperationException("execute does it all");
    }
}
