package io.walferry.job.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.walferry.job.model.ChangeBlock;
import io.walferry.job.model.ChangePosition;
import io.walferry.job.model.ChunkData;
import io.walferry.job.model.ChunkEnd;
import io.walferry.job.model.ChunkId;
import io.walferry.job.model.ChunkStart;
import io.walferry.job.model.CopyFormat;
import io.walferry.job.model.Marker;
import io.walferry.job.model.StreamColumn;
import io.walferry.job.model.StreamElement;
import io.walferry.job.model.StreamTable;
import io.walferry.job.model.TableId;
import java.io.IOException;
import java.util.List;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StreamElementSerializerTest {

    private static final ChunkId CHUNK = new ChunkId(new TableId("Shop", "orders ü"), 7);
    private static final StreamTable TABLE = new StreamTable(
            3,
            CHUNK.table(),
            List.of(
                    new StreamColumn("id", "pg_catalog.int8", true),
                    new StreamColumn("Näme", "pg_catalog.\"varchar\"(10)", false)),
            List.of(0),
            true,
            false);

    static List<StreamElement> elements() {
        return List.of(
                new ChunkStart(2, CHUNK, TABLE, CopyFormat.BINARY, "10:20:" + "11,".repeat(50_000), -1L),
                new ChunkData(2, CHUNK, new byte[] {1, 2, 3, 0}, 3),
                new ChunkEnd(2, CHUNK, Long.MAX_VALUE, 99),
                new ChangeBlock(1, List.of(TABLE), new byte[] {9, 8, 7, 6}, 4, 1, 1_700_000_000_000_000L),
                new ChangeBlock(0, List.of(), new byte[0], 0, 0, 0),
                new Marker(5, ChangePosition.endOf(-2L)));
    }

    @ParameterizedTest
    @MethodSource("elements")
    void bringsEveryElementBack(StreamElement element) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        StreamElementSerializer.INSTANCE.serialize(element, out);
        DataOutputSerializer copied = new DataOutputSerializer(64);
        StreamElementSerializer.INSTANCE.copy(new DataInputDeserializer(out.getCopyOfBuffer()), copied);

        DataInputDeserializer in = new DataInputDeserializer(copied.getCopyOfBuffer());
        StreamElement back = StreamElementSerializer.INSTANCE.deserialize(in);

        assertThat(in.available()).isZero();
        assertThat(back).usingRecursiveComparison().isEqualTo(withoutSlack(element));
    }

    private static StreamElement withoutSlack(StreamElement element) {
        return element instanceof ChunkData data
                ? new ChunkData(data.channel(), data.chunk(), new byte[] {1, 2, 3}, data.length())
                : element;
    }

    @Test
    void neverFallsBackToKryo() {
        SerializerConfigImpl strict = new SerializerConfigImpl();
        strict.setGenericTypes(false);
        assertThatCode(() -> StreamElementType.INSTANCE.createSerializer(strict))
                .doesNotThrowAnyException();
    }

    @Test
    void snapshotRestoresTheSerializer() throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        TypeSerializerSnapshot.writeVersionedSnapshot(out, StreamElementSerializer.INSTANCE.snapshotConfiguration());
        TypeSerializerSnapshot<StreamElement> restored = TypeSerializerSnapshot.readVersionedSnapshot(
                new DataInputDeserializer(out.getCopyOfBuffer()), getClass().getClassLoader());
        assertThat(restored.restoreSerializer()).isSameAs(StreamElementSerializer.INSTANCE);
    }
}
