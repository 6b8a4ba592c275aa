package io.walferry.job.apply;

import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import io.walferry.job.model.StreamTable;
import io.walferry.job.sql.ApplySql;
import io.walferry.job.sql.KeylessSql;
import io.walferry.job.sql.TargetFacts;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One shape of a table as this connection writes it: its statements, each made once. */
final class TablePlan {

    private final StreamTable table;
    private final ApplySql sql;
    private final BitSet all;
    private final BitSet key;
    private final boolean canUpsert;
    private final String copyInto;
    private final String insertRow;
    private final String upsertRow;
    private final String deleteRow;
    private final KeylessSql keylessSql;
    private final Map<BitSet, String> updateRow = new HashMap<>();

    private TablePlan(StreamTable table, TargetFacts facts) {
        this.table = table;
        this.sql = new ApplySql(table, facts);
        this.keylessSql = new KeylessSql(table, facts);
        this.all = sql.allColumns();
        this.key = sql.keyColumns();
        this.canUpsert = !table.keyless() && sql.canUpsert();
        this.copyInto = sql.copyInto();
        this.insertRow = sql.insertRow();
        this.upsertRow = canUpsert ? sql.upsertRow() : null;
        this.deleteRow = table.keyless() ? null : sql.deleteRow();
    }

    /** Looks up at the target what the stream does not tell. */
    static TablePlan of(Connection connection, StreamTable table) throws SQLException {
        boolean partitioned;
        try (PreparedStatement select = connection.prepareStatement(TargetFacts.relationKind())) {
            select.setString(1, table.table().schema());
            select.setString(2, table.table().name());
            try (ResultSet rows = select.executeQuery()) {
                if (!rows.next()) {
                    throw new SyncException(
                            FailureKind.NEEDS_OPERATOR,
                            "target table " + table.table(),
                            "it does not exist",
                            "Create it as at the source, then start the task again");
                }
                partitioned = "p".equals(rows.getString(1));
            }
        }
        return new TablePlan(table, keyFacts(connection, table, partitioned));
    }

    private static TargetFacts keyFacts(Connection connection, StreamTable table, boolean partitioned)
            throws SQLException {
        List<String> key =
                table.key().stream().map(i -> table.columns().get(i).name()).toList();
        try (PreparedStatement select = connection.prepareStatement(TargetFacts.uniqueIndexes())) {
            select.setString(1, table.table().schema());
            select.setString(2, table.table().name());
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    List<String> columns = texts(rows.getArray(2));
                    if (columns.size() == key.size() && columns.containsAll(key)) {
                        List<String> operators = texts(rows.getArray(3));
                        return new TargetFacts(
                                partitioned,
                                rows.getBoolean(1),
                                key.stream()
                                        .map(name -> operators.get(columns.indexOf(name)))
                                        .toList());
                    }
                }
            }
        }
        return new TargetFacts(partitioned, false, key.stream().map(name -> "=").toList());
    }

    private static List<String> texts(Array array) throws SQLException {
        return new ArrayList<>(List.of((String[]) array.getArray()));
    }

    StreamTable table() {
        return table;
    }

    ApplySql sql() {
        return sql;
    }

    KeylessSql keylessSql() {
        return keylessSql;
    }

    /** Every column; not to be changed. */
    BitSet all() {
        return all;
    }

    /** The key's columns; not to be changed. */
    BitSet key() {
        return key;
    }

    boolean canUpsert() {
        return canUpsert;
    }

    String copyInto() {
        return copyInto;
    }

    String insertRow() {
        return insertRow;
    }

    /** {@code null} unless {@link #canUpsert()}. */
    String upsertRow() {
        return upsertRow;
    }

    /** {@code null} for a keyless table. */
    String deleteRow() {
        return deleteRow;
    }

    /** Sets the present columns of one row, or puts a new row in its place where it cannot be set. */
    String updateRow(BitSet present) {
        String made = updateRow.get(present);
        if (made == null) {
            made = canUpsert ? sql.updateRow(present) : sql.replacePartOfRow(present);
            updateRow.put((BitSet) present.clone(), made);
        }
        return made;
    }
}
