package io.walferry.job.apply;

import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import io.walferry.job.model.ChangeCursor;
import io.walferry.job.model.ChangePosition;
import io.walferry.job.sql.ApplySql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.BitSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a batch's changes of one table without a key: of each different row, as many come or go as the changes say. Which of
 * several equal rows goes does not matter.
 */
final class KeylessTableWriter {

    private static final Logger LOG = LoggerFactory.getLogger(KeylessTableWriter.class);
    private static final BitSet DELETED_ROWS = new BitSet();

    private final Connection connection;
    private final StagingTables staging;
    private final CopyRows copy;
    private final RowStatements rows;
    private final RowMultiset net = new RowMultiset();
    private final ChangeCursor cursor = new ChangeCursor();

    KeylessTableWriter(Connection connection, StagingTables staging, CopyRows copy, RowStatements rows) {
        this.connection = connection;
        this.staging = staging;
        this.copy = copy;
        this.rows = rows;
    }

    void write(TablePlan plan, ChangeBatch batch, int[] order, int from, int to) throws SQLException {
        net.compute(batch, plan.table(), order, from, to);
        if (net.deletes() > 0) {
            delete(plan, batch);
        }
        if (net.inserts() > 0) {
            copy.begin(connection, plan.copyInto());
            for (int entry = 0; entry < net.size(); entry++) {
                for (int n = net.comes(entry); n > 0; n--) {
                    copy.row(net.image(entry), net.imageAt(entry), plan.all());
                }
            }
            copy.end();
        }
        net.clear();
    }

    /**
     * As {@link #write}, but each row that comes on its own, so that the first one that is refused is known. Their order does
     * not matter: once all rows that go are gone, every further row leads to a part of what the source has, which breaks no
     * constraint that the whole keeps.
     */
    void writeOneByOne(TablePlan plan, ChangeBatch batch, int[] order, int from, int to) throws SQLException {
        net.compute(batch, plan.table(), order, from, to);
        if (net.deletes() > 0) {
            delete(plan, batch);
        }
        for (int entry = 0; entry < net.size(); entry++) {
            for (int n = net.comes(entry); n > 0; n--) {
                insert(plan, batch, entry);
            }
        }
        net.clear();
    }

    private void insert(TablePlan plan, ChangeBatch batch, int entry) {
        try (PreparedStatement statement = rows.prepare(plan.insertRow())) {
            rows.bind(statement, net.image(entry), net.imageAt(entry), plan.all());
            statement.executeUpdate();
        } catch (SQLException e) {
            throw ApplyFailure.of(plan.table().table(), position(batch, entry), e);
        }
    }

    private void delete(TablePlan plan, ChangeBatch batch) throws SQLException {
        BitSet neverNull = (BitSet) plan.all().clone();
        String staged = staging.empty(plan, DELETED_ROWS);
        copy.begin(connection, ApplySql.copyIntoStaging(staged));
        for (int entry = 0; entry < net.size(); entry++) {
            if (net.goes(entry) > 0) {
                Tuples.clearNulls(net.image(entry), net.imageAt(entry), neverNull);
            }
            for (int n = net.goes(entry); n > 0; n--) {
                copy.row(entry, net.image(entry), net.imageAt(entry), plan.all());
            }
        }
        copy.end();
        // Rows are paired by their text, which no index has: here the plans that Connections forbids are the good ones.
        long missing = 0;
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL enable_hashjoin = on; SET LOCAL enable_mergejoin = on");
            try (ResultSet entries = statement.executeQuery(plan.keylessSql().deleteStaged(staged, neverNull))) {
                while (entries.next()) {
                    int entry = entries.getInt(1);
                    if (!net.overlap(entry)) {
                        throw missing(plan, position(batch, entry));
                    }
                    missing++;
                }
            }
            statement.execute("SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off");
        }
        if (missing > 0) {
            LOG.info(
                    "{} rows of {} to delete were not there: the load was taken after their deletion",
                    missing,
                    plan.table().table());
        }
    }

    private ChangePosition position(ChangeBatch batch, int entry) {
        batch.seek(cursor, net.change(entry));
        return new ChangePosition(cursor.commitLsn(), cursor.ordinal());
    }

    private static SyncException missing(TablePlan plan, ChangePosition position) {
        return new SyncException(
                FailureKind.NEEDS_OPERATOR,
                "target table " + plan.table().table() + ", change at " + position,
                "a row to delete is not there: something else has changed the target table",
                "Compare the table with the source and repair it; nothing but the task may write to it");
    }
}
