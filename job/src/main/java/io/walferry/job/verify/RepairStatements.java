package io.walferry.job.verify;

import static io.walferry.job.sql.Identifier.quoted;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Writes rows of one table as the source has them, in the current transaction. */
final class RepairStatements {

    private final ComparedTable table;
    private final Connection target;
    private final List<String> columns;
    private final List<String> key;

    RepairStatements(ComparedTable table, Connection target) {
        this.table = table;
        this.target = target;
        this.columns = table.targetRows().columns();
        this.key = table.targetRows().key();
    }

    /** {@code insert}, {@code update} or {@code delete}. */
    String action(Suspect suspect) {
        return switch (suspect.kind()) {
            case MISSING -> "insert";
            case EXTRA -> "delete";
            case DIFFERENT -> "update";
        };
    }

    /**
     * Returns whether everything is as it should be then.
     *
     * @param locked the target's rows of this identity
     * @param source a row of it; null if there is none
     */
    boolean write(Suspect suspect, List<RowLookup.Locked> locked, RowLookup.Values source) throws SQLException {
        switch (suspect.kind()) {
            case EXTRA -> {
                for (int i = 0; i < suspect.rows(); i++) {
                    if (!delete(locked.get(i))) {
                        return false;
                    }
                }
                return true;
            }
            case MISSING -> {
                for (int i = 0; i < suspect.rows(); i++) {
                    if (!insert(source)) {
                        return false;
                    }
                }
                return true;
            }
            case DIFFERENT -> {
                return locked.size() == 1 && update(locked.get(0), source);
            }
        }
        throw new IllegalStateException("kind " + suspect.kind());
    }

    private boolean delete(RowLookup.Locked row) throws SQLException {
        return Sql.update(
                        target,
                        "DELETE FROM " + name()
                                + " AS t WHERE t.ctid = ?::pg_catalog.tid AND t.tableoid = ?::pg_catalog.oid",
                        row.place(),
                        row.table())
                == 1;
    }

    private boolean insert(RowLookup.Values source) throws SQLException {
        String values = IntStream.range(0, columns.size())
                .mapToObj(i -> "?::" + table.types().get(i))
                .collect(Collectors.joining(", "));
        String sql = "INSERT INTO " + quoted(table.target()) + " (" + quoted(columns) + ")"
                + (table.overridesIdentity() ? " OVERRIDING SYSTEM VALUE" : "") + " VALUES (" + values + ")"
                + (key.isEmpty() ? "" : " ON CONFLICT (" + quoted(key) + ") DO NOTHING");
        try (PreparedStatement statement = target.prepareStatement(sql)) {
            for (int i = 0; i < columns.size(); i++) {
                statement.setObject(i + 1, source.plain().get(i), Types.OTHER);
            }
            return statement.executeUpdate() == 1;
        }
    }

    private boolean update(RowLookup.Locked row, RowLookup.Values source) throws SQLException {
        List<Integer> assigned = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            if (!key.contains(columns.get(i))) {
                assigned.add(i);
            }
        }
        String sql = "UPDATE " + name() + " AS t SET "
                + assigned.stream()
                        .map(i -> quoted(columns.get(i)) + " = ?::"
                                + table.types().get(i))
                        .collect(Collectors.joining(", "))
                + " WHERE t.ctid = ?::pg_catalog.text::pg_catalog.tid AND t.tableoid = ?::pg_catalog.text::pg_catalog.oid";
        try (PreparedStatement statement = target.prepareStatement(sql)) {
            int parameter = 1;
            for (int column : assigned) {
                statement.setObject(parameter++, source.plain().get(column), Types.OTHER);
            }
            statement.setString(parameter++, row.place());
            statement.setString(parameter, row.table());
            return statement.executeUpdate() == 1;
        }
    }

    private String name() {
        return (table.partitioned() ? "" : "ONLY ") + quoted(table.target());
    }
}
