package io.walferry.job.model;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where and how a source table's rows arrive.
 *
 * @param target the table at the target
 * @param columns the target's columns that the rows fill, in the order in which they travel
 * @param operations the changes that are replicated
 * @param onExisting what to do if the target has the table before the start
 * @param shared other source tables have the same target
 * @param existing the target had the table before the start: it is the user's, and is neither created nor altered
 * @param partitioned the table at the target is partitioned
 * @param upserts an inserted row may be there already
 * @param keepsRows the load leaves rows that are there as they are
 * @param statement the Flink SQL statement that chooses and makes the rows; {@code null} if all arrive as they are
 * @param audit the table at the target that gets a row for every change; {@code null} if none does
 */
public record TableMapping(
        TableId target,
        List<MappedColumn> columns,
        Set<Operation> operations,
        OnExisting onExisting,
        boolean shared,
        boolean existing,
        boolean partitioned,
        boolean upserts,
        boolean keepsRows,
        String statement,
        TableId audit)
        implements Serializable {

    public TableMapping {
        columns = List.copyOf(columns);
        operations = Set.copyOf(operations);
    }

    /** A table that arrives as it is. */
    static TableMapping identity(TableId table, boolean partitioned, List<Column> columns) {
        List<MappedColumn> mapped = new ArrayList<>();
        for (Column column : columns) {
            if (!column.generated()) {
                mapped.add(MappedColumn.of(column, column.name()));
            }
        }
        return new TableMapping(
                table,
                mapped,
                EnumSet.allOf(Operation.class),
                OnExisting.REPORT,
                false,
                false,
                partitioned,
                false,
                false,
                null,
                null);
    }

    public boolean replicates(Operation operation) {
        return operations.contains(operation);
    }

    /** Index in {@link #columns()} of the constant column; -1 if there is none. */
    public int constantColumn() {
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).isConstant()) {
                return i;
            }
        }
        return -1;
    }

    /** The column that marks deleted rows, if rows are marked instead of deleted. */
    public Optional<MappedColumn> deletionColumn() {
        return columns.stream().filter(MappedColumn::deletion).findFirst();
    }

    /** Index in {@link #columns()} of what the source's column fills; -1 if it is left out. */
    public int indexOfSource(String column) {
        for (int i = 0; i < columns.size(); i++) {
            if (column.equals(columns.get(i).source())) {
                return i;
            }
        }
        return -1;
    }

    public TableMapping withOperations(Set<Operation> other) {
        return new TableMapping(
                target,
                columns,
                other,
                onExisting,
                shared,
                existing,
                partitioned,
                upserts,
                keepsRows,
                statement,
                audit);
    }

    public TableMapping withColumns(List<MappedColumn> other) {
        return new TableMapping(
                target,
                other,
                operations,
                onExisting,
                shared,
                existing,
                partitioned,
                upserts,
                keepsRows,
                statement,
                audit);
    }

    public TableMapping asShared() {
        return new TableMapping(
                target,
                columns,
                operations,
                onExisting,
                true,
                existing,
                partitioned,
                upserts,
                keepsRows,
                statement,
                audit);
    }

    /** @param isPartitioned see {@link #partitioned()} */
    public TableMapping asExisting(boolean isPartitioned) {
        return new TableMapping(
                target,
                columns,
                operations,
                onExisting,
                shared,
                true,
                isPartitioned,
                upserts,
                keepsRows,
                statement,
                audit);
    }

    /** The rows are those of a Flink SQL statement. */
    public TableMapping by(String sql) {
        return new TableMapping(
                target, columns, operations, onExisting, shared, existing, partitioned, upserts, keepsRows, sql, audit);
    }

    /** Rows may be there already, and stay in the load. */
    public TableMapping keepingRows(boolean insertsMayFindRows) {
        return new TableMapping(
                target,
                columns,
                operations,
                onExisting,
                shared,
                existing,
                partitioned,
                insertsMayFindRows,
                true,
                statement,
                audit);
    }

    /** The text itself may hold a secret. */
    private static String fingerprint(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** The same for the same statement, without its text; {@code null} if there is none. */
    public String statementFingerprint() {
        return statement == null ? null : fingerprint(statement);
    }

    /** In words that stay the same as long as rows arrive in the same way; not what the target had at the start. */
    public String described() {
        StringBuilder text = new StringBuilder("to ").append(target).append(" (");
        for (MappedColumn column : columns) {
            text.append(
                            column.isConstant()
                                    ? "'" + column.constant() + "'"
                                    : column.deletion()
                                            ? "deletion"
                                            : column.isComputed() ? column.type() : column.source())
                    .append(" > ")
                    .append(column.name())
                    .append(", ");
        }
        text.append(") ");
        for (Operation operation : Operation.values()) {
            text.append(operations.contains(operation) ? operation.label() + " " : "");
        }
        text.append(onExisting.label());
        if (audit != null) {
            text.append(", every change in ").append(audit);
        }
        return (statement == null ? text : text.append(", by statement ").append(statementFingerprint())).toString();
    }
}
