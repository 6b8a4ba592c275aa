package io.walferry.job.serde;

import io.walferry.job.model.StreamColumn;
import io.walferry.job.model.StreamTable;
import io.walferry.job.model.TableId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/** The bytes of a {@link StreamTable}. */
final class StreamTableFormat {

    private StreamTableFormat() {}

    static void write(StreamTable table, DataOutputView out) throws IOException {
        out.writeInt(table.id());
        StringValue.writeString(table.table().schema(), out);
        StringValue.writeString(table.table().name(), out);
        out.writeInt(table.columns().size());
        for (StreamColumn column : table.columns()) {
            StringValue.writeString(column.name(), out);
            StringValue.writeString(column.type(), out);
            out.writeBoolean(column.identityAlways());
        }
        out.writeInt(table.key().size());
        for (int index : table.key()) {
            out.writeInt(index);
        }
        out.writeBoolean(table.looseKey());
        out.writeBoolean(table.otherUnique());
    }

    static StreamTable read(DataInputView in) throws IOException {
        int id = in.readInt();
        TableId table = new TableId(StringValue.readString(in), StringValue.readString(in));
        int columnCount = in.readInt();
        List<StreamColumn> columns = new ArrayList<>(columnCount);
        for (int i = 0; i < columnCount; i++) {
            columns.add(new StreamColumn(StringValue.readString(in), StringValue.readString(in), in.readBoolean()));
        }
        int keyColumns = in.readInt();
        List<Integer> key = new ArrayList<>(keyColumns);
        for (int i = 0; i < keyColumns; i++) {
            key.add(in.readInt());
        }
        return new StreamTable(id, table, columns, key, in.readBoolean(), in.readBoolean());
    }
}
