package io.walferry.job.control;

import static io.walferry.job.failure.FailureKind.NEEDS_OPERATOR;

import io.walferry.job.dialect.TransactionMark;
import io.walferry.job.failure.SyncException;
import io.walferry.job.model.ChangePosition;
import io.walferry.job.model.KeyGroups;
import io.walferry.job.model.Lsn;
import io.walferry.job.sql.ControlSql;
import io.walferry.job.sql.CutoverSql;
import io.walferry.job.sql.StatusSql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** A task's records at the target, over one connection in autocommit mode that the store owns; for one thread. */
public final class ControlStore implements AutoCloseable {

    private final Connection connection;
    private final String task;
    private TransactionMark mark = TransactionMark.NONE;

    public ControlStore(Connection connection, String task) {
        this.connection = connection;
        this.task = task;
    }

    /** From now on, each transaction that writes more than records is marked as the task's. */
    public void markTransactions() throws SQLException {
        mark = TransactionMark.open(connection, task);
    }

    /** Begins a transaction that writes more than records. */
    void mark() throws SQLException {
        mark.begin(connection);
    }

    /** Whether the control schema is there and the user may read it. */
    public boolean readable() throws SQLException {
        return one(
                        "SELECT count(*) FILTER (WHERE c.relname = 'status') > 0"
                                + " AND pg_catalog.bool_and(pg_catalog.has_table_privilege(c.oid, 'SELECT'))"
                                + " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
                                + " WHERE n.nspname = 'walferry' AND c.relkind = 'r'"
                                + " AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')",
                        row -> row.getBoolean(1))
                .orElse(false);
    }

    /**
     * Returns if the control schema has not been made, cannot be read, or is one that this program can use.
     *
     * @throws SyncException if it has another version
     */
    public void refuseOtherVersion() throws SQLException {
        if (readable()) {
            refuseOtherVersion(one("SELECT version FROM walferry.version", row -> row.getInt(1))
                    .orElse(ControlSql.VERSION));
        }
    }

    private static void refuseOtherVersion(int version) {
        if (version != ControlSql.VERSION) {
            throw new SyncException(
                    NEEDS_OPERATOR,
                    "control schema walferry at the target",
                    "it has version " + version + ", this program needs version " + ControlSql.VERSION,
                    "Run the task with the program version that made it");
        }
    }

    /** Creates what is missing of the control schema. */
    public void install() throws SQLException {
        Transactions.run(connection, () -> {
            // Two tasks that start at once would race in CREATE SCHEMA IF NOT EXISTS.
            execute("SELECT pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtext('walferry.install'))");
            for (String statement : ControlSql.create()) {
                execute(statement);
            }
            Integer version = one("SELECT version FROM walferry.version", row -> row.getInt(1))
                    .orElse(null);
            if (version == null) {
                execute("INSERT INTO walferry.version VALUES (" + ControlSql.VERSION + ")");
            } else {
                refuseOtherVersion(version);
            }
        });
    }

    public Optional<TaskRecord> task() throws SQLException {
        return one(
                "SELECT system_identifier, slot, slot_lsn, safe_lsn, phase FROM walferry.task WHERE task = ?",
                row -> new TaskRecord(row.getString(1), row.getString(2), lsn(row, 3), lsn(row, 4), row.getString(5)),
                task);
    }

    /** All tasks of this control schema, by name. */
    public List<String> tasks() throws SQLException {
        return all("SELECT task FROM walferry.task ORDER BY task", row -> row.getString(1));
    }

    /** Records a task that has no slot yet. */
    public void createTask(String systemIdentifier, String sourceDatabase, String slot) throws SQLException {
        update(
                "INSERT INTO walferry.task (task, system_identifier, source_database, slot, phase)"
                        + " VALUES (?, ?, ?, ?, 'preparing')",
                task,
                systemIdentifier,
                sourceDatabase,
                slot);
    }

    /** Records where the slot begins: from now on the task resumes and never prepares again. */
    public void recordSlot(long lsn) throws SQLException {
        update(
                "UPDATE walferry.task SET slot_lsn = ?::text::pg_catalog.pg_lsn, safe_lsn = ?::text::pg_catalog.pg_lsn,"
                        + " changed_at = now() WHERE task = ?",
                Lsn.format(lsn),
                Lsn.format(lsn),
                task);
    }

    /**
     * Records what the task file selects and how it arrives.
     *
     * @param words all of it
     * @param objects what it selects, so that it can be read again
     */
    public void recordSelection(String words, String objects) throws SQLException {
        update("UPDATE walferry.task SET selection = ?, objects = ? WHERE task = ?", words, objects, task);
    }

    /** What {@link #recordSelection} has recorded of the objects. */
    public Optional<String> selectedObjects() throws SQLException {
        return one(
                "SELECT objects FROM walferry.task WHERE task = ? AND objects IS NOT NULL",
                row -> row.getString(1),
                task);
    }

    /** What {@link #recordSelection} has recorded. */
    public Optional<String> selection() throws SQLException {
        return one(
                "SELECT selection FROM walferry.task WHERE task = ? AND selection IS NOT NULL",
                row -> row.getString(1),
                task);
    }

    /** Records what the whole load will have seen; to be called before {@link #recordSlot}. */
    public void recordStart(String snapshot, long lsn) throws SQLException {
        update(
                "UPDATE walferry.task SET start_snapshot = ?, start_lsn = ?::text::pg_catalog.pg_lsn WHERE task = ?",
                snapshot,
                Lsn.format(lsn),
                task);
    }

    /** What the whole load has seen; empty if that is not known. */
    public Optional<ReloadQueue.Window> start() throws SQLException {
        return one(
                "SELECT start_lsn, start_snapshot FROM walferry.task WHERE task = ? AND start_snapshot IS NOT NULL",
                row -> new ReloadQueue.Window(lsn(row, 1), Optional.of(row.getString(2)), Optional.empty()),
                task);
    }

    /** Whether all tables have been at states of their sources, and what waited for that was made. */
    public boolean wasConsistent() throws SQLException {
        return one("SELECT consistent_at IS NOT NULL FROM walferry.task WHERE task = ?", row -> row.getBoolean(1), task)
                .orElse(false);
    }

    /** Whether all tables have been at states of their sources, and none waits to be loaded anew. */
    public boolean isWhole() throws SQLException {
        return wasConsistent() && reloads().waiting().isEmpty();
    }

    public void recordConsistent() throws SQLException {
        update("UPDATE walferry.task SET consistent_at = now() WHERE task = ? AND consistent_at IS NULL", task);
    }

    public void phase(Phase phase) throws SQLException {
        update(
                "UPDATE walferry.task SET phase = ?, changed_at = now() WHERE task = ? AND phase NOT IN (?, 'ended')",
                phase.label(),
                task,
                phase.label());
    }

    /** Whether the task is in that phase; it stays so until the transaction ends. */
    public boolean phaseIsLocked(Phase phase) throws SQLException {
        return one(
                        "SELECT phase FROM walferry.task WHERE task = ? FOR SHARE",
                        row -> row.getString(1).equals(phase.label()),
                        task)
                .orElse(false);
    }

    /** What the task is doing in this moment, in words; empty ends it. */
    public void activity(String text) throws SQLException {
        update(
                "INSERT INTO walferry.status (task, phase, detail) SELECT task, phase, ? FROM walferry.task WHERE task = ?"
                        + " ON CONFLICT (task) DO UPDATE SET phase = excluded.phase, detail = excluded.detail,"
                        + " written_at = now()",
                text,
                task);
    }

    /** Why the job has ended, in words without values. */
    public void recordFailure(String words) throws SQLException {
        update(StatusSql.fail(), words, task);
    }

    /** Durably raises the LSN up to which the slot may have been acknowledged. */
    public void recordSafeLsn(long lsn) throws SQLException {
        update(
                "UPDATE walferry.task SET safe_lsn = ?::text::pg_catalog.pg_lsn, changed_at = now()"
                        + " WHERE task = ? AND safe_lsn < ?::text::pg_catalog.pg_lsn",
                Lsn.format(lsn),
                task,
                Lsn.format(lsn));
    }

    /** The lowest position of all writers of all lanes; empty while no writer has ever opened. */
    public Optional<ChangePosition> appliedByAll() throws SQLException {
        return one(
                "SELECT commit_lsn, ordinal FROM walferry.progress WHERE task = ? ORDER BY commit_lsn, ordinal LIMIT 1",
                row -> new ChangePosition(lsn(row, 1), row.getLong(2)),
                task);
    }

    /** The highest position of any writer; empty while no writer has ever opened. */
    public Optional<ChangePosition> appliedByAny() throws SQLException {
        return one(
                "SELECT commit_lsn, ordinal FROM walferry.progress WHERE task = ?"
                        + " ORDER BY commit_lsn DESC, ordinal DESC LIMIT 1",
                row -> new ChangePosition(lsn(row, 1), row.getLong(2)),
                task);
    }

    /**
     * Makes each lane's progress count before its first writer opens, and that of others no more. A lane that comes later begins
     * where all others are, for its table is loaded after that.
     */
    public void expectLanes(Collection<String> lanes) throws SQLException {
        Transactions.run(connection, () -> {
            update(
                    "DELETE FROM walferry.progress WHERE task = ? AND lane <> ALL (?)",
                    task,
                    connection.createArrayOf("text", lanes.toArray()));
            ChangePosition start = appliedByAll().orElse(ChangePosition.START);
            for (String lane : lanes) {
                update(
                        "INSERT INTO walferry.progress (task, lane, first_key_group, last_key_group, epoch, commit_lsn, ordinal)"
                                + " SELECT ?, ?, 0, ?, 0, ?::text::pg_catalog.pg_lsn, ? WHERE NOT EXISTS"
                                + " (SELECT FROM walferry.progress WHERE task = ? AND lane = ?)",
                        task,
                        lane,
                        KeyGroups.COUNT - 1,
                        Lsn.format(start.commitLsn()),
                        start.ordinal(),
                        task,
                        lane);
            }
        });
    }

    /**
     * Runs the statements and records the step in one transaction; does nothing if it is recorded already.
     *
     * @throws SyncException if the task has ended
     */
    public void runStep(ChangePosition position, String kind, List<String> statements) throws SQLException {
        Transactions.run(connection, () -> {
            mark();
            if (one(CutoverSql.ended(), row -> row.getBoolean(1), task).orElse(false)) {
                throw new SyncException(
                        NEEDS_OPERATOR,
                        "task " + task,
                        "it was cut over, so nothing may change at the target for it any more",
                        "Use the target; to begin anew, run walferry release first");
            }
            int recorded = update(
                    "INSERT INTO walferry.step (task, commit_lsn, ordinal, kind, statement)"
                            + " VALUES (?, ?::text::pg_catalog.pg_lsn, ?, ?, ?) ON CONFLICT DO NOTHING",
                    task,
                    Lsn.format(position.commitLsn()),
                    position.ordinal(),
                    kind,
                    String.join(";\n", statements));
            if (recorded == 1) {
                for (String statement : statements) {
                    execute(statement);
                }
            }
        });
    }

    /** The chunk plan and the ledger of what is loaded. */
    public ChunkLedger chunks() {
        return new ChunkLedger(this, task);
    }

    /** The tables that are to be loaded anew, and those that were. */
    public ReloadQueue reloads() {
        return new ReloadQueue(this, task);
    }

    /** The source's structure as far as the task is, and its changes. */
    public DeadLetterLedger deadLetters() {
        return new DeadLetterLedger(this, task);
    }

    public StructureLedger structure() {
        return new StructureLedger(this, task);
    }

    /** What has become of the objects that the task creates. */
    public ObjectLedger objects() {
        return new ObjectLedger(this, task);
    }

    @FunctionalInterface
    interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    Connection connection() {
        return connection;
    }

    int update(String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = prepare(sql, parameters)) {
            return statement.executeUpdate();
        }
    }

    <T> List<T> all(String sql, RowReader<T> reader, Object... parameters) throws SQLException {
        List<T> rows = new java.util.ArrayList<>();
        try (PreparedStatement statement = prepare(sql, parameters);
                ResultSet result = statement.executeQuery()) {
            while (result.next()) {
                rows.add(reader.read(result));
            }
        }
        return rows;
    }

    <T> Optional<T> one(String sql, RowReader<T> reader, Object... parameters) throws SQLException {
        return all(sql, reader, parameters).stream().findFirst();
    }

    private PreparedStatement prepare(String sql, Object... parameters) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
        }
        return statement;
    }

    void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static long lsn(ResultSet row, int column) throws SQLException {
        String text = row.getString(column);
        return text == null ? Lsn.NONE : Lsn.parse(text);
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
