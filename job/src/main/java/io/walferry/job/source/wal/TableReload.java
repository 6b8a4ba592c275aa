package io.walferry.job.source.wal;

import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.catalog.CurrentTable;
import io.walferry.job.catalog.StructureLog;
import io.walferry.job.catalog.TableColumns;
import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import io.walferry.job.jdbc.Database;
import io.walferry.job.model.ChangeBlock;
import io.walferry.job.model.ChangePosition;
import io.walferry.job.model.Lsn;
import io.walferry.job.model.TableSchema;
import io.walferry.job.source.StructureChange;
import io.walferry.job.source.StructureSide;
import io.walferry.job.source.TargetSide;
import io.walferry.job.source.TargetSide.LoadWindow;
import io.walferry.job.source.TargetSide.Reload;
import io.walferry.job.source.TargetSide.Reloaded;
import io.walferry.job.sql.SnapshotSql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads one table anew: all its rows and its form from one snapshot of the source, at the target in one transaction with the
 * record of what is in it. What the snapshot has seen of the table is left out of the stream from then on, so it does not matter
 * how much newer than the stream the snapshot is; but it must not be older.
 *
 * <p>The stream goes on meanwhile. What the snapshot has not seen of the table is held, and written in the load's transaction;
 * the record is the position of the last of it. Where the load changes the target's structure, or its table has rows that are not
 * its own, the stream stands still instead.
 *
 * <p>A lock that is not to be had, on either side, is waited for a short time only, so that nobody queues behind this for long;
 * then everything begins again with a new snapshot.
 */
final class TableReload implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TableReload.class);

    static final String LOCK_TIMEOUT = "SET LOCAL lock_timeout = '2s'";
    private static final long AGAIN_MS = 50;
    private static final long AGAIN_AFTER_LOCK_MS = 1_000;
    private static final long TELL_AFTER_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long TELL_EVERY_NANOS = TimeUnit.MINUTES.toNanos(1);

    private static final Set<String> LOCKED = Set.of("55P03", "40P01");
    /** At the source: it has gone or got another name since it was looked up. */
    static final Set<String> GONE = Set.of("42P01", "3F000");

    private final Database source;
    private final TargetSide target;
    private final RelationPlans plans;
    private final RecentTransactions recent;
    private final PublicationGrowth publication;
    private final Pause pause;
    /** The stream tells of changes of structure, and of labels that are new at the source. */
    private boolean followed;
    /** OIDs of tables whose loads are told of, and have not begun yet. */
    private final Set<Long> told = new HashSet<>();

    private final NewForm form = new NewForm();
    /** When the load began to begin: nothing is sent from then on, so whoever is held up later does not matter. */
    private HeldUpCommits heldUp;

    private volatile Connection reading;
    private volatile RunningReload running;

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
     * Begins to load the table. All writers have committed everything that was sent up to the position.
     *
     * @return a load that has begun; nothing may be sent while it runs unless it holds the table's changes
     * @throws SyncException if a server refuses it
     * @throws AheadOfStreamException if the stream has to come to something first
     */
    RunningReload begin(Reload reload, ChangePosition position)
            throws SQLException, InterruptedException, AheadOfStreamException {
        plans.requireLoadable(reload);
        if (told.add(reload.oid())) {
            LOG.info("Loading {} anew: {}", reload.table(), reload.reason());
        }
        heldUp = null;
        long tellAt = System.nanoTime() + TELL_AFTER_NANOS;
        if (target.structure().isPresent()) {
            publish(reload.oid());
        }
        while (true) {
            long againMs = AGAIN_MS;
            String why = "no snapshot of the source sees yet all that its changelog has, under the table's name";
            try {
                Optional<RunningReload> begun = attempt(reload, position);
                if (begun.isPresent()) {
                    told.remove(reload.oid());
                    running = begun.get();
                    return running.start();
                }
            } catch (SQLException e) {
                if (!passes(reload, e)) {
                    throw failure(reload, e);
                }
                againMs = AGAIN_AFTER_LOCK_MS;
                why = "SQLSTATE " + e.getSQLState();
            }
            if (System.nanoTime() > tellAt) {
                LOG.info("Waiting to load {} anew: {}", reload.table(), why);
                tellAt = System.nanoTime() + TELL_EVERY_NANOS;
            }
            pause.millis(againMs);
        }
    }

    /** Of a table that the publication lacks, the stream has nothing: it can go on. */
    private void publish(long oid) throws SQLException, InterruptedException, AheadOfStreamException {
        if (!mayWait(oid)) {
            publication.add(oid);
        } else if (!publication.addSoon(oid)) {
            throw new AheadOfStreamException("somebody holds it, or the publication, which lacks it");
        }
    }

    /** Whether a new snapshot, or a later one, may be all that it takes. */
    boolean passes(Reload reload, SQLException e) {
        return LOCKED.contains(String.valueOf(e.getSQLState()))
                || e instanceof TableMovedException
                || FailureKind.lacksLabel(e) && followed && mayWait(reload.oid());
    }

    /** Rows of its own, or of another table, would stay where its deletes are not sent. */
    private boolean mayWait(long oid) {
        TableSchema table = plans.table(oid);
        return table == null || TableFill.replaces(table);
    }

    /** Cuts off what is going on, from any thread. */
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
        RunningReload load = running;
        if (load != null) {
            load.cancel();
        }
    }

    /** Cuts off what is going on, and forgets it; in the reader's thread. */
    @Override
    public void close() {
        cancel();
        if (running != null) {
            running.close();
        }
    }

    /** Empty if it has to begin again with a new snapshot. */
    private Optional<RunningReload> attempt(Reload reload, ChangePosition position)
            throws SQLException, InterruptedException, AheadOfStreamException {
        Connection connection = source.open();
        reading = connection;
        Connection writing = null;
        boolean begun = false;
        try {
            Optional<Seen> seen = seen(connection, reload);
            if (seen.isEmpty()) {
                return Optional.empty();
            }
            Snapshot snapshot = seen.get().snapshot();
            StructureChange change = seen.get().change();
            TargetSide.ReloadTransaction transaction = target.beginReload();
            writing = transaction.connection();
            giveForm(writing, reload.oid(), seen.get(), position);
            Optional<TableFill> fill = Optional.empty();
            boolean beside = false;
            Optional<TableSchema> table = table(reload.oid(), change);
            if (table.isPresent()) {
                fill = Optional.of(new TableFill(table.get(), connection, writing));
                fill.get().prepare();
                beside = change.isQuiet() && TableFill.isAlone(table.get());
            }
            Load load = new Load(reload, connection, snapshot, change, transaction, fill);
            HeldChanges held = beside ? new HeldChanges(position) : null;
            begun = true;
            return Optional.of(new RunningReload(
                    reload,
                    change,
                    beside
                            ? LoadOverlap.whileLoading(
                                    new LoadWindow(snapshot.lsn(), Optional.of(snapshot.text())), held)
                            : null,
                    () -> load.run(held),
                    connection,
                    writing));
        } finally {
            reading = null;
            if (!begun) {
                connection.close();
                if (writing != null) {
                    writing.close();
                }
            }
        }
    }

    private record Snapshot(String text, long lsn) {}

    private record Seen(Snapshot snapshot, StructureChange change) {}

    /** The table as it is at the source; empty if it has to be looked at again in a new snapshot. */
    private Optional<Seen> seen(Connection connection, Reload reload) throws SQLException, AheadOfStreamException {
        try {
            Optional<Snapshot> snapshot = snapshot(connection, reload);
            return snapshot.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Seen(snapshot.get(), change(connection, reload)));
        } catch (SQLException e) {
            if (GONE.contains(String.valueOf(e.getSQLState()))) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Has the table locked and a snapshot taken; empty if that is older than the stream, or the table got another name. */
    private Optional<Snapshot> snapshot(Connection connection, Reload reload)
            throws SQLException, AheadOfStreamException {
        Optional<CurrentTable> found = CurrentTable.find(connection, reload.oid());
        if (heldUp == null || !heldUp.isKnown()) {
            heldUp = HeldUpCommits.read(connection); // before the snapshot
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute(SnapshotSql.BEGIN + "; " + LOCK_TIMEOUT);
            // The lock before the snapshot: to a snapshot from before a rewrite the table would look empty.
            if (found.isPresent()) {
                statement.execute("LOCK TABLE "
                        + (found.get().partitioned() ? "" : "ONLY ")
                        + quoted(found.get().id()) + " IN ACCESS SHARE MODE");
            }
            Snapshot snapshot;
            int version = connection.getMetaData().getDatabaseMajorVersion();
            try (ResultSet row = statement.executeQuery(SnapshotSql.snapshot(version))) {
                row.next();
                snapshot = new Snapshot(row.getString(1), Lsn.parse(row.getString(2)));
            }
            SnapshotVisibility seen = SnapshotVisibility.parse(snapshot.text());
            if (!recent.allSeenBy(seen)
                    || !heldUp.allSeenBy(seen)
                    || !CurrentTable.find(connection, reload.oid()).equals(found)) {
                return Optional.empty();
            }
            // Where changes of structure are not followed, the stream would never come to the exchange.
            if (target.structure().isPresent()) {
                followed = StructureLog.isFollowed(connection, publication.name());
                if (found.isPresent() && mayWait(reload.oid())) {
                    requireStreamThere(connection, reload.oid(), found.get());
                }
            }
            return Optional.of(snapshot);
        }
    }

    private void giveForm(Connection writing, long oid, Seen seen, ChangePosition position)
            throws SQLException, AheadOfStreamException {
        StructureChange change = seen.change();
        Optional<TableSchema> former =
                change.dropped().contains(oid) ? Optional.empty() : Optional.ofNullable(plans.table(oid));
        try {
            form.give(writing, former, change.statements());
            form.isGiven(oid);
        } catch (SQLException e) {
            if (followed && mayWait(oid) && !LOCKED.contains(String.valueOf(e.getSQLState()))) {
                form.requireFinal(
                        oid, former, change.statements(), seen.snapshot().lsn(), position, e);
            }
            throw e;
        }
    }

    private void requireStreamThere(Connection connection, long oid, CurrentTable now)
            throws SQLException, AheadOfStreamException {
        SourceAhead ahead = new SourceAhead(connection, oid);
        if (plans.table(oid) != null) {
            ahead.requireOwnName(now.id(), plans.tables());
        }
        if (followed) {
            StructureSide structure = target.structure().orElseThrow();
            ahead.requireSameSchema(now, structure);
            ahead.requireSamePlaces(structure.places());
            ahead.requireSameLabels(structure);
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

    /** The part of a load that takes its time. */
    private record Load(
            Reload reload,
            Connection reading,
            Snapshot snapshot,
            StructureChange change,
            TargetSide.ReloadTransaction transaction,
            Optional<TableFill> fill) {

        Reloaded run(HeldChanges held) throws SQLException, InterruptedException {
            long begin = System.nanoTime();
            long rows = fill.isPresent() ? fill.get().run() : 0;
            reading.close(); // with the lock on the table at the source
            LoadWindow window = held == null ? window() : window().with(write(held));
            Reloaded reloaded = new Reloaded(window, rows, change);
            transaction.commit(reload, reloaded);
            LOG.info(
                    "Loaded {} anew: {} rows in {} ms",
                    reload.table(),
                    rows,
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
            return reloaded;
        }

        private LoadWindow window() {
            boolean replaces = fill.map(TableFill::replaces).orElse(true);
            return new LoadWindow(snapshot.lsn(), replaces ? Optional.of(snapshot.text()) : Optional.empty());
        }

        private ChangePosition write(HeldChanges held) throws SQLException, InterruptedException {
            for (Optional<ChangeBlock> block = held.take(); block.isPresent(); block = held.take()) {
                transaction.write(block.get());
            }
            return held.upTo();
        }
    }

    /** What a load that was refused means for the task. */
    static SQLException failure(Reload reload, SQLException e) {
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
