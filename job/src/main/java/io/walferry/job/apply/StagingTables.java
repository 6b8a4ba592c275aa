package io.walferry.job.apply;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Temporary tables of one connection, each for one shape of rows, kept from transaction to transaction; the server empties
 * them at each commit. The least recently used one goes when there are too many.
 */
final class StagingTables {

    private static final int KEPT = 32;

    private record Shape(TablePlan plan, BitSet columns) {}

    private static final class Staging {
        private final String name;
        private boolean filled;

        Staging(String name) {
            this.name = name;
        }
    }

    private final Connection connection;
    private final LinkedHashMap<Shape, Staging> tables = new LinkedHashMap<>(64, 0.75f, true);
    private final List<Shape> madeInTransaction = new ArrayList<>();
    private int made;

    StagingTables(Connection connection) {
        this.connection = connection;
    }

    /**
     * Name of an empty staging table that the caller fills next.
     *
     * @param columns of the plan's table; empty: rows of a keyless table to delete
     */
    String empty(TablePlan plan, BitSet columns) throws SQLException {
        Staging staging = tables.get(new Shape(plan, columns));
        if (staging == null) {
            staging = create(plan, (BitSet) columns.clone());
        } else if (staging.filled) {
            execute("TRUNCATE " + staging.name);
        }
        staging.filled = true;
        return staging.name;
    }

    /** Number of tables made in the current transaction, for {@link #rolledBackTo}. */
    int mark() {
        return madeInTransaction.size();
    }

    /** The transaction was rolled back to where {@link #mark()} gave {@code mark}. */
    void rolledBackTo(int mark) {
        List<Shape> gone = madeInTransaction.subList(mark, madeInTransaction.size());
        gone.forEach(tables::remove);
        gone.clear();
    }

    void rolledBack() {
        rolledBackTo(0);
        tables.values().forEach(staging -> staging.filled = false);
    }

    void committed() {
        madeInTransaction.clear();
        tables.values().forEach(staging -> staging.filled = false);
    }

    /** Drops all of them, as part of the current transaction. */
    void drop() throws SQLException {
        if (!tables.isEmpty()) {
            execute("DROP TABLE "
                    + tables.values().stream().map(staging -> staging.name).collect(Collectors.joining(", ")));
            tables.clear();
            madeInTransaction.clear();
        }
    }

    private Staging create(TablePlan plan, BitSet columns) throws SQLException {
        if (tables.size() >= KEPT) {
            dropEldest();
        }
        Staging staging = new Staging("pg_temp.walferry_" + made++);
        execute(
                columns.isEmpty()
                        ? plan.keylessSql().createStaging(staging.name)
                        : plan.sql().createStaging(staging.name, columns));
        Shape shape = new Shape(plan, columns);
        tables.put(shape, staging);
        madeInTransaction.add(shape);
        return staging;
    }

    private void dropEldest() throws SQLException {
        Iterator<Map.Entry<Shape, Staging>> eldest = tables.entrySet().iterator();
        Map.Entry<Shape, Staging> entry = eldest.next();
        execute("DROP TABLE " + entry.getValue().name);
        madeInTransaction.remove(entry.getKey());
        eldest.remove();
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
