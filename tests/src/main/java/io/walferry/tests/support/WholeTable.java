package io.walferry.tests.support;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * Compares a table of both sides as a multiset of rows: each row is the text of all its columns as the server writes it. Both
 * sides are read whole, in the order of that text.
 */
final class WholeTable {

    private static final int SHOWN_DIFFERENCES = 5;
    private static final int SHOWN_CHARACTERS = 400;

    private final String name;
    private final String query;

    /**
     * @param name qualified and quoted
     * @param columns quoted
     * @param partitioned a partitioned table's rows are its partitions' rows; others are read without their heirs
     */
    WholeTable(String name, List<String> columns, boolean partitioned) {
        this.name = name;
        // ROW(…)::text runs each type's output function and quotes, so blanks of char(n), NULL and '' all show.
        this.query = "COPY (SELECT r FROM (SELECT ROW(" + String.join(", ", columns) + ")::pg_catalog.text AS r FROM "
                + (partitioned ? "" : "ONLY ") + name + ") q ORDER BY r COLLATE \"C\") TO STDOUT";
    }

    /** How many rows the source has, and what differs. */
    record Result(long rows, List<String> differences) {}

    Result compare(Connection source, Connection target) throws SQLException {
        CopyOut sourceRows = source.unwrap(PGConnection.class).getCopyAPI().copyOut(query);
        CopyOut targetRows = target.unwrap(PGConnection.class).getCopyAPI().copyOut(query);
        // Rows that one side has had more often so far. As both are sorted alike, it stays small where few rows differ.
        Map<ByteBuffer, Integer> surplus = new LinkedHashMap<>();
        long rows = 0;
        byte[] sourceRow = sourceRows.readFromCopy();
        byte[] targetRow = targetRows.readFromCopy();
        while (sourceRow != null || targetRow != null) {
            if (sourceRow != null) {
                rows++;
                count(surplus, sourceRow, 1);
                sourceRow = sourceRows.readFromCopy();
            }
            if (targetRow != null) {
                count(surplus, targetRow, -1);
                targetRow = targetRows.readFromCopy();
            }
        }
        return new Result(rows, differences(surplus));
    }

    private static void count(Map<ByteBuffer, Integer> surplus, byte[] row, int difference) {
        surplus.merge(ByteBuffer.wrap(row), difference, (a, b) -> a + b == 0 ? null : Integer.valueOf(a + b));
    }

    private List<String> differences(Map<ByteBuffer, Integer> surplus) {
        List<String> differences = new ArrayList<>();
        surplus.forEach((row, times) -> {
            if (differences.size() < SHOWN_DIFFERENCES) {
                String text = new String(row.array(), StandardCharsets.UTF_8).stripTrailing();
                differences.add(name + ": " + (times > 0 ? "missing at" : "too much at") + " the target"
                        + (Math.abs(times) > 1 ? " " + Math.abs(times) + " times" : "") + ": "
                        + text.substring(0, Math.min(SHOWN_CHARACTERS, text.length())));
            }
        });
        if (surplus.size() > SHOWN_DIFFERENCES) {
            differences.add(name + ": " + surplus.size() + " different rows in all");
        }
        return differences;
    }

    /** Runs a query of one text column. */
    static List<String> texts(Connection connection, String query) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }
}
