package io.walferry.tests.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import io.walferry.tests.support.TaskRun;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Compares what a query gives at the source, which says the mapping in SQL, with what a query gives at the target. */
public final class SameRows {

    private SameRows() {}

    public static void assertSame(TaskRun run, String atSource, String atTarget) throws SQLException {
        List<String> expected = rows(run.source(), atSource);
        assertThat(expected).as(atSource).isNotEmpty();
        assertThat(rows(run.target(), atTarget)).as(atTarget).containsExactlyElementsOf(expected);
    }

    public static void assertRows(TaskRun run, String atTarget, String... rows) throws SQLException {
        assertThat(rows(run.target(), atTarget)).as(atTarget).containsExactly(rows);
    }

    public static List<String> rows(Connection connection, String query) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(
                        "SELECT q::text FROM (" + query + ") q ORDER BY q::text COLLATE \"C\"")) {
            while (result.next()) {
                rows.add(result.getString(1));
            }
        }
        return rows;
    }
}
