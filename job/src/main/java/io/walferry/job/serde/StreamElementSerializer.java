package io.walferry.job.serde;

import io.walferry.job.model.ChangeBlock;
import io.walferry.job.model.ChangePosition;
import io.walferry.job.model.ChunkData;
import io.walferry.job.model.ChunkEnd;
import io.walferry.job.model.ChunkId;
import io.walferry.job.model.ChunkStart;
import io.walferry.job.model.CopyFormat;
import io.walferry.job.model.Marker;
import io.walferry.job.model.StreamElement;
import io.walferry.job.model.StreamTable;
import io.walferry.job.model.TableId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/**
 * One byte for the kind of element, then its fields in order. Elements are never changed once they are made, so a copy is the
 * element itself.
 */
public final class StreamElementSerializer extends TypeSerializerSingleton<StreamElement> {

    private static final long serialVersionUID = 1L;

    public static final StreamElementSerializer INSTANCE = new StreamElementSerializer();

    private static final int CHANGES = 0;
    private static final int MARKER = 1;
    private static final int CHUNK_START = 2;
    private static final int CHUNK_DATA = 3;
    private static final int CHUNK_END = 4;

    @Override
    public void serialize(StreamElement element, DataOutputView out) throws IOException {
        if (element instanceof ChangeBlock block) {
            out.writeByte(CHANGES);
            out.writeInt(block.channel());
            writeTables(block.tables(), out);
            out.writeInt(block.changes());
            out.writeLong(block.lastCommitTimeMicros());
            writeBytes(block.bytes(), block.length(), out);
        } else if (element instanceof Marker marker) {
            out.writeByte(MARKER);
            out.writeInt(marker.channel());
            out.writeLong(marker.position().commitLsn());
            out.writeLong(marker.position().ordinal());
            out.writeBoolean(marker.structure());
        } else if (element instanceof ChunkData data) {
            out.writeByte(CHUNK_DATA);
            out.writeInt(data.channel());
            writeChunk(data.chunk(), out);
            writeBytes(data.bytes(), data.length(), out);
        } else if (element instanceof ChunkStart start) {
            out.writeByte(CHUNK_START);
            out.writeInt(start.channel());
            writeChunk(start.chunk(), out);
            StreamTableFormat.write(start.table(), out);
            out.writeByte(start.format().ordinal());
            StringValue.writeString(start.snapshot(), out);
            out.writeLong(start.lsn());
            out.writeBoolean(start.keepsRows());
        } else if (element instanceof ChunkEnd end) {
            out.writeByte(CHUNK_END);
            out.writeInt(end.channel());
            writeChunk(end.chunk(), out);
            out.writeLong(end.rows());
            out.writeLong(end.bytes());
            StringValue.writeString(end.deadLetters(), out);
        } else {
            throw new IOException("no format for " + element.getClass().getName());
        }
    }

    @Override
    public StreamElement deserialize(DataInputView in) throws IOException {
        int kind = in.readByte();
        int channel = in.readInt();
        switch (kind) {
            case CHANGES -> {
                List<StreamTable> tables = readTables(in);
                int changes = in.readInt();
                long lastCommitTimeMicros = in.readLong();
                byte[] bytes = readBytes(in);
                return new ChangeBlock(channel, tables, bytes, bytes.length, changes, lastCommitTimeMicros);
            }
            case MARKER -> {
                return new Marker(channel, new ChangePosition(in.readLong(), in.readLong()), in.readBoolean());
            }
            case CHUNK_DATA -> {
                ChunkId chunk = readChunk(in);
                byte[] bytes = readBytes(in);
                return new ChunkData(channel, chunk, bytes, bytes.length);
            }
            case CHUNK_START -> {
                return new ChunkStart(
                        channel,
                        readChunk(in),
                        StreamTableFormat.read(in),
                        CopyFormat.values()[in.readByte()],
                        StringValue.readString(in),
                        in.readLong(),
                        in.readBoolean());
            }
            case CHUNK_END -> {
                return new ChunkEnd(channel, readChunk(in), in.readLong(), in.readLong(), StringValue.readString(in));
            }
            default -> throw new IOException("unknown element kind " + kind);
        }
    }

    private static void writeTables(List<StreamTable> tables, DataOutputView out) throws IOException {
        out.writeInt(tables.size());
        for (StreamTable table : tables) {
            StreamTableFormat.write(table, out);
        }
    }

    private static List<StreamTable> readTables(DataInputView in) throws IOException {
        int count = in.readInt();
        List<StreamTable> tables = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            tables.add(StreamTableFormat.read(in));
        }
        return tables;
    }

    private static void writeChunk(ChunkId chunk, DataOutputView out) throws IOException {
        StringValue.writeString(chunk.table().schema(), out);
        StringValue.writeString(chunk.table().name(), out);
        out.writeInt(chunk.index());
    }

    private static ChunkId readChunk(DataInputView in) throws IOException {
        TableId table = new TableId(StringValue.readString(in), StringValue.readString(in));
        return new ChunkId(table, in.readInt());
    }

    private static void writeBytes(byte[] bytes, int length, DataOutputView out) throws IOException {
        out.writeInt(length);
        out.write(bytes, 0, length);
    }

    private static byte[] readBytes(DataInputView in) throws IOException {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return bytes;
    }

    @Override
    public boolean isImmutableType() {
        return true;
    }

    /** {@code null}, which Flink allows here: there is no empty element. */
    @Override
    public StreamElement createInstance() {
        return null;
    }

    @Override
    public StreamElement copy(StreamElement from) {
        return from;
    }

    @Override
    public StreamElement copy(StreamElement from, StreamElement reuse) {
        return from;
    }

    @Override
    public int getLength() {
        return -1;
    }

    @Override
    public StreamElement deserialize(StreamElement reuse, DataInputView source) throws IOException {
        return deserialize(source);
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
        serialize(deserialize(source), target);
    }

    @Override
    public TypeSerializerSnapshot<StreamElement> snapshotConfiguration() {
        return new Snapshot();
    }

    /** The format has no settings, so there is nothing to remember but its class. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<StreamElement> {
        public Snapshot() {
            super(() -> INSTANCE);
        }
    }
}
