package io.walferry.job.verify;

import io.walferry.job.jdbc.Database;
import io.walferry.job.model.Lsn;
import io.walferry.job.model.TableId;
import io.walferry.job.sql.StatementRowsSql;
import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The records of runs at the target, {@code walferry.verification…}, over one connection that the ledger owns. A chunk is claimed
 * by a lock on its row and entered as done, with its suspects, in the same transaction: whoever dies with it gives it back, and
 * what is done is never done again.
 */
public final class VerificationLedger implements AutoCloseable {

    private static final int RUNS_KEPT = 20;
    private static final int SUSPECTS_PER_STATEMENT = 1_000;

    private final Connection connection;

    /** @param connection in autocommit mode */
    public VerificationLedger(Connection connection) {
        this.connection = connection;
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

    /** The newest run of the task that has not ended and compares the same in the same way. */
    public Optional<Long> unfinished(String task, String definition) throws SQLException {
        return Sql.one(
                connection,
                "SELECT run FROM walferry.verification WHERE task = ? AND definition = ? AND state <> 'done'"
                        + " AND run = (SELECT max(run) FROM walferry.verification WHERE task = ?)",
                row -> row.getLong(1),
                task,
                definition,
                task);
    }

    /** Begins a run; forgets what is long past. */
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
        Sql.update(
                connection,
                "DELETE FROM walferry.verification WHERE task = ? AND run NOT IN (SELECT run FROM walferry.verification"
                        + " WHERE task = ? ORDER BY run DESC LIMIT ?)",
                task,
                task,
                RUNS_KEPT);
        Sql.update(
                connection,
                "DELETE FROM walferry.verification_suspect WHERE run IN"
                        + " (SELECT run FROM walferry.verification WHERE task = ?)",
                task);
        return run;
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
        for (String table : Sql.all(connection, StatementRowsSql.leftovers(), row -> row.getString(1), run, task)) {
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

    /** Collects suspects and enters many at once; {@link #flush} the rest. */
    final class NewSuspects implements ChunkVerifier.Suspects {

        private final long run;
        private final int look;
        private final List<Suspect> waiting = new ArrayList<>();

        NewSuspects(long run, int look) {
            this.run = run;
            this.look = look;
        }

        @Override
        public void add(Suspect suspect) throws SQLException {
            waiting.add(suspect);
            if (waiting.size() >= SUSPECTS_PER_STATEMENT) {
                flush();
            }
        }

        void flush() throws SQLException {
            if (waiting.isEmpty()) {
                return;
            }
            StringBuilder lines = new StringBuilder();
            for (Suspect suspect : waiting) {
                lines.append(run).append('\t').append(suspect.table()).append('\t');
                escape(suspect.identity(), lines);
                lines.append('\t').append(suspect.source().text());
                lines.append('\t').append(suspect.target().text());
                lines.append('\t').append(Lsn.format(suspect.lsn()));
                lines.append('\t').append(suspect.snapshot());
                lines.append('\t')
                        .append(look)
                        .append('\t')
                        .append(suspect.repairs())
                        .append('\n');
            }
            waiting.clear();
            try {
                // There may be millions of them.
                Database.driver(connection)
                        .getCopyAPI()
                        .copyIn(
                                "COPY walferry.verification_suspect (run, number, identity, source, target, lsn, snapshot, look,"
                                        + " repairs) FROM STDIN",
                                new StringReader(lines.toString()));
            } catch (IOException e) {
                throw new SQLException("suspects could not be entered", "08006", e);
            }
        }
    }

    private static void escape(String text, StringBuilder line) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\\' -> line.append("\\\\");
                case '\t' -> line.append("\\t");
                case '\n' -> line.append("\\n");
                case '\r' -> line.append("\\r");
                default -> line.append(c);
            }
        }
    }

    /** The look that the suspects wait for, from 1. */
    int look(long run) throws SQLException {
        return Sql.one(connection, "SELECT look FROM walferry.verification WHERE run = ?", row -> row.getInt(1), run)
                .orElse(0);
    }

    void look(long run, int look) throws SQLException {
        Sql.update(connection, "UPDATE walferry.verification SET look = ? WHERE run = ?", look, run);
    }

    /** How many suspects there are that have been looked at fewer times, and the highest of their positions. */
    record Waiting(long suspects, long lsn) {}

    Waiting waiting(long run, int look) throws SQLException {
        return Sql.one(
                        connection,
                        "SELECT count(*), max(lsn - '0/0'::pg_catalog.pg_lsn)::pg_catalog.int8"
                                + " FROM walferry.verification_suspect WHERE run = ? AND look < ?",
                        row -> new Waiting(row.getLong(1), row.getLong(2)),
                        run,
                        look)
                .orElseThrow();
    }

    /** Some suspects of a table, and the place of the last of them. */
    record Taken(List<Suspect> suspects, long last) {}

    /**
     * Takes some suspects of a table that have been looked at fewer times out of the records, in the current transaction.
     *
     * @param after the place of the last that was taken before: what was taken would else be passed by again each time
     */
    Taken take(long run, ComparedTable table, int look, long after, int limit) throws SQLException {
        long[] last = {after};
        List<Suspect> suspects = Sql.all(
                connection,
                "DELETE FROM walferry.verification_suspect WHERE run = ? AND number = ? AND position = ANY (ARRAY("
                        + "SELECT position FROM walferry.verification_suspect WHERE run = ? AND number = ? AND look < ?"
                        + " AND position > ? ORDER BY position LIMIT ?))"
                        + " RETURNING identity, source, target, lsn::pg_catalog.text, snapshot, repairs, position",
                row -> {
                    last[0] = Math.max(last[0], row.getLong(7));
                    return new Suspect(
                            table.number(),
                            row.getString(1),
                            RowState.of((Long[]) row.getArray(2).getArray()),
                            RowState.of((Long[]) row.getArray(3).getArray()),
                            Lsn.parse(row.getString(4)),
                            row.getString(5),
                            row.getInt(6));
                },
                run,
                table.number(),
                run,
                table.number(),
                look,
                after,
                limit);
        return new Taken(suspects, last[0]);
    }

    /** Counts rows of a kind for a table; the column is {@code different}, {@code unsettled}, …. */
    void count(long run, ComparedTable table, String column, long rows) throws SQLException {
        if (rows != 0) {
            Sql.update(
                    connection,
                    "UPDATE walferry.verification_table SET " + column + " = " + column
                            + " + ? WHERE run = ? AND number = ?",
                    rows,
                    run,
                    table.number());
        }
    }

    long keptOf(long run, ComparedTable table) throws SQLException {
        return Sql.one(
                        connection,
                        "SELECT count(*) FROM walferry.verification_difference WHERE run = ? AND number = ?",
                        row -> row.getLong(1),
                        run,
                        table.number())
                .orElse(0L);
    }

    void keep(
            long run,
            ComparedTable table,
            Suspect suspect,
            List<String> columns,
            List<String> sourceValues,
            List<String> targetValues)
            throws SQLException {
        Sql.update(
                connection,
                "INSERT INTO walferry.verification_difference (run, number, identity, kind, rows, columns, source_values,"
                        + " target_values, lsn) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?::pg_catalog.pg_lsn)",
                run,
                suspect.table(),
                table.shown(suspect.identity()),
                suspect.kind().label(),
                suspect.rows(),
                columns,
                sourceValues,
                targetValues,
                Lsn.format(suspect.lsn()));
    }

    void repaired(long run, ComparedTable table, Suspect suspect) throws SQLException {
        Sql.update(
                connection,
                "UPDATE walferry.verification_difference SET repaired = true"
                        + " WHERE run = ? AND number = ? AND identity = ?",
                run,
                suspect.table(),
                table.shown(suspect.identity()));
    }

    /** Of the structure: what is not as it should be. Replaces what an interrupted attempt had entered. */
    public void objects(long run, List<VerificationReport.ObjectDifference> differences) throws SQLException {
        Sql.update(connection, "DELETE FROM walferry.verification_object WHERE run = ?", run);
        for (VerificationReport.ObjectDifference difference : differences) {
            Sql.update(
                    connection,
                    "INSERT INTO walferry.verification_object (run, object, what, statements, repaired, detail)"
                            + " VALUES (?, ?, ?, ?, ?, ?)",
                    run,
                    difference.object(),
                    difference.what(),
                    difference.statements(),
                    difference.repaired().orElse(null),
                    difference.detail());
        }
    }

    /** All that the run has found so far. */
    public VerificationReport report(long run) throws SQLException {
        return ReportReader.read(connection, run, true);
    }

    /** The same without single rows. */
    public VerificationReport progress(long run) throws SQLException {
        return ReportReader.read(connection, run, false);
    }

    /** The task's newest run. */
    public Optional<Long> newest(String task) throws SQLException {
        return Sql.one(
                connection,
                "SELECT max(run) FROM walferry.verification WHERE task = ? HAVING count(*) > 0",
                row -> row.getLong(1),
                task);
    }

    /**
     * Whether all writers of the task have committed everything before a position of the source's WAL: by their own positions, or
     * by what the slot may have been acknowledged for.
     */
    boolean passed(String task, long lsn) throws SQLException {
        return Sql.one(
                        connection,
                        "SELECT COALESCE((SELECT safe_lsn FROM walferry.task WHERE task = ?) >= ?::pg_catalog.pg_lsn, false)"
                                + " OR COALESCE((SELECT min(commit_lsn - '0/0'::pg_catalog.pg_lsn) FROM walferry.progress"
                                + " WHERE task = ?) >= ?::pg_catalog.pg_lsn - '0/0'::pg_catalog.pg_lsn, false)",
                        row -> row.getBoolean(1),
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

    /** Enters what a repair has written, in the current transaction of another connection. */
    static void logRepair(
            Connection connection,
            VerifySettings settings,
            TableId table,
            Suspect suspect,
            String action,
            String before,
            String after)
            throws SQLException {
        Sql.update(
                connection,
                "INSERT INTO walferry.repair (run, task, table_schema, table_name, identity, action, rows, before, after, lsn,"
                        + " dry_run) VALUES (?, ?, ?, ?, ?, ?, ?, ?::pg_catalog.jsonb, ?::pg_catalog.jsonb,"
                        + " ?::pg_catalog.pg_lsn, ?)",
                settings.run(),
                settings.task(),
                table.schema(),
                table.name(),
                suspect.identity(),
                action,
                suspect.rows(),
                before,
                after,
                Lsn.format(suspect.lsn()),
                settings.repair() != VerifySettings.RepairMode.WRITE);
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
