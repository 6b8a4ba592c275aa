package io.walferry.job.source.wal;

import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.catalog.TableColumns;
import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import io.walferry.job.jdbc.Database;
import io.walferry.job.model.Lsn;
import io.walferry.job.model.TableId;
import io.walferry.job.model.TableSchema;
import io.walferry.job.source.StructureChange;
import io.walferry.job.source.TargetSide;
import io.walferry.job.source.TargetSide.LoadWindow;
import io.walferry.job.source.TargetSide.Reload;
import io.walferry.job.source.TargetSide.Reloaded;
import io.walferry.job.sql.SnapshotSql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads one table anew while the stream stands still: all its rows and its form from one snapshot of the source, at the target
 * in one transaction with the record of the snapshot. What the snapshot has seen of the table is left out of the stream from
 * then on, so it does not matter how much newer than the stream the snapshot is; but it must not be older.
 *
 * <p>A lock that is not to be had, on either side, is waited for a short time only, so that nobody queues behind this for long;
 * then everything begins again with a new snapshot.
 */
final class TableReload {

    private static final Logger LOG = LoggerFactory.getLogger(TableReload.class);

    private static final String LOCK_TIMEOUT = "SET LOCAL lock_timeout = '2s'";
    private static final long AGAIN_MS = 50;
    private static final long AGAIN_AFTER_LOCK_MS = 1_000;
    private static final long TELL_EVERY_NANOS = TimeUnit.MINUTES.toNanos(1);

    private static final String LOCK_NOT_AVAILABLE = "55P03";
    /** The lock was not to be had, or the table has gone or got another name since it was looked up. */
    private static final Set<String> AGAIN = Set.of(LOCK_NOT_AVAILABLE, "40P01", "42P01", "3F000");

    private final Database source;
    private final TargetSide target;
    private final RelationPlans plans;
    private final RecentTransactions recent;
    private final PublicationGrowth publication;
    private final Pause pause;
    private volatile Connection reading;

    TableReload(
            Database source,
            TargetSide target,
            RelationPlans plans,
            RecentTransactions recent,
            PublicationGrowth publication,
            Pause pause) {
        this.publication = publication;
        this.source = source;
        this.target = target;
        this.plans = plans;
        this.recent = recent;
        this.pause = pause;
    }

    /**
     * Loads the table. All writers have committed everything that was sent, and nothing is sent meanwhile.
     *
     * @throws SyncException if a server refuses it
     * @throws NameHeldException if it can be loaded only when another table has got its new name
     */
    Reloaded run(Reload reload) throws SQLException, InterruptedException, NameHeldException {
        plans.requireLoadable(reload);
        LOG.info("Loading {} anew: {}", reload.table(), reload.reason());
        long begin = System.nanoTime();
        long tellAt = begin + TELL_EVERY_NANOS;
        if (target.structure().isPresent()) {
            publication.add(reload.oid());
        }
        while (true) {
            long againMs = AGAIN_MS;
            try (Connection connection = source.open()) {
                reading = connection;
                Optional<Reloaded> done = attempt(connection, reload);
                if (done.isPresent()) {
                    LOG.info(
                            "Loaded {} anew: {} rows in {} ms",
                            reload.table(),
                            done.get().rows(),
                            TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
                    return done.get();
                }
            } catch (SQLException e) {
                if (!AGAIN.contains(String.valueOf(e.getSQLState()))) {
                    throw failure(reload, e);
                }
                againMs = AGAIN_AFTER_LOCK_MS;
                if (System.nanoTime() > tellAt) {
                    LOG.info("Still waiting to load {} anew: SQLSTATE {}", reload.table(), e.getSQLState());
                    tellAt = System.nanoTime() + TELL_EVERY_NANOS;
                }
            } finally {
                reading = null;
            }
            pause.millis(againMs);
        }
    }

    /** Cuts off a reading in another thread. */
    void cancel() {
        Connection connection = reading;
        if (connection != null) {
            try {
                Database.driver(connection).cancelQuery();
                connection.abort(Runnable::run);
            } catch (SQLException e) {
                LOG.debug("The connection to the source was gone already", e);
            }
        }
    }

    private record Found(TableId table, boolean partitioned) {}

    /** Empty if it has to begin again with a new snapshot. */
    private Optional<Reloaded> attempt(Connection connection, Reload reload)
            throws SQLException, InterruptedException, NameHeldException {
        Optional<Found> found = find(connection, reload.oid());
        try (Statement statement = connection.createStatement()) {
            statement.execute(SnapshotSql.BEGIN + "; " + LOCK_TIMEOUT);
            // The lock before the snapshot: to a snapshot from before a rewrite the table would look empty.
            if (found.isPresent()) {
                statement.execute("LOCK TABLE "
                        + (found.get().partitioned() ? "" : "ONLY ")
                        + quoted(found.get().table()) + " IN ACCESS SHARE MODE");
            }
            String snapshot;
            long lsn;
            int version = connection.getMetaData().getDatabaseMajorVersion();
            try (ResultSet row = statement.executeQuery(SnapshotSql.snapshot(version))) {
                row.next();
                snapshot = row.getString(1);
                lsn = Lsn.parse(row.getString(2));
            }
            if (!recent.allSeenBy(SnapshotVisibility.parse(snapshot))
                    || !find(connection, reload.oid()).equals(found)) {
                return Optional.empty();
            }
            // Where changes of structure are not followed, the stream would never come to the exchange.
            if (found.isPresent() && target.structure().isPresent()) {
                requireFreeName(reload.oid(), found.get().table());
            }
            StructureChange change = change(connection, reload);
            Optional<TableSchema> table = table(reload.oid(), change);
            return Optional.of(target.reload(reload, to -> fill(connection, to, table, change, snapshot, lsn)));
        }
    }

    /** Two tables have one name only where one of them is seen as it is later than the other. */
    private void requireFreeName(long oid, TableId name) throws NameHeldException {
        TableSchema before = plans.table(oid);
        // Rows of its own, or of another table, would stay where its deletes are not sent.
        if (before != null && !TableFill.replaces(before)) {
            return;
        }
        for (TableSchema other : plans.tables()) {
            if (other.oid() != oid && other.id().equals(name)) {
                throw new NameHeldException(name);
            }
        }
    }

    private static Optional<Found> find(Connection connection, long oid) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT n.nspname, c.relname, c.relkind = 'p' FROM pg_catalog.pg_class c"
                        + " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = ?")) {
            statement.setLong(1, oid);
            try (ResultSet row = statement.executeQuery()) {
                return row.next()
                        ? Optional.of(new Found(new TableId(row.getString(1), row.getString(2)), row.getBoolean(3)))
                        : Optional.empty();
            }
        }
    }

    /** What the table's form in the snapshot means; nothing may have changed if structure changes are not followed. */
    private StructureChange change(Connection connection, Reload reload) throws SQLException {
        if (target.structure().isPresent()) {
            StructureChange change = target.structure().get().reading(connection, reload.oid());
            if (change.refused() != null) {
                throw new SyncException(
                        FailureKind.NEEDS_OPERATOR,
                        "source table " + reload.table(),
                        "it is to be loaded anew, and its structure has changed since: " + change.refused()
                                + "; the statements for the target would be: "
                                + String.join("; ", change.statements()),
                        "Say ddl: apply or ignore for this table in the task file, and start the task again");
            }
            return change;
        }
        TableSchema table = plans.table(reload.oid());
        if (table == null || !TableColumns.same(connection, table)) {
            throw new SyncException(
                    FailureKind.NEEDS_OPERATOR,
                    "source table " + reload.table(),
                    "it is to be loaded anew, and its structure has changed since the task began",
                    "Release the task and start it anew, which loads the table in its new form");
        }
        return StructureChange.NONE;
    }

    private Optional<TableSchema> table(long oid, StructureChange change) {
        if (change.dropped().contains(oid)) {
            return Optional.empty();
        }
        return change.changed().stream()
                .filter(table -> table.oid() == oid)
                .findFirst()
                .or(() -> Optional.ofNullable(plans.table(oid)));
    }

    private static Reloaded fill(
            Connection from,
            Connection to,
            Optional<TableSchema> table,
            StructureChange change,
            String snapshot,
            long lsn)
            throws SQLException, InterruptedException {
        try (Statement statement = to.createStatement()) {
            statement.execute(LOCK_TIMEOUT);
            for (String sql : change.statements()) {
                statement.execute(sql);
            }
        }
        if (table.isEmpty()) {
            return new Reloaded(new LoadWindow(lsn, Optional.of(snapshot)), 0, change);
        }
        TableFill fill = new TableFill(table.get(), from, to);
        long rows = fill.run();
        return new Reloaded(
                new LoadWindow(lsn, fill.replaces() ? Optional.of(snapshot) : Optional.empty()), rows, change);
    }

    private static SQLException failure(Reload reload, SQLException e) {
        if (FailureKind.of(e) == FailureKind.TRANSIENT) {
            return e;
        }
        boolean values = FailureKind.of(e) == FailureKind.REJECTED_ROW;
        throw new SyncException(
                FailureKind.NEEDS_OPERATOR,
                "source table " + reload.table(),
                "loading it anew is refused with SQLSTATE " + e.getSQLState() + (values ? "" : ": " + e.getMessage()),
                "Make the target accept what the source has; the task then goes on from here",
                // The message of a data error quotes the value, and causes are printed.
                values ? null : e);
    }
}
