package io.walferry.job.etl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.walferry.job.config.EtlConfig;
import io.walferry.job.failure.SyncException;
import io.walferry.job.model.ChangeBlock;
import io.walferry.job.model.ChangeCursor;
import io.walferry.job.model.ChangeKind;
import io.walferry.job.model.ChangePosition;
import io.walferry.job.model.ChangeWriter;
import io.walferry.job.model.ChunkData;
import io.walferry.job.model.ChunkEnd;
import io.walferry.job.model.ChunkId;
import io.walferry.job.model.ChunkStart;
import io.walferry.job.model.CopyFormat;
import io.walferry.job.model.MappedColumn;
import io.walferry.job.model.Marker;
import io.walferry.job.model.StreamElement;
import io.walferry.job.model.StreamTable;
import io.walferry.job.model.TableId;
import io.walferry.job.model.TableSchema;
import io.walferry.job.serde.StreamElementType;
import io.walferry.job.source.StreamTables;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.Test;

/** The real planner, and a job that runs what it makes. */
class SqlLanesTest {

    private final StreamExecutionEnvironment environment =
            StreamExecutionEnvironment.getExecutionEnvironment(Configuration.fromMap(Map.of(
                    "pipeline.generic-types", "false", "pipeline.object-reuse", "true", "parallelism.default", "1")));
    private final SqlLanes lanes =
            new SqlLanes(environment, EtlFile.read(EtlConfig.NONE), StreamElementType.INSTANCE, 1, "t");

    @Test
    void findsTheTypesOfNewColumns() {
        TableSchema orders = Fixtures.orders("amount", "numeric(10,2)", "seen", "timestamptz", "note", "text");
        LaneTable lane = LaneTable.of(
                Fixtures.by(
                        orders,
                        "SELECT id, amount * 2 AS twice, UPPER(note) AS shout, CAST(seen AS DATE) AS theday, amount > 3 AS much,"
                                + " CAST(amount AS INT) AS whole, seen, CURRENT_DATE AS today, CAST(note AS BYTES) AS b FROM shop.orders"));
        assertThat(lanes.computed(lane))
                .extracting(column -> column.name() + " " + column.type())
                .containsExactly(
                        "twice pg_catalog.numeric(21,2)",
                        "shout pg_catalog.text",
                        "theday pg_catalog.date",
                        "much pg_catalog.bool",
                        "whole pg_catalog.int4",
                        "today pg_catalog.date",
                        "b pg_catalog.bytea");
    }

    @Test
    void tellsWhatThePlannerRefuses() {
        TableSchema orders = Fixtures.orders("amount", "numeric(10,2)", "note", "text");
        LaneTable lane = LaneTable.of(Fixtures.by(orders, "SELECT id, MISSING(note) AS n FROM shop.orders"));
        assertThatThrownBy(() -> lanes.computed(lane))
                .isInstanceOf(SyncException.class)
                .hasMessageContaining("statement for source table shop.orders")
                .hasMessageContaining("No match found for function signature MISSING(<CHARACTER>)");
        LaneTable array = LaneTable.of(Fixtures.by(orders, "SELECT id, ARRAY[note] AS notes FROM shop.orders"));
        assertThatThrownBy(() -> lanes.computed(array)).hasMessageContaining("its column notes is ARRAY<STRING>");
    }

    @Test
    void onlyWhatArrivesComesOutAndTheRestKeepsItsOrder() throws Exception {
        TableSchema orders = Fixtures.orders("amount", "int4", "note", "text");
        orders = orders.withMapping(orders.mapping()
                .withColumns(List.of(
                        orders.mapping().columns().get(0),
                        MappedColumn.computed("twice", "pg_catalog.int4"),
                        orders.mapping().columns().get(2)))
                .by("SELECT id, amount * 2 AS twice, note FROM shop.orders WHERE amount > 10"));
        StreamTable target = StreamTables.of(orders, 1);
        LaneTable lane = LaneTable.of(orders);
        ChangeWriter changes = new ChangeWriter(100);
        change(changes, ChangeKind.INSERT, 0, 1, "1", "11", "a\tb");
        change(changes, ChangeKind.INSERT, 0, 2, "2", "10", "no");
        change(changes, ChangeKind.UPDATE, 0, 3, "3", "9", "leaves");
        change(changes, ChangeKind.UPDATE, ChangeWriter.SAME_VERDICT, 4, "4", "9", "was not there");
        change(changes, ChangeKind.UPDATE, ChangeWriter.SAME_VERDICT, 5, "5", "20", "u");
        change(changes, ChangeKind.DELETE, 0, 6, "6", null, null);
        ChunkId chunk = new ChunkId(orders.id(), 0);
        StreamTable in = StreamTables.of(lane.travelling(), -1);
        List<StreamElement> out = run(
                lane,
                target,
                new ChunkStart(1, chunk, in, CopyFormat.TEXT, "1:1:", 5),
                data(chunk, "1\t11\ta\\tb\\\\\n2\t10\tno\n3\t\\N\tno\n4\t5"),
                data(chunk, "0\t\\N\n"),
                new ChunkEnd(1, chunk, 4, 40),
                new ChangeBlock(1, List.of(in), changes.take(), 0, 6, 77),
                new Marker(1, new ChangePosition(9, 9)));
        assertThat(out).hasSize(6);
        assertThat(((ChunkStart) out.get(0)).table().columns().get(1).name()).isEqualTo("twice");
        assertThat(text(out.get(1))).isEqualTo("1\t22\ta\\tb\\\\\n");
        assertThat(text(out.get(2))).isEqualTo("4\t100\t\\N\n");
        assertThat(out.get(3)).isEqualTo(new ChunkEnd(0, chunk, 2, bytes(out.get(1), out.get(2))));
        assertThat(described((ChangeBlock) out.get(4)))
                .containsExactly(
                        "INSERT 1 (1, 22, a\tb)",
                        "DELETE 3 (3, null, null)",
                        "UPDATE 5 (5, 40, unchanged)",
                        "DELETE 6 (6, null, null)");
        assertThat(out.get(5)).isEqualTo(new Marker(0, new ChangePosition(9, 9)));
    }

    @Test
    void stopsForGoodAtAValueThatTheTypeCannotHold() {
        TableSchema orders =
                Fixtures.by(Fixtures.orders("amount", "numeric"), "SELECT * FROM shop.orders WHERE amount > 10");
        ChangeWriter changes = new ChangeWriter(100);
        change(changes, ChangeKind.INSERT, 0, 1, "1", "NaN");
        LaneTable lane = LaneTable.of(orders);
        StreamTable in = StreamTables.of(lane.travelling(), 1);
        assertThatThrownBy(() -> run(
                        lane, StreamTables.of(orders, 1), new ChangeBlock(1, List.of(in), changes.take(), 0, 1, 77)))
                .hasStackTraceContaining(
                        "source table shop.orders, row at 0/7+1: column amount: NaN and infinity are no" + " DECIMAL");
    }

    @Test
    void stopsForGoodAtARowThatAnExpressionFailsOn() {
        TableSchema orders =
                Fixtures.by(Fixtures.orders("note", "text"), "SELECT * FROM shop.orders WHERE CAST(note AS INT) > 10");
        ChangeWriter changes = new ChangeWriter(100);
        change(changes, ChangeKind.INSERT, 0, 1, "1", "zwq7secret");
        LaneTable lane = LaneTable.of(orders);
        StreamTable in = StreamTables.of(lane.travelling(), 1);
        assertThatThrownBy(() -> run(
                        lane, StreamTables.of(orders, 1), new ChangeBlock(1, List.of(in), changes.take(), 0, 1, 77)))
                .hasStackTraceContaining("row at 0/7+1: its statement fails with NumberFormatException")
                .satisfies(thrown -> {
                    java.io.StringWriter trace = new java.io.StringWriter();
                    thrown.printStackTrace(new java.io.PrintWriter(trace));
                    assertThat(trace.toString()).doesNotContain("zwq7secret");
                });
    }

    /** No letters yet. */
    private record NoLetters(String task) implements DeadLetterRecords {
        @Override
        public Set<String> keys(TableId source) {
            return Set.of();
        }
    }

    @Test
    void leavesALetterInPlaceOfAChangeThatCannotBeMadeUntilTheRowsNextOne() throws Exception {
        TableSchema orders =
                Fixtures.by(Fixtures.orders("note", "text"), "SELECT * FROM shop.orders WHERE CAST(note AS INT) > 10");
        ChangeWriter changes = new ChangeWriter(100);
        change(changes, ChangeKind.UPDATE, 0, 1, "1", "no number");
        change(changes, ChangeKind.UPDATE, 0, 3, "2", "20");
        change(changes, ChangeKind.UPDATE, 0, 5, "1", "30");
        LaneTable lane = LaneTable.of(orders);
        byte[] bytes = changes.take();
        ChunkId chunk = new ChunkId(orders.id(), 0);
        StreamTable in = StreamTables.of(lane.travelling(), 1);
        List<StreamElement> out = lanes.add(
                        lane,
                        StreamTables.of(orders, 1),
                        environment.fromData(
                                StreamElementType.INSTANCE,
                                new ChunkStart(1, chunk, in, CopyFormat.TEXT, "", 0),
                                data(chunk, "7\ttab\\tin it\n8\t88\n"),
                                new ChunkEnd(1, chunk, 2, 20),
                                new ChangeBlock(1, List.of(in), bytes, bytes.length, 3, 77)),
                        "t",
                        new NoLetters("task"))
                .executeAndCollect(100);
        assertThat(text(out.get(1))).isEqualTo("8\t88\n");
        ChunkEnd end = (ChunkEnd) out.get(2);
        assertThat(end.rows()).isEqualTo(1);
        assertThat(end.deadLetters())
                .startsWith(
                        "task\tshop\torders\t{\"id\":\"7\"}\tload\t\\N\t\\N\t{\"id\":\"7\",\"note\":\"tab\\\\tin it\"}\t"
                                + "its statement fails with NumberFormatException\t")
                .endsWith("Z\n");
        List<String> described = described((ChangeBlock) out.get(3));
        assertThat(described.get(0))
                .startsWith("UPDATE 1 (task, shop, orders, {\"id\":\"1\"}, update, 0/7, 1,"
                        + " {\"id\":\"1\",\"note\":\"no number\"}, its statement fails with NumberFormatException, ");
        assertThat(described.subList(1, described.size()))
                .containsExactly(
                        "UPDATE 3 (2, 20)",
                        "UPDATE 5 (1, 30)",
                        "DELETE 5 (task, shop, orders, {\"id\":\"1\"}, null, null, null, null, null, null)");
    }

    @Test
    void computesNothingOfARowThatDoesNotArrive() throws Exception {
        TableSchema orders = Fixtures.orders("note", "text");
        orders = orders.withMapping(orders.mapping()
                .withColumns(List.of(orders.mapping().columns().get(0), MappedColumn.computed("n", "pg_catalog.int4")))
                .by("SELECT id, CAST(note AS INT) AS n FROM shop.orders WHERE note <> 'none'"));
        ChangeWriter changes = new ChangeWriter(100);
        change(changes, ChangeKind.INSERT, 0, 1, "1", "none");
        change(changes, ChangeKind.INSERT, 0, 3, "2", "20");
        LaneTable lane = LaneTable.of(orders);
        StreamTable in = StreamTables.of(lane.travelling(), 1);
        List<StreamElement> out =
                run(lane, StreamTables.of(orders, 1), new ChangeBlock(1, List.of(in), changes.take(), 0, 2, 77));
        assertThat(described((ChangeBlock) out.get(0))).containsExactly("INSERT 3 (2, 20)");
    }

    @Test
    void takesBackWhatThereIsOfARowWhoseLaterColumnCannotBeWritten() throws Exception {
        TableSchema orders = Fixtures.orders("note", "text");
        orders = orders.withMapping(orders.mapping()
                .withColumns(List.of(
                        orders.mapping().columns().get(0),
                        MappedColumn.computed("first", "pg_catalog.text"),
                        MappedColumn.computed("second", "pg_catalog.text")))
                .by(
                        "SELECT id, UPPER(note) AS `first`, CASE WHEN note = 'bad' THEN U&'\\0000' ELSE note END AS `second`"
                                + " FROM shop.orders"));
        ChangeWriter changes = new ChangeWriter(100);
        change(changes, ChangeKind.INSERT, 0, 1, "1", "bad");
        change(changes, ChangeKind.INSERT, 0, 3, "2", "good");
        LaneTable lane = LaneTable.of(orders);
        byte[] bytes = changes.take();
        ChunkId chunk = new ChunkId(orders.id(), 0);
        StreamTable in = StreamTables.of(lane.travelling(), 1);
        List<StreamElement> out = lanes.add(
                        lane,
                        StreamTables.of(orders, 1),
                        environment.fromData(
                                StreamElementType.INSTANCE,
                                new ChunkStart(1, chunk, in, CopyFormat.TEXT, "", 0),
                                data(chunk, "7\tbad\n8\tgood\n"),
                                new ChunkEnd(1, chunk, 2, 20),
                                new ChangeBlock(1, List.of(in), bytes, bytes.length, 2, 77)),
                        "t",
                        new NoLetters("task"))
                .executeAndCollect(100);
        assertThat(text(out.get(1))).isEqualTo("8\tGOOD\tgood\n");
        assertThat(((ChunkEnd) out.get(2)).deadLetters())
                .contains("a result cannot be written: it has a character of code 0");
        List<String> described = described((ChangeBlock) out.get(3));
        assertThat(described).hasSize(2);
        assertThat(described.get(0)).startsWith("UPDATE 1 (task, shop, orders, {\"id\":\"1\"}, insert, ");
        assertThat(described.get(1)).isEqualTo("INSERT 3 (2, GOOD, good)");
    }

    private List<StreamElement> run(LaneTable lane, StreamTable target, StreamElement... elements) throws Exception {
        List<StreamElement> sized = new ArrayList<>();
        for (StreamElement element : elements) {
            sized.add(
                    element instanceof ChangeBlock block
                            ? new ChangeBlock(
                                    block.channel(),
                                    block.tables(),
                                    block.bytes(),
                                    block.bytes().length,
                                    block.changes(),
                                    block.lastCommitTimeMicros())
                            : element);
        }
        DataStream<StreamElement> in =
                environment.fromData(StreamElementType.INSTANCE, sized.toArray(StreamElement[]::new));
        return lanes.add(lane, target, in, "t").executeAndCollect(100);
    }

    private static void change(ChangeWriter to, ChangeKind kind, int flags, long ordinal, String... values) {
        to.begin(kind, flags, 3, 1, 7, ordinal).columns(values.length);
        for (String value : values) {
            if (value == null) {
                to.nullValue();
            } else if (value.equals("u")) {
                to.bytes(new byte[] {'u'}, 0, 1);
            } else {
                byte[] text = value.getBytes(StandardCharsets.UTF_8);
                to.text(text, 0, text.length);
            }
        }
        to.end();
    }

    private static ChunkData data(ChunkId chunk, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new ChunkData(1, chunk, bytes, bytes.length);
    }

    private static String text(StreamElement data) {
        return new String(((ChunkData) data).bytes(), 0, ((ChunkData) data).length(), StandardCharsets.UTF_8);
    }

    private static long bytes(StreamElement... data) {
        long bytes = 0;
        for (StreamElement element : data) {
            bytes += ((ChunkData) element).length();
        }
        return bytes;
    }

    private static List<String> described(ChangeBlock block) {
        List<String> described = new ArrayList<>();
        ChangeCursor cursor = new ChangeCursor();
        cursor.reset(block);
        while (cursor.next()) {
            List<String> values = new ArrayList<>();
            int at = cursor.firstTuple();
            int columns = ChangeCursor.columns(cursor.bytes(), at);
            at += 2;
            for (int i = 0; i < columns; i++) {
                values.add(
                        switch (cursor.bytes()[at]) {
                            case 'n' -> "null";
                            case 'u' -> "unchanged";
                            default -> new String(
                                    cursor.bytes(),
                                    at + 5,
                                    ChangeCursor.valueLength(cursor.bytes(), at),
                                    StandardCharsets.UTF_8);
                        });
                at = ChangeCursor.skipColumn(cursor.bytes(), at);
            }
            described.add(cursor.kind() + " " + cursor.ordinal() + " (" + String.join(", ", values) + ")");
        }
        return described;
    }
}
