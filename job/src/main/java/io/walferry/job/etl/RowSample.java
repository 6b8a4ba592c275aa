package io.walferry.job.etl;

import io.walferry.job.failure.SyncException;
import io.walferry.job.model.ChunkData;
import io.walferry.job.model.ChunkEnd;
import io.walferry.job.model.ChunkId;
import io.walferry.job.model.ChunkStart;
import io.walferry.job.model.CopyFormat;
import io.walferry.job.model.StreamElement;
import io.walferry.job.model.StreamTable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Puts a few rows through a statement in a job of its own, and shows them before and after. */
public final class RowSample {

    private final StreamExecutionEnvironment environment;
    private final SqlLanes lanes;
    private final TypeInformation<StreamElement> elementType;

    public RowSample(
            StreamExecutionEnvironment environment, SqlLanes lanes, TypeInformation<StreamElement> elementType) {
        this.environment = environment;
        this.lanes = lanes;
        this.elementType = elementType;
    }

    /**
     * A row.
     *
     * @param before the columns that travel, {@code name=value}
     * @param after the target's columns likewise; empty if the row does not arrive
     */
    public record Pair(String before, Optional<String> after) {}

    /**
     * @param from the table as its rows travel
     * @param to the table at the target
     * @param lines of COPY's text format
     * @throws io.walferry.job.failure.SyncException if the statement fails on a row
     */
    public List<Pair> run(LaneTable lane, StreamTable from, StreamTable to, List<byte[]> lines) {
        if (lines.isEmpty()) {
            return List.of();
        }
        List<StreamElement> elements = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            ChunkId row = new ChunkId(lane.table().id(), i);
            elements.add(new ChunkStart(0, row, from, CopyFormat.TEXT, "", 0));
            elements.add(new ChunkData(0, row, lines.get(i), lines.get(i).length));
            elements.add(new ChunkEnd(0, row, 1, lines.get(i).length));
        }
        List<Optional<String>> after = new ArrayList<>(
                lines.stream().map(line -> Optional.<String>empty()).toList());
        for (StreamElement element : collect(lane, to, elements)) {
            if (element instanceof ChunkData data) {
                after.set(data.chunk().index(), Optional.of(shown(to, Arrays.copyOf(data.bytes(), data.length()))));
            }
        }
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            pairs.add(new Pair(shown(from, lines.get(i)), after.get(i)));
        }
        return pairs;
    }

    private List<StreamElement> collect(LaneTable lane, StreamTable to, List<StreamElement> elements) {
        try {
            return lanes.add(
                            lane,
                            to,
                            environment.fromData(elementType, elements.toArray(StreamElement[]::new)),
                            "sample")
                    .executeAndCollect(3 * elements.size());
        } catch (Exception e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof SyncException known) {
                    throw known;
                }
            }
            throw new IllegalStateException("the sample's job failed", e);
        }
    }

    private static String shown(StreamTable table, byte[] line) {
        int end = line.length > 0 && line[line.length - 1] == '\n' ? line.length - 1 : line.length;
        CopyFields fields = new CopyFields(table.columns().size());
        fields.split(line, 0, end);
        List<String> shown = new ArrayList<>();
        for (int i = 0; i < table.columns().size(); i++) {
            String value = "NULL";
            if (!fields.isNull(i)) {
                int length = fields.unescape(i);
                value = new String(fields.value(), fields.valueStart(), length, StandardCharsets.UTF_8);
            }
            shown.add(table.columns().get(i).name() + "=" + value);
        }
        return String.join(", ", shown);
    }
}
