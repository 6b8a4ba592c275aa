package io.walferry.job.apply;

import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import io.walferry.job.model.ChangePosition;
import io.walferry.job.model.KeyGroups;
import io.walferry.job.model.Lsn;
import io.walferry.job.sql.CutoverSql;
import io.walferry.job.sql.ProgressSql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;

/**
 * How far the key groups of one writer are, in memory and in {@code walferry.progress}. Exactly-once rests on it: the
 * position is stored in the transaction that brings the rows, it never goes back, and a writer whose epoch is no longer
 * the one stored can move nothing and so cannot commit.
 *
 * <p>The owner of the connection calls {@link #advance} and {@link #committed}; the rest is fixed by {@link #claim}.
 */
final class WriterProgress {

    private final ApplySettings settings;
    private final int first;
    private final int last;
    private final long epoch;
    private final List<ProgressRange> ranges;
    private final ChangePosition[] claimed = new ChangePosition[KeyGroups.COUNT];
    private final ChangePosition lowestClaimed;

    private ChangePosition pending;
    private boolean merging;

    private WriterProgress(ApplySettings settings, int first, int last, long epoch, List<ProgressRange> ranges) {
        this.settings = settings;
        this.first = first;
        this.last = last;
        this.epoch = epoch;
        this.ranges = ranges;
        ChangePosition lowest = null;
        for (ProgressRange range : ranges) {
            for (int group = range.first(); group <= range.last(); group++) {
                claimed[group] = range.position();
            }
            if (lowest == null || range.position().compareTo(lowest) < 0) {
                lowest = range.position();
            }
        }
        this.lowestClaimed = lowest;
    }

    /** Takes the writer's range over from whoever had it, in a transaction of its own. */
    static WriterProgress claim(Connection connection, ApplySettings settings, int writer) throws SQLException {
        int first = KeyGroups.first(writer, settings.writers());
        int last = KeyGroups.last(writer, settings.writers());
        try (PreparedStatement lock = connection.prepareStatement(ProgressSql.lock())) {
            lock.setString(1, settings.task() + "/" + settings.lane());
            lock.execute();
        }
        requireNotEnded(connection, settings);
        List<ProgressRange> found = overlapping(connection, settings, first, last);
        long epoch = newestEpoch(connection, settings) + 1;
        delete(connection, settings, found);
        List<ProgressRange> mine = ProgressRange.cut(found, first, last);
        insert(connection, settings, epoch, mine);
        // What is left of a former writer's range gets the new epoch too, or that writer would still find its row.
        insert(connection, settings, epoch, ProgressRange.remainders(found, first, last));
        connection.commit();
        return new WriterProgress(settings, first, last, epoch, new ArrayList<>(mine));
    }

    private static void requireNotEnded(Connection connection, ApplySettings settings) throws SQLException {
        try (PreparedStatement ended = connection.prepareStatement(CutoverSql.ended())) {
            ended.setString(1, settings.task());
            try (ResultSet row = ended.executeQuery()) {
                if (row.next() && row.getBoolean(1)) {
                    throw new SyncException(
                            FailureKind.NEEDS_OPERATOR,
                            "task " + settings.task(),
                            "it was cut over, so no writer may open for it any more",
                            "Use the target; to begin anew, run walferry release first");
                }
            }
        }
    }

    boolean owns(int keyGroup) {
        return keyGroup >= first && keyGroup <= last;
    }

    /** Whether the change was in the target already when this writer took over. */
    boolean applied(int keyGroup, long commitLsn, long ordinal) {
        ChangePosition position = claimed[keyGroup];
        return ChangePosition.compare(commitLsn, ordinal, position.commitLsn(), position.ordinal()) <= 0;
    }

    /** The lowest position that a key group had when this writer took over. */
    ChangePosition lowestClaimed() {
        return lowestClaimed;
    }

    /** Whether storing {@code position} would move any key group on. */
    boolean behind(ChangePosition position) {
        return ranges.stream().anyMatch(range -> range.position().compareTo(position) < 0);
    }

    /**
     * Stores {@code position} as part of the current transaction. {@link #committed} has to follow its commit.
     *
     * @param sourceCommitTimeMicros since 1970; 0: unknown
     * @throws SyncException if a newer writer has taken over
     */
    void advance(Connection connection, ChangePosition position, long changes, long sourceCommitTimeMicros)
            throws SQLException {
        long expected = ranges.stream()
                .filter(range -> range.position().compareTo(position) < 0)
                .count();
        try (PreparedStatement update = connection.prepareStatement(ProgressSql.advance())) {
            String lsn = Lsn.format(position.commitLsn());
            update.setString(1, lsn);
            update.setLong(2, position.ordinal());
            update.setInt(3, first);
            update.setLong(4, changes);
            if (sourceCommitTimeMicros == 0) {
                update.setNull(5, Types.BIGINT);
                update.setNull(6, Types.BIGINT);
            } else {
                update.setLong(5, sourceCommitTimeMicros);
                update.setLong(6, sourceCommitTimeMicros);
            }
            owner(update, 7);
            update.setString(12, lsn);
            update.setLong(13, position.ordinal());
            require(update.executeUpdate() == expected);
        }
        pending = position;
        merging = ranges.size() > 1
                && ranges.stream().allMatch(range -> range.position().compareTo(position) <= 0);
        if (merging) {
            merge(connection);
        }
    }

    /** The transaction of the last {@link #advance} is committed. */
    void committed() {
        if (merging) {
            ranges.clear();
            ranges.add(new ProgressRange(first, last, pending, 0, null, null));
            merging = false;
            return;
        }
        ranges.replaceAll(range -> range.position().compareTo(pending) < 0 ? range.at(pending) : range);
    }

    /**
     * Makes sure that no newer writer has taken over and that none can until the current transaction ends. Safe on another
     * connection and in another thread than {@link #advance}.
     */
    void fence(Connection connection) throws SQLException {
        try (PreparedStatement owned = connection.prepareStatement(ProgressSql.owned())) {
            owner(owned, 1);
            try (ResultSet rows = owned.executeQuery()) {
                rows.next();
                require(rows.getLong(1) == last - first + 1);
            }
        }
    }

    private void merge(Connection connection) throws SQLException {
        try (PreparedStatement merge = connection.prepareStatement(ProgressSql.merge())) {
            owner(merge, 1);
            merge.setInt(6, last);
            merge.setString(7, settings.task());
            merge.setString(8, settings.lane());
            merge.setInt(9, first);
            merge.setLong(10, epoch);
            require(merge.executeUpdate() == 1);
        }
    }

    private void owner(PreparedStatement statement, int parameter) throws SQLException {
        statement.setString(parameter, settings.task());
        statement.setString(parameter + 1, settings.lane());
        statement.setInt(parameter + 2, first);
        statement.setInt(parameter + 3, last);
        statement.setLong(parameter + 4, epoch);
    }

    private void require(boolean owner) {
        if (!owner) {
            throw new SyncException(
                    FailureKind.TRANSIENT,
                    "writer of key groups " + first + " to " + last + " of task " + settings.task(),
                    "a newer writer has taken over (epoch " + epoch + " is not the newest)",
                    "Nothing to do if the task was started again; else find the second run of this task and stop it");
        }
    }

    private static List<ProgressRange> overlapping(Connection connection, ApplySettings settings, int first, int last)
            throws SQLException {
        List<ProgressRange> found = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(ProgressSql.overlapping())) {
            select.setString(1, settings.task());
            select.setString(2, settings.lane());
            select.setInt(3, first);
            select.setInt(4, last);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    found.add(new ProgressRange(
                            rows.getInt(1),
                            rows.getInt(2),
                            new ChangePosition(Lsn.parse(rows.getString(3)), rows.getLong(4)),
                            rows.getLong(5),
                            rows.getTimestamp(6),
                            rows.getTimestamp(7)));
                }
            }
        }
        return found;
    }

    private static long newestEpoch(Connection connection, ApplySettings settings) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(ProgressSql.newestEpoch())) {
            select.setString(1, settings.task());
            select.setString(2, settings.lane());
            try (ResultSet rows = select.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        }
    }

    private static void delete(Connection connection, ApplySettings settings, List<ProgressRange> ranges)
            throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(ProgressSql.delete())) {
            for (ProgressRange range : ranges) {
                delete.setString(1, settings.task());
                delete.setString(2, settings.lane());
                delete.setInt(3, range.first());
                delete.addBatch();
            }
            delete.executeBatch();
        }
    }

    private static void insert(Connection connection, ApplySettings settings, long epoch, List<ProgressRange> ranges)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(ProgressSql.insert())) {
            for (ProgressRange range : ranges) {
                insert.setString(1, settings.task());
                insert.setString(2, settings.lane());
                insert.setInt(3, range.first());
                insert.setInt(4, range.last());
                insert.setLong(5, epoch);
                insert.setString(6, Lsn.format(range.position().commitLsn()));
                insert.setLong(7, range.position().ordinal());
                insert.setLong(8, range.changes());
                insert.setTimestamp(9, range.sourceCommitTime());
                insert.setTimestamp(10, range.appliedAt());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }
}
