package io.walferry.job.catalog;

import static io.walferry.job.model.ReplicaIdentity.DEFAULT;
import static io.walferry.job.model.ReplicaIdentity.FULL;
import static io.walferry.job.model.ReplicaIdentity.INDEX;
import static io.walferry.job.model.ReplicaIdentity.NOTHING;
import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.job.failure.Finding;
import io.walferry.job.model.ReplicaIdentity;
import io.walferry.job.model.TableId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TableKeyTest {

    private static final TableId TABLE = new TableId("shop", "orders");
    private static final List<String> COLUMNS = List.of("a", "b", "c");

    private static final SourceIndex PRIMARY = new Index("pk").primary().on("a", "b");
    private static final SourceIndex DEFERRABLE_PRIMARY =
            new Index("pk").primary().deferrable().on("a");
    private static final SourceIndex ONE_COLUMN = new Index("u1").on("c");
    private static final SourceIndex TWO_COLUMNS = new Index("u2").on("b", "c");

    @Test
    void isThePrimaryKeyByDefault() {
        TableKey key = of(DEFAULT, PRIMARY);
        assertThat(key.columns()).containsExactly("a", "b");
        assertThat(key.otherUnique()).isFalse();
        assertThat(key.findings()).isEmpty();
    }

    @Test
    void isTheReplicaIdentityIndex() {
        TableKey key = of(INDEX, PRIMARY, new Index("u").replicaIdentity().on("c"));
        assertThat(key.columns()).containsExactly("c");
        assertThat(key.otherUnique()).isTrue();
        assertThat(key.findings()).isEmpty();
    }

    @Nested
    class WithFullIdentity {

        @Test
        void prefersThePrimaryKey() {
            assertThat(of(FULL, ONE_COLUMN, PRIMARY).columns()).containsExactly("a", "b");
        }

        @Test
        void takesTheUniqueIndexWithTheFewestColumns() {
            TableKey key = of(FULL, TWO_COLUMNS, ONE_COLUMN);
            assertThat(key.columns()).containsExactly("c");
            assertThat(key.otherUnique()).isTrue();
        }

        @Test
        void takesNoIndexThatDoesNotTellRowsApart() {
            TableKey key = of(
                    FULL,
                    DEFERRABLE_PRIMARY,
                    new Index("partial").predicate().on("a"),
                    new Index("nullable").nullable().on("b"),
                    new Index("expression").expressions().on());
            assertThat(key.columns()).isEmpty();
            assertThat(key.otherUnique()).isTrue();
            assertThat(key.findings()).isEmpty();
        }

        @Test
        void takesNoInvalidIndexAndDoesNotMindIt() {
            TableKey key = of(FULL, new Index("u").invalid().on("a"));
            assertThat(key.columns()).isEmpty();
            assertThat(key.otherUnique()).isFalse();
        }
    }

    @Test
    void findsWhatPostgresWouldRefuse() {
        assertThat(of(NOTHING, PRIMARY).findings())
                .extracting(Finding::toString)
                .containsExactly(
                        "source table shop.orders: its replica identity is NOTHING, so PostgreSQL refuses UPDATE and"
                                + " DELETE at the source once the table is published. Run ALTER TABLE \"shop\".\"orders\" REPLICA"
                                + " IDENTITY FULL, or give it a primary key");
        assertThat(of(DEFAULT, ONE_COLUMN).findings())
                .singleElement()
                .extracting(Finding::what)
                .asString()
                .startsWith("it has no primary key and its replica identity is DEFAULT");
        assertThat(of(DEFAULT, DEFERRABLE_PRIMARY).findings())
                .singleElement()
                .extracting(Finding::what)
                .asString()
                .startsWith("its primary key is deferrable");
        assertThat(of(INDEX, PRIMARY).findings())
                .singleElement()
                .extracting(Finding::what)
                .asString()
                .startsWith("its replica identity is an index that is missing");
    }

    @Nested
    class WithPartitions {

        @Test
        void needsTheKeyFromEachOfThem() {
            TableKey key = TableKey.of(
                    TABLE,
                    DEFAULT,
                    List.of(PRIMARY),
                    COLUMNS,
                    List.of(
                            leaf("p1", FULL),
                            leaf("p2", DEFAULT, PRIMARY),
                            leaf("p3", INDEX, replicaIdentity(ONE_COLUMN))));
            assertThat(key.findings())
                    .extracting(Finding::toString)
                    .containsExactly(
                            "source table shop.p3: its replica identity does not log [a, b], by which shop.orders"
                                    + " tells rows apart. Run ALTER TABLE \"shop\".\"p3\" REPLICA IDENTITY FULL");
        }

        @Test
        void needsWholeRowsFromEachOfThemIfTheRootPromisesThem() {
            TableKey key = TableKey.of(
                    TABLE, FULL, List.of(PRIMARY), COLUMNS, List.of(leaf("p1", FULL), leaf("p2", DEFAULT, PRIMARY)));
            assertThat(key.findings()).extracting(Finding::where).containsExactly("source table shop.p2");
        }

        @Test
        void seesAnIndexThatOnlyOneOfThemHas() {
            TableKey key = TableKey.of(
                    TABLE, DEFAULT, List.of(PRIMARY), COLUMNS, List.of(leaf("p1", DEFAULT, child(PRIMARY))));
            assertThat(key.otherUnique()).isFalse();
            key = TableKey.of(
                    TABLE,
                    DEFAULT,
                    List.of(PRIMARY),
                    COLUMNS,
                    List.of(leaf("p1", DEFAULT, child(PRIMARY), ONE_COLUMN)));
            assertThat(key.otherUnique()).isTrue();
        }

        private TableKey.Leaf leaf(String name, ReplicaIdentity identity, SourceIndex... indexes) {
            return new TableKey.Leaf(new TableId("shop", name), identity, List.of(indexes));
        }
    }

    private static TableKey of(ReplicaIdentity identity, SourceIndex... indexes) {
        return TableKey.of(TABLE, identity, List.of(indexes), COLUMNS);
    }

    private static SourceIndex child(SourceIndex index) {
        Index child = new Index(index.name());
        child.primary = index.primary();
        child.parent = 1;
        return child.on(index.columns().toArray(new String[0]));
    }

    private static SourceIndex replicaIdentity(SourceIndex index) {
        return new Index(index.name()).replicaIdentity().on(index.columns().toArray(new String[0]));
    }

    /** A unique index on NOT NULL columns, unless told otherwise. */
    private static final class Index {
        private final String name;
        private boolean primary;
        private boolean immediate = true;
        private boolean valid = true;
        private boolean replicaIdentity;
        private boolean predicate;
        private boolean expressions;
        private boolean notNull = true;
        private long parent;

        Index(String name) {
            this.name = name;
        }

        Index primary() {
            primary = true;
            return this;
        }

        Index deferrable() {
            immediate = false;
            return this;
        }

        Index invalid() {
            valid = false;
            return this;
        }

        Index replicaIdentity() {
            replicaIdentity = true;
            return this;
        }

        Index predicate() {
            predicate = true;
            return this;
        }

        Index expressions() {
            expressions = true;
            return this;
        }

        Index nullable() {
            notNull = false;
            return this;
        }

        SourceIndex on(String... columns) {
            return new SourceIndex(
                    1,
                    2,
                    name,
                    false,
                    true,
                    primary,
                    false,
                    immediate,
                    valid,
                    replicaIdentity,
                    predicate,
                    expressions,
                    List.of(columns),
                    notNull,
                    parent,
                    1,
                    "",
                    "btree",
                    Optional.empty());
        }
    }
}
