package io.walferry.job.source.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.job.model.Column;
import io.walferry.job.model.ReplicaIdentity;
import io.walferry.job.model.TableId;
import io.walferry.job.model.TableSchema;
import java.util.List;
import org.junit.jupiter.api.Test;

class ToastReadBackTest {

    private static Column column(String name, String bareType) {
        return new Column(name, bareType, bareType, false, Column.Identity.NONE, false, false, true);
    }

    @Test
    void looksARowUpByItsKeyInTheKeysOwnType() {
        TableSchema table = new TableSchema(
                new TableId("s", "T"),
                1,
                false,
                List.of(
                        column("a", "pg_catalog.int4"),
                        column("big", "pg_catalog.text"),
                        column("b", "pg_catalog.text")),
                ReplicaIdentity.DEFAULT,
                List.of("b", "a"),
                "t_pkey",
                false);
        assertThat(ToastReadBack.copySql(table, List.of("big"), List.of("it's", "7")))
                .isEqualTo("COPY (SELECT \"big\" FROM ONLY \"s\".\"T\" WHERE \"b\" = 'it''s'::pg_catalog.text"
                        + " AND \"a\" = '7'::pg_catalog.int4 LIMIT 1) TO STDOUT");
    }
}
