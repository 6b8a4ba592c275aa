package io.walferry.tests.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.job.config.TaskConfig;
import io.walferry.job.config.TaskFile;
import io.walferry.tests.support.TestServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes of structure arrive under the names that the mapping gives. */
class DdlMappingITCase {

    @TempDir
    private Path directory;

    private DdlFollower begun(String start, String task) throws Exception {
        TaskConfig config = config(task);
        DdlFollower follower =
                new DdlFollower(TestServers.source(), TestServers.target(), config.objects(), config.mapping());
        follower.pair.atSource("CREATE SCHEMA shop");
        follower.begin();
        follower.pair.atSource(start);
        follower.follow();
        return follower;
    }

    private TaskConfig config(String task) throws IOException {
        Path file = directory.resolve("task.yaml");
        Files.writeString(
                file,
                """
                task: ddl
                source: {hostname: a, database: b, username: c, password: d}
                target: {hostname: a, database: other, username: c, password: d}
                """
                        + task);
        return TaskFile.load(file, name -> null);
    }

    private static List<String> columns(DdlFollower follower, String table) throws SQLException {
        try (Connection target = follower.pair.pair.openTarget();
                Statement statement = target.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT attname || ' ' || format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = '"
                                + table + "'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum")) {
            List<String> columns = new ArrayList<>();
            while (rows.next()) {
                columns.add(rows.getString(1));
            }
            return columns;
        }
    }

    @Test
    void renamesAndLeavesOutAsTheTaskFileSays() throws Exception {
        try (DdlFollower follower = begun(
                "CREATE TABLE shop.orders (id int PRIMARY KEY, amount int, card text, CHECK (amount > 0))",
                """
                objects: {schemas: [shop]}
                mapping:
                  - table: shop.orders
                    to: sales.purchases
                    columns: {rename: {amount: total, later: afterwards}, leave-out: [card, secret]}
                """)) {
            assertThat(columns(follower, "sales.purchases")).containsExactly("id integer", "total integer");
            follower.pair.atSource(
                    "ALTER TABLE shop.orders ADD COLUMN later date, ADD COLUMN secret text, ADD COLUMN plain int");
            follower.pair.atSource(
                    "ALTER TABLE shop.orders ALTER COLUMN amount TYPE bigint; CREATE INDEX ON shop.orders (amount)");
            follower.pair.atSource("ALTER TABLE shop.orders DROP COLUMN card, DROP COLUMN secret");
            follower.pair.atSource("ALTER TABLE shop.orders RENAME COLUMN plain TO other");
            follower.follow();
            assertThat(columns(follower, "sales.purchases"))
                    .containsExactly("id integer", "total bigint", "afterwards date", "other integer");
            assertThat(follower.pair.targetFacts())
                    .anyMatch(fact ->
                            fact.startsWith("index|") && fact.contains("purchases") && fact.contains("(total)"));
            follower.pair.atSource("DROP TABLE shop.orders");
            follower.follow();
            assertThat(follower.pair.targetFacts()).noneMatch(fact -> fact.contains("purchases"));
        }
    }

    @Test
    void findsTheSecondOfSeveralSourcesDone() throws Exception {
        try (DdlFollower follower = begun(
                "CREATE TABLE shop.berlin (id int PRIMARY KEY, a int); CREATE TABLE shop.rome (id int PRIMARY KEY, a int)",
                """
                objects: {schemas: [shop]}
                mapping:
                  - from: shop.(.*)
                    to: all.branches
                    constant: {column: branch, type: text, value: $1}
                """)) {
            follower.pair.atSource("ALTER TABLE shop.rome ADD COLUMN more int");
            follower.follow();
            assertThat(columns(follower, "\"all\".branches")).contains("more integer");
            follower.pair.atSource("ALTER TABLE shop.berlin ADD COLUMN more int");
            follower.follow();
            assertThat(columns(follower, "\"all\".branches"))
                    .containsExactlyInAnyOrder("id integer", "a integer", "branch text", "more integer");
            follower.pair.atSource("ALTER TABLE shop.berlin DROP COLUMN a");
            follower.follow();
            assertThat(columns(follower, "\"all\".branches")).contains("a integer");
            follower.pair.atSource("ALTER TABLE shop.rome DROP COLUMN a");
            follower.follow();
            assertThat(columns(follower, "\"all\".branches"))
                    .containsExactlyInAnyOrder("id integer", "branch text", "more integer");
            assertThat(follower.structure().tables())
                    .allMatch(table -> table.mapping().shared())
                    .hasSize(2);
        }
    }

    @Test
    void tellsOfATableThatLeavesTheSelectionAndBringsOneThatEnters() throws Exception {
        try (DdlFollower follower = begun(
                "CREATE TABLE shop.kept (id int PRIMARY KEY); CREATE TABLE shop.other (id int PRIMARY KEY); INSERT INTO shop.other VALUES (7)",
                "objects: {tables: [shop.kept]}\n")) {
            assertThat(follower.structure().tables()).hasSize(1);
            follower.pair.atSource("ALTER TABLE shop.kept RENAME TO former");
            follower.pair.atSource("ALTER TABLE shop.other RENAME TO kept");
            follower.follow();
            assertThat(follower.ignored)
                    .anyMatch(text -> text.contains("shop.former") && text.contains("no longer followed"));
            assertThat(follower.reloaded).containsExactly("shop.kept");
            assertThat(follower.pair.targetFacts()).anyMatch(fact -> fact.startsWith("relation|shop.former|"));
            try (Connection target = follower.pair.pair.openTarget()) {
                assertThat(follower.rows(target, List.of("shop.kept"))).containsValue("(7)");
            }
        }
    }
}
