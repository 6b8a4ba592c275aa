package io.walferry.job.source;

import io.debezium.relational.TableId;
import io.debezium.relational.history.TableChanges;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.cdc.connectors.base.dialect.DataSourceDialect;
import org.apache.flink.cdc.connectors.base.source.assigner.splitter.ChunkSplitter;
import org.apache.flink.cdc.connectors.base.source.assigner.state.ChunkSplitterState;
import org.apache.flink.cdc.connectors.base.source.meta.offset.Offset;
import org.apache.flink.cdc.connectors.base.source.meta.split.SnapshotSplit;
import org.apache.flink.cdc.connectors.base.source.meta.split.SourceSplitBase;
import org.apache.flink.cdc.connectors.base.source.reader.external.FetchTask;

/**
 * What the framework asks of a kind of database. Discovering tables and cutting them is done before the job starts, so all
 * that is left is making fetch tasks, and passing on to the stream's task what checkpoints have completed.
 */
final class SyncDialect implements DataSourceDialect<SyncSourceConfig> {

    /** The stream's task, in the one subtask that has it. */
    private transient volatile StreamTask stream;

    @Override
    public String getName() {
        return "walferry";
    }

    @Override
    @SuppressWarnings("unchecked") // AbstractScanFetchTask, which the framework insists on, is a raw FetchTask
    public FetchTask<SourceSplitBase> createFetchTask(SourceSplitBase split) {
        if (split.isSnapshotSplit()) {
            return new SnapshotTask(split.asSnapshotSplit());
        }
        StreamTask task = new StreamTask(split.asStreamSplit());
        stream = task;
        return task;
    }

    @Override
    public FetchTask.Context createFetchTaskContext(SyncSourceConfig config) {
        return new FetchContext(config, this);
    }

    /** @param offset {@code null} if the checkpoint had no stream in this subtask */
    @Override
    public void notifyCheckpointComplete(long checkpointId, Offset offset) {
        StreamTask task = stream;
        if (task != null && offset instanceof LsnOffset position && !position.equals(LsnOffset.START)) {
            task.acknowledge(position.lsn());
        }
    }

    @Override
    public List<TableId> discoverDataCollections(SyncSourceConfig config) {
        return new ArrayList<>();
    }

    @Override
    public Map<TableId, TableChanges.TableChange> discoverDataCollectionSchemas(SyncSourceConfig config) {
        return new HashMap<>();
    }

    @Override
    public boolean isIncludeDataCollection(SyncSourceConfig config, TableId table) {
        return true;
    }

    @Override
    public boolean isDataCollectionIdCaseSensitive(SyncSourceConfig config) {
        return true;
    }

    @Override
    public Offset displayCurrentOffset(SyncSourceConfig config) {
        return LsnOffset.START;
    }

    @Override
    @Deprecated
    public ChunkSplitter createChunkSplitter(SyncSourceConfig config) {
        return new PlannedBefore();
    }

    @Override
    public ChunkSplitter createChunkSplitter(SyncSourceConfig config, ChunkSplitterState state) {
        return new PlannedBefore();
    }

    /** The framework's state holds all chunks from the start, so it never asks for one. */
    private static final class PlannedBefore implements ChunkSplitter {

        @Override
        public void open() {}

        @Override
        public Collection<SnapshotSplit> generateSplits(TableId table) {
            throw new UnsupportedOperationException("chunks are planned before the job starts");
        }

        @Override
        public boolean hasNextChunk() {
            return false;
        }

        @Override
        public ChunkSplitterState snapshotState(long checkpointId) {
            return ChunkSplitterState.NO_SPLITTING_TABLE_STATE;
        }

        @Override
        public TableId getCurrentSplittingTableId() {
            return null;
        }

        @Override
        public void close() {}
    }
}
