package io.walferry.job.verify;

import static io.walferry.job.sql.Identifier.literal;
import static io.walferry.job.sql.Identifier.quoted;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.walferry.job.model.TableId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The repairs that a dry run has logged, as a script for the target. Each statement names the row as it was found. */
final class RepairScript {

    private static final JsonFactory JSON = new JsonFactory();

    private RepairScript() {}

    private record Entry(TableId table, String action, long rows, String before, String after) {}

    static List<String> of(Connection connection, VerifySettings settings) throws SQLException {
        List<String> script = new ArrayList<>(List.of(
                "-- Run at the target while the task and all writers of it are stopped. A row that has changed since is left alone.",
                "SET search_path = '';",
                "SET session_replication_role = replica;",
                "BEGIN;"));
        List<Entry> entries = Sql.all(
                connection,
                "SELECT table_schema, table_name, action, rows, before::text, after::text FROM walferry.repair"
                        + " WHERE run = ? AND dry_run ORDER BY array_position(ARRAY['delete', 'update', 'insert'], action),"
                        + " table_schema, table_name, identity",
                row -> new Entry(
                        new TableId(row.getString(1), row.getString(2)),
                        row.getString(3),
                        row.getLong(4),
                        row.getString(5),
                        row.getString(6)),
                settings.run());
        for (Entry entry : entries) {
            ComparedTable table = settings.tables().stream()
                    .filter(candidate -> candidate.target().equals(entry.table()))
                    .findFirst()
                    .orElseThrow();
            script.add(statement(table, entry));
        }
        script.add("COMMIT;");
        return script;
    }

    private static String statement(ComparedTable table, Entry entry) {
        String name = quoted(entry.table());
        Map<String, String> before = entry.before() == null ? Map.of() : columns(entry.before());
        Map<String, String> after = entry.after() == null ? Map.of() : columns(entry.after());
        // One row by its place: without a key, equal rows are told apart by nothing else.
        String where = " WHERE (tableoid, ctid) IN (SELECT tableoid, ctid FROM " + name + " WHERE "
                + before.entrySet().stream()
                        .map(column -> quoted(column.getKey()) + "::pg_catalog.text IS NOT DISTINCT FROM "
                                + value(column.getValue()))
                        .collect(Collectors.joining(" AND "))
                + " LIMIT " + entry.rows() + ");";
        return switch (entry.action()) {
            case "delete" -> "DELETE FROM " + name + where;
            case "update" -> "UPDATE " + name + " SET "
                    + after.entrySet().stream()
                            .filter(column -> !table.targetRows().key().contains(column.getKey()))
                            .map(column -> quoted(column.getKey()) + " = " + value(column.getValue()))
                            .collect(Collectors.joining(", "))
                    + where;
            default -> "INSERT INTO " + name + " (" + quoted(after.keySet()) + ")"
                    + (table.overridesIdentity() ? " OVERRIDING SYSTEM VALUE" : "") + " SELECT "
                    + after.keySet().stream()
                            .map(column -> value(after.get(column)) + "::"
                                    + table.types()
                                            .get(table.targetRows().columns().indexOf(column)))
                            .collect(Collectors.joining(", "))
                    + " FROM pg_catalog.generate_series(1, " + entry.rows() + ") ON CONFLICT DO NOTHING;";
        };
    }

    private static String value(String text) {
        return text == null ? "NULL" : literal(text).strip();
    }

    private static Map<String, String> columns(String json) {
        Map<String, String> columns = new LinkedHashMap<>();
        try (JsonParser parser = JSON.createParser(json)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                columns.put(name, parser.nextToken() == JsonToken.VALUE_NULL ? null : parser.getText());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return columns;
    }
}
