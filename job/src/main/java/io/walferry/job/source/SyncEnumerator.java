package io.walferry.job.source;

import io.walferry.job.model.ChunkId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.cdc.connectors.base.source.assigner.state.HybridPendingSplitsState;
import org.apache.flink.cdc.connectors.base.source.assigner.state.PendingSplitsState;
import org.apache.flink.cdc.connectors.base.source.assigner.state.StreamPendingSplitsState;
import org.apache.flink.cdc.connectors.base.source.enumerator.IncrementalSourceEnumerator;
import org.apache.flink.cdc.connectors.base.source.meta.split.SourceSplitBase;
import org.apache.flink.util.FlinkRuntimeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The framework's enumerator behind a first step: checking the slot and reading the ledger, off the coordinator's thread, so
 * that a slow database does not hold up the job's heart. What readers ask meanwhile waits for its end.
 */
final class SyncEnumerator implements SplitEnumerator<SourceSplitBase, PendingSplitsState> {

    private static final Logger LOG = LoggerFactory.getLogger(SyncEnumerator.class);

    private final SplitEnumeratorContext<SourceSplitBase> context;
    private final SyncSourceConfig config;
    private final SyncDialect dialect;
    private final PendingSplitsState checkpoint;
    private final Companion.Factory companionFactory;
    private final List<Runnable> waiting = new ArrayList<>();

    /** {@code null} before the start. */
    private Companion companion;

    /** {@code null} during the first step. */
    private IncrementalSourceEnumerator assigning;

    /** @param checkpoint {@link #nothingKnown()} without one */
    SyncEnumerator(
            SplitEnumeratorContext<SourceSplitBase> context,
            SyncSourceConfig config,
            SyncDialect dialect,
            PendingSplitsState checkpoint,
            Companion.Factory companionFactory) {
        this.companionFactory = companionFactory;
        this.context = context;
        this.config = config;
        this.dialect = dialect;
        this.checkpoint = checkpoint;
    }

    /** State of an enumerator that has not got past the first step; no reader has a split then. */
    static PendingSplitsState nothingKnown() {
        return new StreamPendingSplitsState(false);
    }

    @Override
    public void start() {
        companion = companionFactory.start(context.metricGroup());
        context.callAsync(() -> StartPlan.chunksToLoad(config), this::startAssigning);
    }

    private void startAssigning(List<ChunkId> chunksToLoad, Throwable failure) {
        if (failure != null) {
            LOG.error("{} cannot start", config, failure);
            throw new FlinkRuntimeException(config + " cannot start: " + failure.getMessage(), JobFailure.of(failure));
        }
        LOG.info("Starting {} with {} chunks to load", config, chunksToLoad.size());
        HybridPendingSplitsState state = checkpoint instanceof HybridPendingSplitsState known
                ? LoadState.restored(known, chunksToLoad)
                : LoadState.fresh(chunksToLoad);
        assigning = new IncrementalSourceEnumerator(
                context, config, new SyncAssigner(config, state, dialect, context), Boundedness.CONTINUOUS_UNBOUNDED);
        assigning.start();
        waiting.forEach(Runnable::run);
        waiting.clear();
    }

    private void afterStart(Runnable action) {
        if (assigning == null) {
            waiting.add(action);
        } else {
            action.run();
        }
    }

    @Override
    public void handleSplitRequest(int subtaskId, String requesterHostname) {
        afterStart(() -> assigning.handleSplitRequest(subtaskId, requesterHostname));
    }

    @Override
    public void addSplitsBack(List<SourceSplitBase> splits, int subtaskId) {
        afterStart(() -> assigning.addSplitsBack(splits, subtaskId));
    }

    @Override
    public void addReader(int subtaskId) {
        afterStart(() -> assigning.addReader(subtaskId));
    }

    @Override
    public void handleSourceEvent(int subtaskId, SourceEvent event) {
        afterStart(() -> assigning.handleSourceEvent(subtaskId, event));
    }

    @Override
    public PendingSplitsState snapshotState(long checkpointId) {
        // What readers reported meanwhile is not lost by this: without an answer they keep it in their own state.
        return assigning == null ? checkpoint : assigning.snapshotState(checkpointId);
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) {
        if (assigning != null) {
            assigning.notifyCheckpointComplete(checkpointId);
        }
    }

    @Override
    public void close() throws IOException {
        if (companion != null) {
            companion.close();
        }
        if (assigning != null) {
            assigning.close();
        }
    }
}
