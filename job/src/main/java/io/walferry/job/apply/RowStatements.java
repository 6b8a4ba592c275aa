package io.walferry.job.apply;

import io.walferry.job.model.ChangeCursor;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.BitSet;

/**
 * Writes single rows with prepared statements. Values go as text of no declared type, so the server reads each with its
 * column's own input function, as COPY does.
 */
final class RowStatements {

    private final Connection connection;
    private int[] offsets = new int[16];

    RowStatements(Connection connection) {
        this.connection = connection;
    }

    PreparedStatement prepare(String sql) throws SQLException {
        return connection.prepareStatement(sql);
    }

    /** Binds the tuple's given columns from the first parameter on. */
    void bind(PreparedStatement statement, byte[] bytes, int tuple, BitSet columns) throws SQLException {
        locate(bytes, tuple);
        bindFrom(1, statement, bytes, columns);
    }

    /** Binds what {@link TablePlan#updateRow} wants. */
    void bindUpdate(PreparedStatement statement, TablePlan plan, byte[] bytes, int tuple, BitSet present)
            throws SQLException {
        locate(bytes, tuple);
        BitSet assigned = (BitSet) present.clone();
        assigned.andNot(plan.key());
        if (plan.canUpsert()) {
            bindFrom(bindFrom(1, statement, bytes, assigned), statement, bytes, plan.key());
        } else {
            // The key finds the old row, and the new one takes its key from there.
            bindFrom(bindFrom(1, statement, bytes, plan.key()), statement, bytes, assigned);
        }
    }

    private int bindFrom(int first, PreparedStatement statement, byte[] bytes, BitSet columns) throws SQLException {
        int parameter = first;
        for (int column = columns.nextSetBit(0); column >= 0; column = columns.nextSetBit(column + 1)) {
            int at = offsets[column];
            switch (bytes[at]) {
                case 'n' -> statement.setNull(parameter, Types.OTHER);
                case 't' -> statement.setObject(
                        parameter,
                        new String(bytes, at + 5, ChangeCursor.valueLength(bytes, at), StandardCharsets.UTF_8),
                        Types.OTHER);
                default -> throw new IllegalStateException("a row to write lacks a value");
            }
            parameter++;
        }
        return parameter;
    }

    private void locate(byte[] bytes, int tuple) {
        int columns = ChangeCursor.columns(bytes, tuple);
        if (offsets.length < columns) {
            offsets = new int[columns];
        }
        int at = tuple + 2;
        for (int i = 0; i < columns; i++) {
            offsets[i] = at;
            at = ChangeCursor.skipColumn(bytes, at);
        }
    }
}
