package io.walferry.job.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.job.model.ChunkId;
import io.walferry.job.model.TableId;
import org.apache.flink.cdc.connectors.base.source.meta.split.SnapshotSplit;
import org.apache.flink.cdc.connectors.base.source.meta.split.SourceSplitBase;
import org.apache.flink.cdc.connectors.base.source.meta.split.StreamSplit;
import org.junit.jupiter.api.Test;

class SplitSerializerTest {

    private final SplitSerializer serializer = new SplitSerializer();

    @Test
    void keepsAChunkBeforeAndAfterItIsRead() throws Exception {
        SnapshotSplit planned = ChunkSplits.split(new ChunkId(new TableId("Shop", "a.b"), 4));
        SnapshotSplit copy = copy(planned).asSnapshotSplit();
        assertThat(ChunkSplits.chunk(copy)).isEqualTo(ChunkSplits.chunk(planned));
        assertThat(copy.splitId()).isEqualTo(planned.splitId());
        assertThat(copy.isSnapshotReadFinished()).isFalse();

        SnapshotSplit read = ChunkSplits.split("s__t", 0, LsnOffset.START);
        assertThat(copy(read).asSnapshotSplit().getHighWatermark()).isEqualTo(LsnOffset.START);
    }

    @Test
    void keepsTheStreamsPosition() throws Exception {
        StreamSplit copy =
                copy(SplitSerializer.stream(new LsnOffset(0x16_B374D848L))).asStreamSplit();
        assertThat(copy.getStartingOffset()).hasToString("16/B374D848");
        assertThat(copy.getEndingOffset()).isEqualTo(LsnOffset.NEVER);
        assertThat(copy.isCompletedSplit()).isTrue();
        assertThat(copy.isSnapshotCompleted()).isTrue();
    }

    @Test
    void ordersPositionsAsUnsigned() {
        assertThat(LsnOffset.NEVER.isAfter(new LsnOffset(Long.MAX_VALUE))).isTrue();
        assertThat(new LsnOffsetFactory().newOffset(new LsnOffset(77).getOffset()))
                .isEqualTo(new LsnOffset(77));
    }

    private SourceSplitBase copy(SourceSplitBase split) throws Exception {
        return serializer.deserialize(serializer.getVersion(), serializer.serialize(split));
    }
}
