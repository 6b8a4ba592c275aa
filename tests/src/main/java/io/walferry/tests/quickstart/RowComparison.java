package io.walferry.tests.quickstart;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares tables row by row: the text of every row of both sides, sorted, so that rows without key and equal rows are
 * compared as well.
 */
final class RowComparison {

    /**
     * One table's outcome.
     *
     * @param rows at the source
     * @param missing rows that only the source has
     * @param surplus rows that only the target has
     */
    record Outcome(String table, long rows, long missing, long surplus) {
        long differences() {
            return missing + surplus;
        }
    }

    private static final int FETCH_ROWS = 5_000;

    private final Connection source;
    private final Connection target;

    RowComparison(Connection source, Connection target) {
        this.source = source;
        this.target = target;
    }

    /** All ordinary and partitioned tables of the schema (a partition's rows are seen through its parent). */
    List<Outcome> compare(String schema) throws SQLException {
        List<Outcome> outcomes = new ArrayList<>();
        for (String table : tables(schema)) {
            outcomes.add(compareTable(table));
        }
        return outcomes;
    }

    private List<String> tables(String schema) throws SQLException {
        List<String> tables = new ArrayList<>();
        try (Statement statement = source.createStatement();
                ResultSet rows = statement.executeQuery(
                        """
                        SELECT format('%I.%I', n.nspname, c.relname)
                          FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                         WHERE n.nspname = '"""
                                + schema + "' AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1")) {
            while (rows.next()) {
                tables.add(rows.getString(1));
            }
        }
        return tables;
    }

    private Outcome compareTable(String table) throws SQLException {
        long rows = 0;
        long missing = 0;
        long surplus = 0;
        try (Sorted left = new Sorted(source, table);
                Sorted right = new Sorted(target, table)) {
            while (left.row != null || right.row != null) {
                int order = left.row == null ? 1 : right.row == null ? -1 : compare(left.row, right.row);
                if (order <= 0) {
                    rows++;
                    missing += order < 0 ? 1 : 0;
                    left.next();
                }
                if (order >= 0) {
                    surplus += order > 0 ? 1 : 0;
                    right.next();
                }
            }
        }
        return new Outcome(table, rows, missing, surplus);
    }

    /** As {@code COLLATE "C"} sorts UTF-8: by bytes. */
    private static int compare(byte[] left, byte[] right) {
        return java.util.Arrays.compareUnsigned(left, right);
    }

    private static final class Sorted implements AutoCloseable {

        private final Connection connection;
        private final Statement statement;
        private final ResultSet rows;
        private byte[] row;

        private Sorted(Connection connection, String table) throws SQLException {
            this.connection = connection;
            connection.setAutoCommit(false);
            this.statement = connection.createStatement();
            statement.setFetchSize(FETCH_ROWS);
            this.rows = statement.executeQuery("SELECT t::text COLLATE \"C\" FROM " + table + " t ORDER BY 1");
            next();
        }

        private void next() throws SQLException {
            row = rows.next() ? rows.getBytes(1) : null;
        }

        @Override
        public void close() throws SQLException {
            statement.close();
            connection.rollback();
        }
    }
}
