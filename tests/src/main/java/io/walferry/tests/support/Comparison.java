package io.walferry.tests.support;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a comparison of all user tables of the source with their namesakes at the target found. It shares no code with the
 * product: it asks both servers for their rows' text and compares that.
 *
 * @param tables number of tables compared
 * @param rows rows of the source
 * @param differences one line each; empty if both sides are equal
 */
public record Comparison(int tables, long rows, List<String> differences) {

    private static final String USER_TABLES =
            """
            SELECT pg_catalog.format('%I.%I', n.nspname, c.relname), c.relkind = 'p',
                   pg_catalog.format('%I', a.attname)
            FROM pg_catalog.pg_class c
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence = 'p'
              AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'walferry') AND n.nspname NOT LIKE 'pg\\_%'
            ORDER BY 1, a.attnum""";

    public Comparison {
        differences = List.copyOf(differences);
    }

    /** Compares every user table of the source. Both connections get session settings of their own. */
    public static Comparison of(Connection source, Connection target) throws SQLException {
        return of(source, target, List.of());
    }

    /** As {@link #of(Connection, Connection)} without some tables, given as PostgreSQL would quote them: {@code public.t}. */
    public static Comparison of(Connection source, Connection target, List<String> without) throws SQLException {
        // PostgreSQL 12 made the shortest exact text the default; older servers cannot write it.
        boolean shortest = majorVersion(source) >= 12 && majorVersion(target) >= 12;
        settle(source, shortest);
        settle(target, shortest);
        Map<String, Columns> tables = tables(source);
        Map<String, Columns> there = tables(target);
        long rows = 0;
        int compared = 0;
        List<String> differences = new ArrayList<>();
        for (Map.Entry<String, Columns> table : tables.entrySet()) {
            if (without.contains(table.getKey())) {
                continue;
            }
            compared++;
            Columns columns = table.getValue();
            Columns other = there.get(table.getKey());
            if (other == null) {
                differences.add(table.getKey() + ": missing at the target");
            } else if (!columns.names().equals(other.names())) {
                differences.add(table.getKey() + ": columns " + columns.names() + ", at the target " + other.names());
            } else {
                WholeTable.Result result =
                        new WholeTable(table.getKey(), columns.names(), columns.partitioned()).compare(source, target);
                rows += result.rows();
                differences.addAll(result.differences());
            }
        }
        return new Comparison(compared, rows, differences);
    }

    private record Columns(boolean partitioned, List<String> names) {}

    private static Map<String, Columns> tables(Connection connection) throws SQLException {
        Map<String, Columns> tables = new LinkedHashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(USER_TABLES)) {
            while (rows.next()) {
                boolean partitioned = rows.getBoolean(2);
                List<String> names = tables.computeIfAbsent(
                                rows.getString(1), name -> new Columns(partitioned, new ArrayList<>()))
                        .names();
                if (rows.getString(3) != null) {
                    names.add(rows.getString(3));
                }
            }
        }
        return tables;
    }

    private static int majorVersion(Connection connection) throws SQLException {
        return connection.getMetaData().getDatabaseMajorVersion();
    }

    private static void settle(Connection connection, boolean shortestFloats) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET datestyle = 'ISO, YMD'; SET intervalstyle = 'postgres'; SET timezone = 'UTC';"
                    + " SET bytea_output = 'hex'; SET lc_monetary = 'C'; SET search_path = ''; SET work_mem = '64MB';"
                    + " SET statement_timeout = 0; SET extra_float_digits = " + (shortestFloats ? 3 : 0));
        }
    }

    /** Number of tables, rows and differences, and the differences themselves. */
    public String summary() {
        return "tables=" + tables + " rows=" + rows + " differences=" + differences.size()
                + (differences.isEmpty() ? "" : "\n" + String.join("\n", differences));
    }
}
