package io.walferry.job.verify;

import io.walferry.job.model.Lsn;
import io.walferry.job.sql.StatementRowsSql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * The records of runs at the target, {@code walferry.verification…}, over one connection that the ledger owns. A chunk is claimed
 * by a lock on its row and entered as done, with its suspects, in the same transaction: whoever dies with it gives it back, and
 * what is done is never done again.
 */
public final class VerificationLedger implements AutoCloseable {

    private static final int RUNS_KEPT = 20;

    /** {@code definition} of runs that compare what has changed. */
    private static final String CHANGES = "changes";

    private final Connection connection;
    private final SuspectRecords suspects;
    private final FoundRecords found;

    /** @param connection in autocommit mode */
    public VerificationLedger(Connection connection) {
        this.connection = connection;
        this.suspects = new SuspectRecords(connection);
        this.found = new FoundRecords(connection);
    }

    SuspectRecords suspects() {
        return suspects;
    }

    FoundRecords found() {
        return found;
    }

    /** A part of a table. */
    record Chunk(int table, int number, List<String> lower, List<String> upper) {}

    /** Bounds of a chunk, texts of the key's first columns. */
    public record Bounds(List<String> lower, List<String> upper) {
        public Bounds {
            lower = List.copyOf(lower);
            upper = List.copyOf(upper);
        }
    }

    /** The task's newest run, of those that compare all, if it has not ended and compares the same in the same way. */
    public Optional<Long> unfinished(String task, String definition) throws SQLException {
        return Sql.one(
                connection,
                "SELECT run FROM walferry.verification WHERE task = ? AND definition = ? AND state <> 'done'"
                        + " AND run = (SELECT max(run) FROM walferry.verification WHERE task = ? AND definition <> ?)",
                row -> row.getLong(1),
                task,
                definition,
                task,
                CHANGES);
    }

    /** Begins a run; forgets what is long past, of what has found differences later. */
    public long begin(String task, String settings, String definition) throws SQLException {
        long run = Sql.one(
                        connection,
                        "INSERT INTO walferry.verification (task, settings, definition, state)"
                                + " VALUES (?, ?, ?, 'planning') RETURNING run",
                        row -> row.getLong(1),
                        task,
                        settings,
                        definition)
                .orElseThrow();
        String alike = "SELECT run FROM walferry.verification WHERE task = ? AND (definition = ?) = ?";
        boolean ofChanges = definition.equals(CHANGES);
        Sql.update(
                connection,
                "DELETE FROM walferry.verification WHERE run IN (" + alike + " AND run NOT IN (" + alike
                        + " ORDER BY run DESC LIMIT ?) AND run NOT IN (" + alike
                        + " AND run IN (SELECT run FROM walferry.verification_difference) ORDER BY run DESC LIMIT ?))",
                task,
                CHANGES,
                ofChanges,
                task,
                CHANGES,
                ofChanges,
                RUNS_KEPT,
                task,
                CHANGES,
                ofChanges,
                RUNS_KEPT);
        Sql.update(
                connection,
                "DELETE FROM walferry.verification_suspect WHERE run IN (" + alike + ")",
                task,
                CHANGES,
                ofChanges);
        return run;
    }

    /** Begins a run that compares what has changed. */
    public long beginOfChanges(String task, String settings) throws SQLException {
        return begin(task, settings, CHANGES);
    }

    /**
     * Enters a table of which some rows have changed; they wait to be looked at.
     *
     * @param source in autocommit mode
     */
    public void plan(long run, ChangedTable changed, Connection source) throws SQLException {
        plan(run, changed.table(), changed.keys().size(), List.of(new Bounds(List.of(), List.of())));
        int rows = suspects.enter(run, changed, SourceMoment.now(source));
        connection.setAutoCommit(false);
        done(
                run,
                new Chunk(changed.table().number(), 0, List.of(), List.of()),
                new ChunkVerifier.Result(rows, rows, rows),
                0);
    }

    /** Enters a table and its chunks. */
    public void plan(long run, ComparedTable table, long estimatedRows, List<Bounds> chunks) throws SQLException {
        connection.setAutoCommit(false);
        try {
            Sql.update(
                    connection,
                    "INSERT INTO walferry.verification_table (run, number, table_schema, table_name, source, note,"
                            + " estimated_rows) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                    run,
                    table.number(),
                    table.target().schema(),
                    table.target().name(),
                    table.sourceName(),
                    table.note().isEmpty() ? null : table.note(),
                    estimatedRows);
            for (int i = 0; i < chunks.size(); i++) {
                Sql.update(
                        connection,
                        "INSERT INTO walferry.verification_chunk (run, number, chunk, lower, upper, weight)"
                                + " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                        run,
                        table.number(),
                        i,
                        chunks.get(i).lower(),
                        chunks.get(i).upper(),
                        estimatedRows / chunks.size());
            }
            connection.commit();
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    /** Drops what killed workers have left of rows that statements have made. */
    public void dropLeftovers(String task, long run) throws SQLException {
        for (String table :
                Sql.all(connection, StatementRowsSql.leftovers(), row -> row.getString(1), run, task, run)) {
            Sql.update(connection, StatementRowsSql.dropIfThere(table));
        }
    }

    public void state(long run, String state) throws SQLException {
        Sql.update(
                connection,
                "UPDATE walferry.verification SET state = ?, detail = NULL,"
                        + " ended_at = CASE WHEN ? = 'done' THEN pg_catalog.clock_timestamp() END WHERE run = ?",
                state,
                state,
                run);
    }

    /** {@code planning}, {@code scanning}, {@code settling} or {@code done}. */
    public String state(long run) throws SQLException {
        return Sql.one(
                        connection,
                        "SELECT state FROM walferry.verification WHERE run = ?",
                        row -> row.getString(1),
                        run)
                .orElseThrow(() -> new SQLException("run " + run + " is gone from walferry.verification", "P0002"));
    }

    void detail(long run, String words) throws SQLException {
        Sql.update(connection, "UPDATE walferry.verification SET detail = ? WHERE run = ?", words, run);
    }

    /** Begins a transaction that holds a chunk which nobody else holds, the largest first; empty if there is none. */
    Optional<Chunk> claim(long run) throws SQLException {
        connection.setAutoCommit(false);
        return Sql.one(
                connection,
                "SELECT number, chunk, lower, upper FROM walferry.verification_chunk WHERE run = ? AND done_at IS NULL"
                        + " ORDER BY weight DESC, number, chunk LIMIT 1 FOR UPDATE SKIP LOCKED",
                row -> new Chunk(row.getInt(1), row.getInt(2), Sql.texts(row, 3), Sql.texts(row, 4)),
                run);
    }

    /** Ends the transaction of {@link #claim}: the chunk is done, and its suspects are known. */
    void done(long run, Chunk chunk, ChunkVerifier.Result result, long elapsedMs) throws SQLException {
        Sql.update(
                connection,
                "UPDATE walferry.verification_chunk SET source_rows = ?, target_rows = ?, suspects = ?,"
                        + " started_at = pg_catalog.clock_timestamp() - ? * pg_catalog.interval '1 millisecond',"
                        + " done_at = pg_catalog.clock_timestamp() WHERE run = ? AND number = ? AND chunk = ?",
                result.sourceRows(),
                result.targetRows(),
                result.suspects(),
                elapsedMs,
                run,
                chunk.table(),
                chunk.number());
        commit();
    }

    void begin() throws SQLException {
        connection.setAutoCommit(false);
    }

    void commit() throws SQLException {
        connection.commit();
        connection.setAutoCommit(true);
    }

    void rollback() throws SQLException {
        if (!connection.isClosed() && !connection.getAutoCommit()) {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    /** Of the structure: what is not as it should be. Replaces what an interrupted attempt had entered. */
    public void objects(long run, List<VerificationReport.ObjectDifference> differences) throws SQLException {
        found.objects(run, differences);
    }

    /** All that the run has found so far. */
    public VerificationReport report(long run) throws SQLException {
        return ReportReader.read(connection, run, true);
    }

    /** The same without single rows. */
    public VerificationReport progress(long run) throws SQLException {
        return ReportReader.read(connection, run, false);
    }

    /** The task's newest run, of those that compare all. */
    public Optional<Long> newest(String task) throws SQLException {
        return Sql.one(
                connection,
                "SELECT max(run) FROM walferry.verification WHERE task = ? AND definition <> ? HAVING count(*) > 0",
                row -> row.getLong(1),
                task,
                CHANGES);
    }

    /**
     * Whether all writers of the task have committed everything before a position of the source's WAL: by their own positions, or
     * by what the slot may have been acknowledged for. Changes of a table that waits to be loaded anew come with its load.
     */
    boolean passed(String task, long lsn) throws SQLException {
        return Sql.one(
                        connection,
                        "SELECT NOT EXISTS (SELECT FROM walferry.reload WHERE task = ? AND state = 'waiting') AND ("
                                + "COALESCE((SELECT safe_lsn FROM walferry.task WHERE task = ?) >= ?::pg_catalog.pg_lsn, false)"
                                + " OR COALESCE((SELECT min(commit_lsn - '0/0'::pg_catalog.pg_lsn) FROM walferry.progress"
                                + " WHERE task = ?) >= ?::pg_catalog.pg_lsn - '0/0'::pg_catalog.pg_lsn, false))",
                        row -> row.getBoolean(1),
                        task,
                        task,
                        Lsn.format(lsn),
                        task,
                        Lsn.format(lsn))
                .orElse(false);
    }

    /** What a dry run would have written, as statements that do nothing where a row has changed since. */
    public List<String> repairScript(VerifySettings settings) throws SQLException {
        return RepairScript.of(connection, settings);
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
