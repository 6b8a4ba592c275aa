package io.walferry.job.source;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import org.apache.flink.cdc.connectors.base.source.meta.offset.Offset;
import org.apache.flink.cdc.connectors.base.source.meta.offset.OffsetFactory;
import org.apache.flink.cdc.connectors.base.source.meta.split.SnapshotSplit;
import org.apache.flink.cdc.connectors.base.source.meta.split.SourceSplitBase;
import org.apache.flink.cdc.connectors.base.source.meta.split.SourceSplitSerializer;
import org.apache.flink.cdc.connectors.base.source.meta.split.StreamSplit;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * Splits in checkpoints and on their way to readers: table and number of a chunk, or the position of the stream. The
 * framework's own form adds table schemas and Java-serialized bounds, which we have no use for. The version number stays the
 * framework's, because it reads the enumerator's offsets by it.
 */
final class SplitSerializer extends SourceSplitSerializer {

    private static final int CHUNK = 1;
    private static final int STREAM = 2;

    private final OffsetFactory offsets = new LsnOffsetFactory();

    @Override
    public OffsetFactory getOffsetFactory() {
        return offsets;
    }

    @Override
    public byte[] serialize(SourceSplitBase split) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        if (split.isSnapshotSplit()) {
            SnapshotSplit chunk = split.asSnapshotSplit();
            out.writeByte(CHUNK);
            out.writeUTF(chunk.getTableId().table());
            out.writeInt(SnapshotSplit.extractChunkId(chunk.splitId()));
            writeOffset(chunk.getHighWatermark(), out);
        } else {
            out.writeByte(STREAM);
            writeOffset(split.asStreamSplit().getStartingOffset(), out);
        }
        return out.getCopyOfBuffer();
    }

    @Override
    public SourceSplitBase deserialize(int version, byte[] serialized) throws IOException {
        DataInputDeserializer in = new DataInputDeserializer(serialized);
        int kind = in.readByte();
        return switch (kind) {
            case CHUNK -> ChunkSplits.split(in.readUTF(), in.readInt(), readOffset(in));
            case STREAM -> stream(readOffset(in));
            default -> throw new IOException("unknown kind of split: " + kind);
        };
    }

    /**
     * The stream, which needs to know nothing of the chunks before it.
     *
     * @param position what the slot may be acknowledged to; reading starts at the slot's own position
     */
    static StreamSplit stream(Offset position) {
        return new StreamSplit(
                StreamSplit.STREAM_SPLIT_ID,
                position,
                LsnOffset.NEVER,
                new ArrayList<>(),
                new HashMap<>(),
                0,
                false,
                true);
    }

    private static void writeOffset(Offset offset, DataOutputSerializer out) throws IOException {
        out.writeBoolean(offset != null);
        if (offset != null) {
            out.writeLong(((LsnOffset) offset).lsn());
        }
    }

    private static Offset readOffset(DataInputDeserializer in) throws IOException {
        return in.readBoolean() ? new LsnOffset(in.readLong()) : null;
    }
}
