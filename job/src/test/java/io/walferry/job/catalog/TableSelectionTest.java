package io.walferry.job.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.walferry.job.config.ObjectsConfig;
import io.walferry.job.failure.Finding;
import io.walferry.job.model.ReplicaIdentity;
import io.walferry.job.model.TableId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TableSelectionTest {

    private final List<Relation> relations = new ArrayList<>();
    private final Map<Long, List<Long>> parents = new HashMap<>();

    @Test
    void takesEveryTableOfASchema() {
        table("shop", "orders");
        table("shop", "Items");
        table("other", "orders");
        assertThat(names(select(List.of("shop"), List.of(), List.of()))).containsExactly("shop.orders", "shop.Items");
    }

    @Test
    void takesCaseAndDotsInQuotesAsTheyAre() {
        table("My Schema", "Order.Items");
        table("My Schema", "order.items");
        table("a\"b", "x");
        assertThat(names(select(List.of(), List.of("\"My Schema\".\"Order.Items\"", "\"a\"\"b\".x"), List.of())))
                .containsExactly("My Schema.Order.Items", "a\"b.x");
    }

    @Test
    void starStandsForAnyCharactersAndNothingElseIsSpecial() {
        table("shop", "order_1");
        table("shop", "order.2");
        table("shop", "xorder_1");
        assertThat(names(select(List.of(), List.of("sh*.order_*"), List.of()))).containsExactly("shop.order_1");
        assertThat(names(select(List.of(), List.of("shop.\"order.*\""), List.of())))
                .containsExactly("shop.order.2");
    }

    @Test
    void exclusionWinsAndIsReported() {
        table("shop", "orders");
        table("shop", "tmp_1");
        TableSelection.Result result = select(List.of("shop"), List.of("shop.tmp_1"), List.of("shop.tmp_*"));
        assertThat(names(result)).containsExactly("shop.orders");
        assertThat(result.leftOut())
                .extracting(LeftOut::toString)
                .containsExactly("table shop.tmp_1: excluded by the task file");
    }

    @Test
    void leavesOutWhatHasNoRowsOfItsOwnOrNoChangelog() {
        table("shop", "orders");
        add("shop", "sums", 'v', 'p', false, Optional.empty());
        add("shop", "remote", 'f', 'p', false, Optional.empty());
        add("shop", "scratch", 'r', 'u', false, Optional.empty());
        add("shop", "spatial", 'r', 'p', false, Optional.of("postgis"));
        TableSelection.Result result = select(List.of("shop"), List.of(), List.of());
        assertThat(names(result)).containsExactly("shop.orders");
        assertThat(result.leftOut())
                .extracting(LeftOut::object)
                .containsExactly("foreign table shop.remote", "rows of table shop.scratch", "table shop.spatial");
        assertThat(result.unlogged()).extracting(Relation::id).containsExactly(new TableId("shop", "scratch"));
        assertThat(result.views()).extracting(Relation::id).containsExactly(new TableId("shop", "sums"));
        assertThat(result.findings()).isEmpty();
    }

    @Test
    void aPatternWithoutAMatchIsAnError() {
        table("shop", "orders");
        assertThat(select(List.of("shop"), List.of("shop.Orders"), List.of("shop.x"))
                        .findings())
                .extracting(Finding::severity, Finding::where)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(Finding.Severity.ERROR, "pattern shop.Orders"),
                        org.assertj.core.groups.Tuple.tuple(Finding.Severity.WARNING, "exclude pattern shop.x"));
    }

    @Test
    void refusesAHalfOpenQuote() {
        assertThatThrownBy(() -> NamePattern.ofTable("shop.\"x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not a name pattern: shop.\"x");
    }

    @Nested
    class Partitioned {

        private final Relation root = add("shop", "events", 'p', 'p', false, Optional.empty());
        private final Relation middle = partition("shop", "events_2024", 'p', 'p', root);
        private final Relation leaf = partition("archive", "events_2024_01", 'r', 'p', middle);

        @Test
        void bringsItsPartitions() {
            TableSelection.Result result = select(List.of("shop", "archive"), List.of(), List.of());
            assertThat(names(result)).containsExactly("shop.events");
            assertThat(result.findings()).isEmpty();
            assertThat(new Partitions(relations, parents).below(root)).containsExactly(middle, leaf);
        }

        @Test
        void cannotBeSelectedByAPartitionAlone() {
            assertThat(select(List.of("archive"), List.of(), List.of()).findings())
                    .extracting(Finding::toString)
                    .contains("source table archive.events_2024_01: it is a partition of shop.events, which is not"
                            + " selected. Select shop.events, or exclude the partition");
        }

        @Test
        void cannotLoseAPartition() {
            assertThat(select(List.of("shop"), List.of(), List.of("archive.events_2024_01"))
                            .findings())
                    .extracting(Finding::where)
                    .containsExactly("source table archive.events_2024_01");
        }

        @Test
        void leavesOutPartitionsOfAnExcludedRoot() {
            table("shop", "orders");
            TableSelection.Result result = select(List.of("shop"), List.of(), List.of("shop.events"));
            assertThat(names(result)).containsExactly("shop.orders");
            assertThat(result.leftOut())
                    .extracting(LeftOut::object)
                    .containsExactly("table shop.events", "table shop.events_2024");
            assertThat(result.findings()).isEmpty();
        }

        @Test
        void refusesPartitionsWithoutChangelog() {
            partition("shop", "events_far", 'f', 'p', root);
            partition("shop", "events_fast", 'r', 'u', root);
            assertThat(select(List.of("shop", "archive"), List.of(), List.of()).findings())
                    .extracting(Finding::what)
                    .containsExactly(
                            "its partition shop.events_far is a foreign table, whose changes are not in the changelog",
                            "its partition shop.events_fast is UNLOGGED, so its changes are not in the changelog");
        }
    }

    private TableSelection.Result select(List<String> schemas, List<String> tables, List<String> exclude) {
        return TableSelection.select(
                new ObjectsConfig(schemas, tables, exclude), relations, new Partitions(relations, parents));
    }

    private static List<String> names(TableSelection.Result result) {
        return result.tables().stream().map(table -> table.id().toString()).toList();
    }

    private void table(String schema, String name) {
        add(schema, name, 'r', 'p', false, Optional.empty());
    }

    private Relation partition(String schema, String name, char kind, char persistence, Relation parent) {
        Relation partition = add(schema, name, kind, persistence, true, Optional.empty());
        parents.put(partition.oid(), List.of(parent.oid()));
        return partition;
    }

    private Relation add(
            String schema, String name, char kind, char persistence, boolean partition, Optional<String> extension) {
        Relation relation = new Relation(
                20000 + relations.size(),
                new TableId(schema, name),
                kind,
                persistence,
                partition,
                ReplicaIdentity.DEFAULT,
                0,
                0,
                false,
                true,
                extension);
        relations.add(relation);
        return relation;
    }
}
