package io.walferry.job.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.job.model.ChunkId;
import io.walferry.job.model.TableId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.cdc.connectors.base.source.assigner.AssignerStatus;
import org.apache.flink.cdc.connectors.base.source.assigner.state.ChunkSplitterState;
import org.apache.flink.cdc.connectors.base.source.assigner.state.HybridPendingSplitsState;
import org.apache.flink.cdc.connectors.base.source.assigner.state.PendingSplitsStateSerializer;
import org.apache.flink.cdc.connectors.base.source.assigner.state.SnapshotPendingSplitsState;
import org.apache.flink.cdc.connectors.base.source.meta.offset.Offset;
import org.apache.flink.cdc.connectors.base.source.meta.split.SchemalessSnapshotSplit;
import org.apache.flink.cdc.connectors.base.source.meta.split.SourceSplitBase;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class LoadStateTest {

    @Nested
    class WithoutACheckpoint {

        @Test
        void remainsWhatTheLedgerLacks() {
            HybridPendingSplitsState state = LoadState.fresh(List.of(chunk(2), chunk(3)));
            assertThat(remaining(state)).containsExactly("s__t:2", "s__t:3");
            assertThat(status(state)).isEqualTo(AssignerStatus.INITIAL_ASSIGNING);
        }

        @Test
        void theStreamIsNextWhereAllIsLoaded() {
            HybridPendingSplitsState state = LoadState.fresh(List.of());
            assertThat(status(state)).isEqualTo(AssignerStatus.INITIAL_ASSIGNING_FINISHED);
            assertThat(state.isStreamSplitAssigned()).isFalse();
        }
    }

    @Nested
    class WithACheckpoint {

        @Test
        void aChunkThatAReaderBringsBackIsNotAssignedASecondTime() {
            HybridPendingSplitsState state =
                    LoadState.restored(checkpoint(List.of(2), List.of(0, 1), List.of(0)), List.of(chunk(1), chunk(2)));
            assertThat(remaining(state)).containsExactly("s__t:2");
            assertThat(state.getSnapshotPendingSplits().getAssignedSplits()).containsOnlyKeys("s__t:0", "s__t:1");
            assertThat(status(state)).isEqualTo(AssignerStatus.INITIAL_ASSIGNING);
        }

        @Test
        void aChunkThatTheLedgerHasSinceThenIsNotAssigned() {
            HybridPendingSplitsState state =
                    LoadState.restored(checkpoint(List.of(1, 2), List.of(0), List.of(0)), List.of(chunk(2)));
            assertThat(remaining(state)).containsExactly("s__t:2");
        }

        @Test
        void aChunkThatTheLedgerLacksIsReadAgainWhateverTheCheckpointSays() {
            HybridPendingSplitsState state = LoadState.restored(
                    checkpoint(List.of(), List.of(0, 1), List.of(0, 1)), List.of(chunk(1), chunk(7)));
            assertThat(remaining(state)).containsExactly("s__t:1", "s__t:7");
            assertThat(state.getSnapshotPendingSplits().getAssignedSplits()).containsOnlyKeys("s__t:0");
            assertThat(status(state)).isEqualTo(AssignerStatus.INITIAL_ASSIGNING);
        }

        @Test
        void nothingIsLeftOnceTheLedgerHasEveryChunk() {
            HybridPendingSplitsState state =
                    LoadState.restored(checkpoint(List.of(1, 2), List.of(0), List.of(0)), List.of());
            assertThat(remaining(state)).isEmpty();
            assertThat(status(state)).isEqualTo(AssignerStatus.INITIAL_ASSIGNING_FINISHED);
        }
    }

    @Test
    void survivesTheFrameworksSerializer() throws Exception {
        PendingSplitsStateSerializer serializer = new PendingSplitsStateSerializer(new SplitSerializer());
        HybridPendingSplitsState state = checkpoint(List.of(2), List.of(0, 1), List.of(0));
        assertThat(serializer.deserialize(serializer.getVersion(), serializer.serialize(state)))
                .isEqualTo(state);
        assertThat(serializer.serialize(LoadState.loaded(true))).hasSizeLessThan(64);
    }

    private static HybridPendingSplitsState checkpoint(
            List<Integer> remaining, List<Integer> assigned, List<Integer> finished) {
        List<SchemalessSnapshotSplit> remainingSplits = new ArrayList<>();
        remaining.forEach(index -> remainingSplits.add(ChunkSplits.split(chunk(index))));
        Map<String, SchemalessSnapshotSplit> assignedSplits = new HashMap<>();
        assigned.forEach(index -> assignedSplits.put("s__t:" + index, ChunkSplits.split(chunk(index))));
        Map<String, Offset> offsets = new HashMap<>();
        finished.forEach(index -> offsets.put("s__t:" + index, new LsnOffset(100 + index)));
        return new HybridPendingSplitsState(
                new SnapshotPendingSplitsState(
                        new ArrayList<>(),
                        remainingSplits,
                        assignedSplits,
                        new HashMap<>(),
                        offsets,
                        AssignerStatus.INITIAL_ASSIGNING,
                        new ArrayList<>(),
                        true,
                        true,
                        new HashMap<>(),
                        ChunkSplitterState.NO_SPLITTING_TABLE_STATE),
                false);
    }

    private static ChunkId chunk(int index) {
        return new ChunkId(new TableId("s", "t"), index);
    }

    private static List<String> remaining(HybridPendingSplitsState state) {
        return state.getSnapshotPendingSplits().getRemainingSplits().stream()
                .map(SourceSplitBase::splitId)
                .toList();
    }

    private static AssignerStatus status(HybridPendingSplitsState state) {
        return state.getSnapshotPendingSplits().getSnapshotAssignerStatus();
    }
}
