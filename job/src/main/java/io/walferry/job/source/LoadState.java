package io.walferry.job.source;

import io.walferry.job.model.ChunkId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.cdc.connectors.base.source.assigner.AssignerStatus;
import org.apache.flink.cdc.connectors.base.source.assigner.state.ChunkSplitterState;
import org.apache.flink.cdc.connectors.base.source.assigner.state.HybridPendingSplitsState;
import org.apache.flink.cdc.connectors.base.source.assigner.state.SnapshotPendingSplitsState;
import org.apache.flink.cdc.connectors.base.source.meta.offset.Offset;
import org.apache.flink.cdc.connectors.base.source.meta.split.SchemalessSnapshotSplit;
import org.apache.flink.cdc.connectors.base.source.meta.split.SourceSplitBase;

/**
 * The enumerator's state, made from the target's ledger. A fresh enumerator is thus one restored from what the ledger says;
 * a real checkpoint only adds which chunks the readers themselves bring back.
 */
final class LoadState {

    private LoadState() {}

    /**
     * State of an enumerator without a checkpoint.
     *
     * @param chunksToLoad planned and not loaded, in the order in which to read them
     */
    static HybridPendingSplitsState fresh(List<ChunkId> chunksToLoad) {
        return state(splits(chunksToLoad), new HashMap<>(), new HashMap<>(), false);
    }

    /**
     * State of an enumerator with a checkpoint. Chunks that readers hold stay with them (a chunk found loaded is skipped
     * when it is read). Of the others, exactly those that the ledger lacks remain: also one that the checkpoint takes for
     * finished, or does not know.
     */
    static HybridPendingSplitsState restored(HybridPendingSplitsState checkpoint, List<ChunkId> chunksToLoad) {
        SnapshotPendingSplitsState load = checkpoint.getSnapshotPendingSplits();
        Map<String, SchemalessSnapshotSplit> assigned = new HashMap<>(load.getAssignedSplits());
        Map<String, Offset> finished = new HashMap<>(load.getSplitFinishedOffsets());
        Set<String> withReaders = new HashSet<>(assigned.keySet());
        withReaders.removeAll(finished.keySet());
        List<SchemalessSnapshotSplit> remaining = splits(chunksToLoad);
        remaining.removeIf(split -> withReaders.contains(split.splitId()));
        for (SchemalessSnapshotSplit split : remaining) {
            assigned.remove(split.splitId());
            finished.remove(split.splitId());
        }
        return state(remaining, assigned, finished, checkpoint.isStreamSplitAssigned());
    }

    /** State of an enumerator that has nothing to assign but the stream, if a reader does not have it already. */
    static HybridPendingSplitsState loaded(boolean streamAssigned) {
        return state(new ArrayList<>(), new HashMap<>(), new HashMap<>(), streamAssigned);
    }

    private static List<SchemalessSnapshotSplit> splits(List<ChunkId> chunks) {
        return chunks.stream().map(ChunkSplits::split).collect(Collectors.toCollection(ArrayList::new));
    }

    private static HybridPendingSplitsState state(
            List<SchemalessSnapshotSplit> remaining,
            Map<String, SchemalessSnapshotSplit> assigned,
            Map<String, Offset> finished,
            boolean streamAssigned) {
        boolean loaded = remaining.isEmpty()
                && assigned.values().stream().map(SourceSplitBase::splitId).allMatch(finished::containsKey);
        return new HybridPendingSplitsState(
                new SnapshotPendingSplitsState(
                        new ArrayList<>(),
                        remaining,
                        assigned,
                        new HashMap<>(),
                        finished,
                        loaded ? AssignerStatus.INITIAL_ASSIGNING_FINISHED : AssignerStatus.INITIAL_ASSIGNING,
                        new ArrayList<>(),
                        true,
                        true,
                        new HashMap<>(),
                        ChunkSplitterState.NO_SPLITTING_TABLE_STATE),
                streamAssigned);
    }
}
