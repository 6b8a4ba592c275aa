package io.walferry.tests.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ComparisonITCase {

    private DatabasePair pair;
    private Connection source;
    private Connection target;

    @BeforeEach
    void open() throws SQLException {
        pair = DatabasePair.create(TestServers.source(), TestServers.target(), "comparison");
        source = pair.openSource();
        target = pair.openTarget();
    }

    @AfterEach
    void close() throws SQLException {
        source.close();
        target.close();
        pair.drop();
    }

    @Test
    void findsEqualWhatIsEqualInAnyOrder() throws SQLException {
        bothSides(
                "CREATE TABLE t (a int, b char(5)); CREATE SCHEMA \"o.d\"; CREATE TABLE \"o.d\".\"T\"\"x\" (\"é .\" text)");
        execute(source, "INSERT INTO t VALUES (1, 'a'), (2, NULL), (2, NULL)");
        execute(target, "INSERT INTO t VALUES (2, NULL), (1, 'a'), (2, NULL)");

        assertThat(Comparison.of(source, target).summary()).isEqualTo("tables=2 rows=3 differences=0");
    }

    @Test
    void tellsNullFromEmptyAndCountsDuplicates() throws SQLException {
        bothSides("CREATE TABLE t (a text)");
        execute(source, "INSERT INTO t VALUES (NULL), ('x'), ('x')");
        execute(target, "INSERT INTO t VALUES (''), ('x')");

        assertThat(Comparison.of(source, target).differences())
                .containsExactlyInAnyOrder(
                        "public.t: missing at the target: ()",
                        "public.t: too much at the target: (\"\")",
                        "public.t: missing at the target: (x)");
    }

    @Test
    void missesTablesAndColumns() throws SQLException {
        execute(source, "CREATE TABLE t (a int); CREATE TABLE u (a int, b int)");
        execute(target, "CREATE TABLE u (a int)");

        assertThat(Comparison.of(source, target).differences())
                .containsExactly("public.t: missing at the target", "public.u: columns [a, b], at the target [a]");
    }

    @Test
    void readsAPartitionedTableByItsRootAndAnHeirByItself() throws SQLException {
        String tables = "CREATE TABLE p (a int) PARTITION BY RANGE (a); CREATE TABLE parent (a int);"
                + " CREATE TABLE child () INHERITS (parent); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (";
        execute(source, tables + "10); CREATE TABLE p2 PARTITION OF p DEFAULT");
        execute(target, tables + "20)");
        bothSides("INSERT INTO p VALUES (1), (15); INSERT INTO child VALUES (7)");

        assertThat(Comparison.of(source, target).summary()).isEqualTo("tables=3 rows=3 differences=0");
    }

    @Test
    void randomWritesStayBoundedAndWithinTheirTables() throws Exception {
        try (RandomWrites writes = new RandomWrites(pair, 7, 200).createTables(300)) {
            writes.start(3, 100, Duration.ZERO).await(Duration.ofSeconds(60));
            assertThat(writes.transactions()).isBetween(200L, 300L);
        }
    }

    private void bothSides(String sql) throws SQLException {
        execute(source, sql);
        execute(target, sql);
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
