package io.walferry.tests.ddl;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.tests.postgres.PostgresServer;
import io.walferry.tests.run.Sql;
import io.walferry.tests.support.Await;
import io.walferry.tests.support.TaskRun;
import io.walferry.tests.support.TestServers;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that a transaction has written before a label of an enumeration was renamed, and that it commits after that. */
class LabelsITCase {

    @Test
    void ofRowsThatAreOlderThanARename() throws Exception {
        try (TaskRun run = TaskRun.shared("labels")) {
            rename(run);
        }
    }

    /** It writes former labels in later rows, too. */
    @ParameterizedTest(name = "PostgreSQL {0}")
    @ValueSource(ints = 11)
    void ofRowsThatAreOlderThanARenameFromOlderVersions(int version) throws Exception {
        try (PostgresServer source = TestServers.start(version);
                TaskRun run = TaskRun.on(source, TestServers.target(), "labels_" + version)) {
            rename(run);
        }
    }

    private static void rename(TaskRun run) throws Exception {
        rename(
                run,
                List.of("ALTER TYPE mood RENAME VALUE 'c' TO 'x'"),
                List.of("ALTER TYPE mood RENAME VALUE 'd e' TO 'null'", "ALTER TYPE mood RENAME VALUE 'a' TO 'z'"),
                "z");
        assertThat(Sql.is(run.target(), "SELECT NOT EXISTS (SELECT FROM walferry.reload)"))
                .isTrue();
    }

    /** Nobody can tell what such a row means. */
    @Test
    void thatOthersHaveByThen() throws Exception {
        try (TaskRun run = TaskRun.shared("labels_exchanged")) {
            rename(
                    run,
                    List.of(
                            "ALTER TYPE mood RENAME VALUE 'b' TO 'x'",
                            "ALTER TYPE mood RENAME VALUE 'c' TO 'b'",
                            "ALTER TYPE mood RENAME VALUE 'x' TO 'c'"),
                    List.of(
                            "ALTER TYPE mood RENAME VALUE 'd e' TO 'null'",
                            "ALTER TYPE mood RENAME VALUE 'a' TO 'd e'"),
                    "d e");
            assertThat(Sql.text(
                            run.target(),
                            "SELECT string_agg(table_name, ' ' ORDER BY table_name) FROM walferry.reload"))
                    .isEqualTo("item keyed line");
        }
    }

    /**
     * @param together in one transaction
     * @param later each in one of its own
     * @param last what the former 'a' is called in the end
     */
    private static void rename(TaskRun run, List<String> together, List<String> later, String last) throws Exception {
        run.file().checkpointInterval("500ms");
        run.atSource(
                "CREATE TYPE mood AS ENUM ('a', 'b', 'c', 'd e', 'f')",
                "CREATE DOMAIN feeling AS mood",
                "CREATE TABLE item (id int PRIMARY KEY, m mood, many mood[], f feeling)",
                "INSERT INTO item SELECT i, 'a', '{a,b}', 'c' FROM generate_series(1, 9) i",
                "CREATE TABLE keyed (k mood, more mood[], n int, PRIMARY KEY (k, more))",
                "INSERT INTO keyed SELECT k, more, 1 FROM unnest(enum_range(NULL::mood)) k, (VALUES ('{}'::mood[]),"
                        + " ('{a,\"d e\"}')) AS m (more)",
                "CREATE TABLE line (m mood, many mood[])",
                "ALTER TABLE line REPLICA IDENTITY FULL",
                "INSERT INTO line SELECT m, ARRAY[m, NULL, 'b'] FROM unnest(enum_range(NULL::mood)) m");
        run.start().awaitChanges().awaitInStep();
        try (Connection open = run.pair().openSource();
                Connection other = run.pair().openSource()) {
            open.setAutoCommit(false);
            other.setAutoCommit(false);
            TaskRun.execute(
                    open,
                    "INSERT INTO item VALUES (10, 'a', '{{a,\"d e\"},{NULL,b}}', 'b'), (11, 'd e', '[3:4]={a,f}', NULL)",
                    "UPDATE item SET m = 'b', f = 'a' WHERE id = 1",
                    "UPDATE keyed SET n = 2 WHERE k IN ('a', 'd e')",
                    "DELETE FROM keyed WHERE k = 'b'",
                    "UPDATE keyed SET k = 'b' WHERE k = 'c'",
                    "UPDATE line SET many = many || m WHERE m IN ('a', 'c')",
                    "DELETE FROM line WHERE m = 'b'");
            List<String> transaction = new ArrayList<>(together);
            transaction.add(0, "INSERT INTO item VALUES (20, 'b', '{b,f}', 'b')");
            transaction.add("INSERT INTO item VALUES (21, 'b', '{b,f}', 'b')");
            run.inOneTransaction(transaction.toArray(String[]::new));
            TaskRun.execute(other, "INSERT INTO item VALUES (30, 'b', '{b,f}', 'b')");
            run.atSource(later.toArray(String[]::new));
            run.atSource("INSERT INTO item VALUES (40, '" + last + "', '{\"" + last + "\",\"null\",f}', 'b')");
            TaskRun.execute(other, "INSERT INTO item VALUES (31, '" + last + "', '{\"null\",b}', 'b')");
            // The steps are at the target, and do not come again.
            run.awaitInStep();
            run.kill();
            run.start().awaitChanges().awaitInStep();
            // The server has the labels in its cache when it comes to the older rows.
            run.atSource("INSERT INTO item SELECT 100 + n, m, ARRAY[m], m FROM unnest(enum_range(NULL::mood))"
                    + " WITH ORDINALITY AS m (m, n)");
            run.awaitInStep();
            TaskRun.execute(
                    open,
                    "INSERT INTO item VALUES (12, 'f', '{f,NULL}', 'f')",
                    "UPDATE item SET m = 'null' WHERE id IN (2, 10)");
            open.commit();
            other.commit();
        }
        run.assertInStep();
        run.atSource("INSERT INTO item VALUES (50, 'null', '{b}', '" + last + "')");
        run.assertInStep();
        run.terminate();
    }

    /** The stream is behind: the target's type does not have the labels yet that the rows have at the source. */
    @Test
    void thatTheTargetHasOnlyLater() throws Exception {
        try (TaskRun run = TaskRun.shared("labels_later")) {
            run.file().checkpointInterval("500ms");
            run.atSource(
                    "CREATE TYPE mood AS ENUM ('a', 'b')",
                    "CREATE DOMAIN feeling AS mood",
                    "CREATE TABLE item (id int PRIMARY KEY, many feeling[])",
                    "INSERT INTO item SELECT i, '{a,b}' FROM generate_series(1, 9) i");
            run.start().awaitChanges().awaitInStep();
            run.kill();
            run.atTarget(
                    "INSERT INTO walferry.reload (task, oid, table_schema, table_name, reason) VALUES ('labels_later', "
                            + Sql.text(run.source(), "SELECT 'item'::regclass::oid") + ", 'public', 'item', 'a test')");
            run.atSource(
                    "INSERT INTO item VALUES (10, '{a}')",
                    "ALTER TYPE mood RENAME VALUE 'a' TO 'z'",
                    "ALTER TYPE mood ADD VALUE 'c'",
                    "INSERT INTO item VALUES (11, '{c,z}')");
            run.start().assertInStep();
            Await.until("the table is loaded anew", Duration.ofSeconds(60), () -> Sql.text(
                            run.target(), "SELECT state FROM walferry.reload")
                    .equals("done"));
            run.assertInStep();
            run.terminate();
        }
    }
}
