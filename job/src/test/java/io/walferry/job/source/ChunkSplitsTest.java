package io.walferry.job.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.job.model.ChunkId;
import io.walferry.job.model.TableId;
import org.apache.flink.cdc.connectors.base.source.meta.split.SnapshotSplit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChunkSplitsTest {

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '|',
            value = {
                "public,orders",
                "public,order_items",
                "a.b,c",
                "a,b.c",
                "My \"S\",Ünï:cödé",
                "_,__",
                "x_,_y",
                "`s`,[t]"
            })
    void anyNameSurvivesTheFrameworksParsing(String schema, String name) {
        ChunkId chunk = new ChunkId(new TableId(schema, name), 17);
        SnapshotSplit split = ChunkSplits.split(chunk);
        assertThat(ChunkSplits.chunk(split)).isEqualTo(chunk);
        assertThat(SnapshotSplit.extractTableId(split.splitId())).isEqualTo(split.getTableId());
        assertThat(split.splitId()).matches("[a-z0-9_]+:17");
        assertThat(io.debezium.relational.TableId.parse(split.getTableId().toDoubleQuotedString(), true))
                .isEqualTo(split.getTableId());
    }

    @Test
    void saysInTheLogsWhichTableItIs() {
        assertThat(ChunkSplits.split(new ChunkId(new TableId("public", "orders"), 3))
                        .splitId())
                .isEqualTo("public__orders:3");
    }
}
