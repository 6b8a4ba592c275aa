package io.walferry.job.source.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.walferry.job.failure.SyncException;
import io.walferry.job.model.ReplicaIdentity;
import io.walferry.job.model.TableId;
import io.walferry.job.model.TableSchema;
import java.util.List;
import org.junit.jupiter.api.Test;

class PublicationTest {

    private static TableSchema table(String name, boolean partitioned) {
        return new TableSchema(
                new TableId("my schema", name),
                1,
                partitioned,
                List.of(),
                ReplicaIdentity.DEFAULT,
                List.of(),
                null,
                false);
    }

    private static final Publication PUBLICATION = new Publication("walferry_\"x\"");

    @Test
    void namesItsTablesAndPublishesPartitionedOnesAsTheirRoots() {
        assertThat(PUBLICATION.createSql(List.of(table("a", false), table("p", true)), 13))
                .isEqualTo(
                        "CREATE PUBLICATION \"walferry_\"\"x\"\"\" FOR TABLE ONLY \"my schema\".\"a\", \"my schema\".\"p\""
                                + " WITH (publish = 'insert, update, delete, truncate', publish_via_partition_root = true)");
    }

    @Test
    void isSetToItsTablesAndOptions() {
        assertThat(PUBLICATION.alterSql(List.of(table("a", false)), 17))
                .containsExactly(
                        "ALTER PUBLICATION \"walferry_\"\"x\"\"\" SET TABLE ONLY \"my schema\".\"a\"",
                        "ALTER PUBLICATION \"walferry_\"\"x\"\"\" SET (publish = 'insert, update, delete, truncate',"
                                + " publish_via_partition_root = true)");
    }

    @Test
    void asksOldServersOnlyForWhatTheyKnow() {
        assertThat(PUBLICATION.createSql(List.of(table("a", false)), 11))
                .endsWith(" WITH (publish = 'insert, update, delete, truncate')");
        assertThat(PUBLICATION.createSql(List.of(table("a", false)), 10))
                .endsWith(" WITH (publish = 'insert, update, delete')");
        assertThatThrownBy(() -> PUBLICATION.createSql(List.of(table("p", true)), 12))
                .isInstanceOf(SyncException.class)
                .hasMessageContaining("source table my schema.p: it is partitioned, and PostgreSQL 12 cannot publish");
    }
}
