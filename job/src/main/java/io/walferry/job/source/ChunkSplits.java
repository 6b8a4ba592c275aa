package io.walferry.job.source;

import io.debezium.relational.TableId;
import io.walferry.job.model.ChunkId;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.flink.cdc.connectors.base.source.meta.offset.Offset;
import org.apache.flink.cdc.connectors.base.source.meta.split.SchemalessSnapshotSplit;
import org.apache.flink.cdc.connectors.base.source.meta.split.SnapshotSplit;
import org.apache.flink.table.types.logical.RowType;

/**
 * Chunks as the framework's splits. A split names table and number of a chunk, nothing else: the framework logs splits, and
 * a chunk's bounds are row values.
 *
 * <p>The framework reads table ids back from split ids, which dots and quotes in names would break, so a table goes by one
 * word of lower-case letters, digits and underscores: schema and name joined by two underscores, every other byte of them as
 * an underscore and two hexadecimal digits.
 */
final class ChunkSplits {

    private ChunkSplits() {}

    static SchemalessSnapshotSplit split(ChunkId chunk) {
        TableId table = tableId(chunk.table());
        return new SchemalessSnapshotSplit(
                table, SnapshotSplit.generateSplitId(table, chunk.index()), RowType.of(), null, null, null);
    }

    static ChunkId chunk(SnapshotSplit split) {
        return new ChunkId(table(split.getTableId()), SnapshotSplit.extractChunkId(split.splitId()));
    }

    static SnapshotSplit split(String table, int index, Offset highWatermark) {
        // The framework wants a schema per table of a split; we know tables otherwise.
        return new SnapshotSplit(
                new TableId(null, null, table), index, RowType.of(), null, null, highWatermark, Map.of());
    }

    static TableId tableId(io.walferry.job.model.TableId table) {
        return new TableId(null, null, word(table.schema()) + "__" + word(table.name()));
    }

    static io.walferry.job.model.TableId table(TableId id) {
        // A word has two underscores in a row only at the seam: its own are followed by a digit.
        String word = id.table();
        int seam = word.indexOf("__");
        return new io.walferry.job.model.TableId(name(word.substring(0, seam)), name(word.substring(seam + 2)));
    }

    private static String word(String name) {
        StringBuilder word = new StringBuilder(name.length());
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            if (b >= 'a' && b <= 'z' || b >= '0' && b <= '9') {
                word.append((char) b);
            } else {
                word.append('_').append(Character.forDigit(b >> 4 & 15, 16)).append(Character.forDigit(b & 15, 16));
            }
        }
        return word.toString();
    }

    private static String name(String word) {
        byte[] bytes = new byte[word.length()];
        int length = 0;
        for (int i = 0; i < word.length(); i++) {
            if (word.charAt(i) == '_') {
                bytes[length++] = (byte) Integer.parseInt(word.substring(i + 1, i + 3), 16);
                i += 2;
            } else {
                bytes[length++] = (byte) word.charAt(i);
            }
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }
}
