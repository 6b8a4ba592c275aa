package io.walferry.job.apply;

import io.walferry.job.dialect.TransactionMark;
import io.walferry.job.model.DeadLetter;
import io.walferry.job.model.StreamTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.List;

/**
 * Writes batches in target transactions: rows, then the position up to which they go, then COMMIT. A batch can leave the
 * transaction open for the next one, where a source transaction is larger than a batch.
 *
 * <p>Tables are written as sets of rows first. If the server blames rows for a failure, the batch is taken back and written
 * again with a savepoint per table, and a table that fails again goes change by change in the original order: what a set
 * cannot do (two rows that swap a unique value) the order of the source can.
 */
final class TargetTransaction {

    private final Connection connection;
    private final TransactionMark mark;
    private final WriterProgress progress;
    private final boolean checksConstraints;
    private final TablePlans plans;
    private final StagingTables staging;
    private final KeyedTableWriter keyed;
    private final KeylessTableWriter keyless;
    private final DeadLetterLimit letters;
    /** The transaction has more than is written here. */
    private final boolean joins;

    private boolean open;
    private int batches;
    private long changes;
    private int[] ends = new int[16];

    /**
     * @param writing over which it writes
     * @param checksConstraints whether the session fires constraint triggers; not with {@code session_replication_role =
     *     replica}, where a deferrable constraint, which works by a trigger, is not checked at all
     */
    TargetTransaction(
            WriterConnection writing, WriterProgress progress, boolean checksConstraints, DeadLetterLimit letters) {
        this(writing, progress, checksConstraints, letters, false);
    }

    private TargetTransaction(
            WriterConnection writing,
            WriterProgress progress,
            boolean checksConstraints,
            DeadLetterLimit letters,
            boolean joins) {
        this.joins = joins;
        this.letters = letters;
        this.connection = writing.connection();
        this.mark = writing.mark();
        this.checksConstraints = checksConstraints;
        this.progress = progress;
        this.plans = new TablePlans(connection);
        this.staging = new StagingTables(connection);
        CopyRows copy = new CopyRows();
        RowStatements rows = new RowStatements(connection);
        this.keyed = new KeyedTableWriter(connection, staging, copy, rows);
        this.keyless = new KeylessTableWriter(connection, staging, copy, rows);
    }

    /** For batches that leave a transaction open which is not begun or committed here, and have no dead letters. */
    static TargetTransaction joining(Connection connection, boolean checksConstraints) {
        return new TargetTransaction(
                new WriterConnection(connection, TransactionMark.NONE), null, checksConstraints, null, true);
    }

    /** Writes the batch; when it returns, the batch is committed unless it leaves the transaction open. */
    void write(ChangeBatch batch) throws SQLException {
        if (batch.size() > 0) {
            begin();
            writeRows(batch);
            batches++;
            changes += batch.size();
        }
        if (batch.changesStructure()) {
            forget();
        }
        if (batch.commits()) {
            commit(batch);
        }
    }

    /**
     * Drops what depends on the target's structure: a staging table would keep a type from being dropped or changed, a prepared
     * statement has the types of its parameters, and a plan what was looked up.
     */
    private void forget() throws SQLException {
        begin();
        staging.drop();
        plans.clear();
        execute("DEALLOCATE ALL");
    }

    private void begin() throws SQLException {
        if (!open) {
            mark.begin(connection);
            if (checksConstraints) {
                execute("SET CONSTRAINTS ALL DEFERRED");
            }
            open = true;
        }
    }

    private void writeRows(ChangeBatch batch) throws SQLException {
        List<StreamTable> tables = batch.tables();
        if (ends.length < tables.size()) {
            ends = new int[tables.size() * 2];
        }
        int[] order = batch.byTable(ends);
        Savepoint before = joins || batches > 0 ? connection.setSavepoint() : null;
        int mark = staging.mark();
        try {
            writeTables(batch, order, false);
        } catch (SQLException e) {
            if (!ApplyFailure.blamesRows(e)) {
                throw e;
            }
            takeBack(before, mark);
            writeTables(batch, order, true);
        }
        if (before != null) {
            connection.releaseSavepoint(before);
        }
    }

    private void takeBack(Savepoint before, int mark) throws SQLException {
        if (before != null) {
            connection.rollback(before);
            staging.rolledBackTo(mark);
        } else {
            connection.rollback();
            staging.rolledBack();
            open = false;
            begin();
        }
    }

    private void writeTables(ChangeBatch batch, int[] order, boolean carefully) throws SQLException {
        int from = 0;
        for (int t = 0; t < batch.tables().size(); t++) {
            int to = ends[t];
            if (to > from) {
                writeTable(batch, batch.tables().get(t), order, from, to, carefully);
            }
            from = to;
        }
    }

    private void writeTable(ChangeBatch batch, StreamTable table, int[] order, int from, int to, boolean carefully)
            throws SQLException {
        TablePlan plan = null;
        Savepoint before = carefully ? connection.setSavepoint() : null;
        int mark = staging.mark();
        try {
            plan = plans.of(table);
            if (table.keyless()) {
                keyless.write(plan, batch, order, from, to);
            } else {
                keyed.write(plan, batch, order, from, to);
            }
            if (table.id() == DeadLetter.STREAM.id()) {
                letters.check(connection);
            }
        } catch (SQLException e) {
            boolean rows = plan != null && ApplyFailure.blamesRows(e);
            if (rows && !carefully) {
                throw e;
            }
            if (!rows) {
                throw ApplyFailure.of(table.table(), batch.position(), e);
            }
            connection.rollback(before);
            staging.rolledBackTo(mark);
            if (table.keyless()) {
                keyless.writeOneByOne(plan, batch, order, from, to);
            } else {
                keyed.writeOneByOne(plan, batch, order, from, to);
            }
        }
        if (before != null) {
            connection.releaseSavepoint(before);
        }
    }

    private void commit(ChangeBatch batch) throws SQLException {
        boolean moves = batch.position() != null && progress.behind(batch.position());
        if (moves) {
            progress.advance(connection, batch.position(), changes, batch.commitTimeMicros());
        } else if (changes > 0) {
            throw new IllegalStateException("changes up to " + batch.position() + " would not move the progress on");
        }
        if (moves || open) {
            connection.commit();
        }
        if (moves) {
            progress.committed();
        }
        staging.committed();
        open = false;
        batches = 0;
        changes = 0;
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
