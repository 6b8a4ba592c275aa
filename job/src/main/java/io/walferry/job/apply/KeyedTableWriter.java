package io.walferry.job.apply;

import io.walferry.job.model.ChangeCursor;
import io.walferry.job.model.ChangeKind;
import io.walferry.job.model.ChangePosition;
import io.walferry.job.sql.ApplySql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a batch's changes of one table with a key: the net effect per key, as sets of rows. Deletes go first, so that
 * values of other unique constraints become free, then partial updates, upserts and inserts; each key is in one of them.
 */
final class KeyedTableWriter {

    private static final Logger LOG = LoggerFactory.getLogger(KeyedTableWriter.class);

    /** Up to so many rows go as one batch of single-row statements: one round trip, and no staging table to empty. */
    private static final int FEW_ROWS = 64;

    /** But not if they are this large together, for a statement's values are copied several times. */
    private static final long FEW_BYTES = 1 << 20;

    private final Connection connection;
    private final StagingTables staging;
    private final CopyRows copy;
    private final RowStatements rows;
    private final NetEffect net = new NetEffect();
    private final ChangeCursor cursor = new ChangeCursor();
    private final BitSet present = new BitSet();
    private int[] groupOf = new int[64];

    KeyedTableWriter(Connection connection, StagingTables staging, CopyRows copy, RowStatements rows) {
        this.connection = connection;
        this.staging = staging;
        this.copy = copy;
        this.rows = rows;
    }

    void write(TablePlan plan, ChangeBatch batch, int[] order, int from, int to) throws SQLException {
        net.compute(batch, plan.table(), order, from, to);
        long missing = net.updatesOfDeleted();
        if (net.count(NetEffect.DELETE) > 0) {
            delete(plan);
        }
        if (net.count(NetEffect.PARTIAL) > 0) {
            missing += updateParts(plan);
        }
        if (net.count(NetEffect.UPSERT) > 0) {
            upsert(plan);
        }
        if (net.count(NetEffect.INSERT) > 0) {
            insert(plan);
        }
        if (missing > 0 && !overlaps(batch, order, from, to)) {
            LOG.warn(
                    "{} updates of {} up to {} found no row; their rows lack values that the source did not send",
                    missing,
                    plan.table().table(),
                    batch.position());
        }
        net.clear();
    }

    /** Whether the load may have seen later changes of the rows: then one that is not there was deleted or renamed since. */
    private boolean overlaps(ChangeBatch batch, int[] order, int from, int to) {
        for (int i = from; i < to; i++) {
            batch.seek(cursor, order[i]);
            if (cursor.kind() == ChangeKind.UPDATE) {
                return cursor.overlap();
            }
        }
        return false;
    }

    private void delete(TablePlan plan) throws SQLException {
        if (few(net.count(NetEffect.DELETE))) {
            writeFew(plan.deleteRow(), NetEffect.DELETE, plan.key());
        } else {
            String staged = stage(plan, NetEffect.DELETE, plan.key());
            execute(plan.sql().deleteStaged(staged));
        }
    }

    private void upsert(TablePlan plan) throws SQLException {
        boolean few = few(net.count(NetEffect.UPSERT));
        if (few && plan.canUpsert()) {
            writeFew(plan.upsertRow(), NetEffect.UPSERT, plan.all());
        } else if (few) {
            writeFew(plan.deleteRow(), NetEffect.UPSERT, plan.key());
            writeFew(plan.insertRow(), NetEffect.UPSERT, plan.all());
        } else {
            String staged = stage(plan, NetEffect.UPSERT, plan.all());
            if (plan.canUpsert()) {
                execute(plan.sql().upsertStaged(staged));
            } else {
                execute(plan.sql().deleteStaged(staged));
                execute(plan.sql().insertStaged(staged));
            }
        }
    }

    private void insert(TablePlan plan) throws SQLException {
        if (few(net.count(NetEffect.INSERT))) {
            writeFew(plan.insertRow(), NetEffect.INSERT, plan.all());
        } else {
            copy.begin(connection, plan.copyInto());
            copyEntries(NetEffect.INSERT, plan.all());
            copy.end();
        }
    }

    /** Returns how many found no row. */
    private long updateParts(TablePlan plan) throws SQLException {
        if (groupOf.length < net.size()) {
            groupOf = new int[net.size() * 2];
        }
        List<BitSet> groups = new ArrayList<>();
        for (int entry = 0; entry < net.size(); entry++) {
            groupOf[entry] = -1;
            if (net.effect(entry) == NetEffect.PARTIAL) {
                Tuples.present(net.image(entry), net.imageAt(entry), present);
                // Few sets of columns occur: those of a table that are stored out of line.
                groupOf[entry] = groups.indexOf(present);
                if (groupOf[entry] < 0) {
                    groupOf[entry] = groups.size();
                    groups.add((BitSet) present.clone());
                }
            }
        }
        long missing = 0;
        for (int group = 0; group < groups.size(); group++) {
            if (!plan.sql().assignable(groups.get(group)).isEmpty()) {
                missing += updatePart(plan, group, groups.get(group));
            }
        }
        return missing;
    }

    private long updatePart(TablePlan plan, int group, BitSet columns) throws SQLException {
        int count = 0;
        for (int entry = 0; entry < net.size(); entry++) {
            count += groupOf[entry] == group ? 1 : 0;
        }
        return count - (few(count) ? updateFew(plan, group, columns) : updateStaged(plan, group, columns));
    }

    private long updateFew(TablePlan plan, int group, BitSet columns) throws SQLException {
        try (PreparedStatement update = rows.prepare(plan.updateRow(columns))) {
            for (int entry = 0; entry < net.size(); entry++) {
                if (groupOf[entry] == group) {
                    rows.bindUpdate(update, plan, net.image(entry), net.imageAt(entry), columns);
                    update.addBatch();
                }
            }
            long found = 0;
            for (int updated : update.executeBatch()) {
                found += updated;
            }
            return found;
        }
    }

    private long updateStaged(TablePlan plan, int group, BitSet columns) throws SQLException {
        String staged = staging.empty(plan, columns);
        copy.begin(connection, ApplySql.copyIntoStaging(staged));
        for (int entry = 0; entry < net.size(); entry++) {
            if (groupOf[entry] == group) {
                copy.row(net.image(entry), net.imageAt(entry), columns);
            }
        }
        copy.end();
        return execute(
                plan.canUpsert()
                        ? plan.sql().updateStaged(staged, columns)
                        : plan.sql().replacePartStaged(staged, columns));
    }

    private boolean few(int count) {
        return count <= FEW_ROWS && net.bytes() <= FEW_BYTES;
    }

    private void writeFew(String sql, byte effect, BitSet columns) throws SQLException {
        try (PreparedStatement statement = rows.prepare(sql)) {
            for (int entry = 0; entry < net.size(); entry++) {
                if (net.effect(entry) == effect) {
                    rows.bind(statement, net.image(entry), net.imageAt(entry), columns);
                    statement.addBatch();
                }
            }
            statement.executeBatch();
        }
    }

    private String stage(TablePlan plan, byte effect, BitSet columns) throws SQLException {
        String staged = staging.empty(plan, columns);
        copy.begin(connection, ApplySql.copyIntoStaging(staged));
        copyEntries(effect, columns);
        copy.end();
        return staged;
    }

    private void copyEntries(byte effect, BitSet columns) throws SQLException {
        for (int entry = 0; entry < net.size(); entry++) {
            if (net.effect(entry) == effect) {
                copy.row(net.image(entry), net.imageAt(entry), columns);
            }
        }
    }

    private long execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.executeLargeUpdate(sql);
        }
    }

    /** Applies the changes one by one in their order; the first that fails ends it, with its position. */
    void writeOneByOne(TablePlan plan, ChangeBatch batch, int[] order, int from, int to) {
        for (int i = from; i < to; i++) {
            batch.seek(cursor, order[i]);
            try {
                writeOne(plan);
            } catch (SQLException e) {
                throw ApplyFailure.of(
                        plan.table().table(), new ChangePosition(cursor.commitLsn(), cursor.ordinal()), e);
            }
        }
    }

    private void writeOne(TablePlan plan) throws SQLException {
        if (cursor.kind() == ChangeKind.DELETE) {
            one(plan.deleteRow(), plan.key());
        } else if (cursor.kind() == ChangeKind.UPDATE
                && (cursor.existing() || Tuples.hasUnchanged(cursor.bytes(), cursor.firstTuple()))) {
            updateOne(plan);
        } else if (cursor.kind() == ChangeKind.INSERT && !cursor.overlap()) {
            one(plan.insertRow(), plan.all());
        } else if (plan.canUpsert()) {
            one(plan.upsertRow(), plan.all());
        } else {
            one(plan.deleteRow(), plan.key());
            one(plan.insertRow(), plan.all());
        }
    }

    private void updateOne(TablePlan plan) throws SQLException {
        Tuples.present(cursor.bytes(), cursor.firstTuple(), present);
        if (plan.sql().assignable(present).isEmpty()) {
            return;
        }
        try (PreparedStatement update = rows.prepare(plan.updateRow(present))) {
            rows.bindUpdate(update, plan, cursor.bytes(), cursor.firstTuple(), present);
            if (update.executeUpdate() == 0 && !cursor.overlap()) {
                LOG.warn(
                        "An update of {} at {} found no row, and lacks values that the source did not send",
                        plan.table().table(),
                        new ChangePosition(cursor.commitLsn(), cursor.ordinal()));
            }
        }
    }

    private void one(String sql, BitSet columns) throws SQLException {
        try (PreparedStatement statement = rows.prepare(sql)) {
            rows.bind(statement, cursor.bytes(), cursor.firstTuple(), columns);
            statement.executeUpdate();
        }
    }
}
