package io.walferry.job.source;

import java.util.Collection;
import java.util.Map;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.cdc.connectors.base.source.assigner.AssignerStatus;
import org.apache.flink.cdc.connectors.base.source.assigner.HybridSplitAssigner;
import org.apache.flink.cdc.connectors.base.source.assigner.state.HybridPendingSplitsState;
import org.apache.flink.cdc.connectors.base.source.assigner.state.PendingSplitsState;
import org.apache.flink.cdc.connectors.base.source.meta.split.SnapshotSplit;
import org.apache.flink.cdc.connectors.base.source.meta.split.SourceSplitBase;
import org.apache.flink.cdc.connectors.base.source.meta.split.StreamSplit;

/**
 * Assigns chunks, then the stream, and then forgets the chunks: the ledger has them, so they need not stay in every
 * checkpoint.
 */
final class SyncAssigner extends HybridSplitAssigner<SyncSourceConfig> {

    /**
     * With the parallelism of 1 the assigner hands out the stream as soon as all chunks are reported as read. With more it
     * would wait for a checkpoint, so that the chunks are written first; our stream waits for the target's ledger instead.
     */
    private static final int NO_WAIT_FOR_CHECKPOINT = 1;

    SyncAssigner(
            SyncSourceConfig config,
            HybridPendingSplitsState state,
            SyncDialect dialect,
            SplitEnumeratorContext<SourceSplitBase> context) {
        super(config, NO_WAIT_FOR_CHECKPOINT, state, dialect, new LsnOffsetFactory(), context);
    }

    /**
     * A chunk that was handed out carries "no schema" as its table's schema; given back like that it would make every later
     * checkpoint fail, which cannot write it.
     */
    @Override
    public void addSplits(Collection<SourceSplitBase> splits) {
        super.addSplits(splits.stream().map(SyncAssigner::withoutSchema).toList());
    }

    private static SourceSplitBase withoutSchema(SourceSplitBase split) {
        if (!split.isSnapshotSplit()) {
            return split;
        }
        SnapshotSplit chunk = split.asSnapshotSplit();
        return new SnapshotSplit(
                chunk.getTableId(),
                chunk.splitId(),
                chunk.getSplitKeyType(),
                chunk.getSplitStart(),
                chunk.getSplitEnd(),
                chunk.getHighWatermark(),
                Map.of());
    }

    @Override
    public StreamSplit createStreamSplit() {
        return SplitSerializer.stream(LsnOffset.START);
    }

    @Override
    public PendingSplitsState snapshotState(long checkpointId) {
        HybridPendingSplitsState state = (HybridPendingSplitsState) super.snapshotState(checkpointId);
        boolean loaded = noMoreSplits() && AssignerStatus.isInitialAssigningFinished(getAssignerStatus());
        return loaded ? LoadState.loaded(state.isStreamSplitAssigned()) : state;
    }
}
