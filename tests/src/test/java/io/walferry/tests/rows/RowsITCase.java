package io.walferry.tests.rows;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.tests.support.Comparison;
import io.walferry.tests.support.TaskRun;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What can happen to rows. One job carries all scenarios, each in its schema; then each is looked at by itself. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RowsITCase {

    /** The scenarios to run alone, by schema, when one of them is being worked on. */
    private static final String ONLY = System.getProperty("tests.scenarios", "");

    private TaskRun run;
    private Comparison loaded;
    private Comparison changed;

    @BeforeAll
    void loadAndChange() throws Exception {
        run = TaskRun.shared("rows");
        List<String> schemas = new ArrayList<>();
        for (Scenario scenario : scenarios()) {
            run.atSource("CREATE SCHEMA " + quoted(scenario.schema()));
            inSchema(run.source(), scenario, scenario.tables());
            schemas.add(quoted(scenario.schema()));
        }
        run.atSource("ANALYZE");
        run.file().schemas(schemas.toArray(String[]::new)).chunkRows(20);
        run.start().awaitChanges().awaitInStep();
        loaded = compare();
        for (Scenario scenario : scenarios()) {
            inSchema(run.target(), scenario, scenario.atTarget());
        }
        change();
        preparedTransactions();
        run.awaitInStep();
        changed = compare();
    }

    private void change() throws SQLException {
        Connection source = run.source();
        for (Scenario scenario : scenarios()) {
            for (List<String> transaction : scenario.transactions()) {
                source.setAutoCommit(false);
                inSchema(source, scenario, transaction);
                source.commit();
                source.setAutoCommit(true);
            }
        }
    }

    /** A transaction that was prepared becomes part of the stream when, and only if, it is committed. */
    private void preparedTransactions() throws SQLException {
        if (!ONLY.isEmpty()) {
            return;
        }
        run.atSource(
                "SET search_path = savepoints",
                "BEGIN; INSERT INTO t VALUES (100, 'prepared'); PREPARE TRANSACTION 'kept'",
                "BEGIN; INSERT INTO t VALUES (101, 'prepared'); PREPARE TRANSACTION 'lost'",
                "INSERT INTO t VALUES (102, 'between')",
                "COMMIT PREPARED 'kept'",
                "ROLLBACK PREPARED 'lost'");
    }

    @AfterAll
    void close() throws Exception {
        if (run != null) {
            run.close();
        }
    }

    static List<Scenario> scenarios() {
        return Scenarios.ALL.stream()
                .filter(scenario -> ONLY.isEmpty() || List.of(ONLY.split(",")).contains(scenario.schema()))
                .toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void arrivesByTheLoad(Scenario scenario) {
        assertThat(differences(loaded, scenario)).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void arrivesByTheStream(Scenario scenario) {
        assertThat(differences(changed, scenario)).isEmpty();
    }

    @Test
    void leavesNothingOutAndStopsWell() throws Exception {
        assertThat(loaded.tables()).isGreaterThanOrEqualTo(scenarios().size());
        run.terminate();
    }

    private Comparison compare() throws SQLException {
        try (Connection source = run.pair().openSource();
                Connection target = run.pair().openTarget()) {
            return Comparison.of(source, target);
        }
    }

    private static List<String> differences(Comparison comparison, Scenario scenario) {
        return comparison.differences().stream()
                .filter(line ->
                        line.startsWith(scenario.schema() + ".") || line.startsWith(quoted(scenario.schema()) + "."))
                .toList();
    }

    private static void inSchema(Connection connection, Scenario scenario, List<String> statements)
            throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET search_path = " + quoted(scenario.schema()) + ", public");
            for (String sql : statements) {
                try {
                    statement.execute(sql);
                } catch (SQLException e) {
                    throw new SQLException(scenario.schema() + ": " + sql, e.getSQLState(), e);
                }
            }
        }
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}
