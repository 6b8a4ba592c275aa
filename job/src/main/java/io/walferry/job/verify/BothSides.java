package io.walferry.job.verify;

import io.walferry.job.jdbc.Database;
import io.walferry.job.sql.ComparedRows;
import io.walferry.job.sql.StatementRowsSql;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A connection to each side, in autocommit mode, for one thread; both can work at the same time. The rows that the target should
 * have are at the source, or for a table with a statement at the target, where {@link StatementRows} has made them.
 */
final class BothSides implements AutoCloseable {

    private static final int JIT_SINCE = 11;

    private final Connection source;
    private final Connection target;
    private final Connection made;
    private final StatementRows statements;
    private final ExecutorService other = Executors.newSingleThreadExecutor(work -> {
        Thread thread = new Thread(work, "walferry-verify-source");
        thread.setDaemon(true);
        return thread;
    });

    /** What one side answers. */
    record Answers<T>(T source, T target) {}

    /** Rows of both sides by identity, and when they were so at the source. */
    record Look(Map<String, RowState> source, Map<String, RowState> target, SourceMoment moment) {}

    /** Rows of the source by identity, as of one snapshot. */
    record SourceRows(Map<String, RowState> states, Map<String, RowLookup.Values> values) {}

    /** Asks over a connection. */
    @FunctionalInterface
    interface Question<T> {
        T ask(Connection connection) throws SQLException;
    }

    private BothSides(Connection source, Connection target, Connection made, StatementRows statements) {
        this.source = source;
        this.target = target;
        this.made = made;
        this.statements = statements;
    }

    /**
     * @param worker its name, unique in the run
     * @param lanes behind it
     */
    static BothSides open(VerifySettings settings, String worker, StatementRows.Lanes lanes) throws SQLException {
        Connection source = prepared(settings.source());
        Connection target = null;
        try {
            target = prepared(settings.target());
            boolean anyMade = settings.tables().stream().anyMatch(ComparedTable::made);
            Connection made = anyMade ? prepared(settings.target()) : null;
            return new BothSides(
                    source,
                    target,
                    made,
                    anyMade ? new StatementRows(source, made, settings.run(), worker, lanes) : null);
        } catch (SQLException e) {
            source.close();
            if (target != null) {
                target.close();
            }
            throw e;
        }
    }

    private static Connection prepared(Database database) throws SQLException {
        Connection connection = database.open();
        try (Statement statement = connection.createStatement()) {
            // Rows that are hidden would look missing.
            statement.execute("SET row_security = off");
            if (connection.getMetaData().getDatabaseMajorVersion() >= JIT_SINCE) {
                // Chunks are too small to pay for being compiled.
                statement.execute("SET jit = off");
            }
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** Where the rows of {@link #sourceRows} can be asked for. */
    Connection source(ComparedTable table) {
        return table.made() ? made : source;
    }

    Connection target() {
        return target;
    }

    /** The rows that the target should have; where they are made, those that were made last. */
    ComparedRows sourceRows(ComparedTable table) {
        return table.made() ? statements.rows(table) : table.source();
    }

    /** Of a table whose rows are made: makes those between two bounds; returns when they were so at the source. */
    SourceMoment make(ComparedTable table, List<String> lower, List<String> upper)
            throws SQLException, InterruptedException {
        return statements.make(table, lower, upper);
    }

    /** Looks at some rows: the target's, then the source's, then the source's position. */
    Look look(ComparedTable table, List<String> identities) throws SQLException, InterruptedException {
        Map<String, RowState> atTarget = RowLookup.states(target, table.targetRows(), identities);
        if (table.made()) {
            SourceMoment moment = statements.make(table, identities);
            return new Look(RowLookup.states(made, sourceRows(table), identities), atTarget, moment);
        }
        Map<String, RowState> atSource = RowLookup.states(source, table.source(), identities);
        return new Look(atSource, atTarget, SourceMoment.now(source));
    }

    /** Some rows of the source with their values; where they are made, those that can be. */
    SourceRows read(ComparedTable table, List<String> identities) throws SQLException, InterruptedException {
        if (table.made()) {
            statements.make(table, identities);
        }
        Connection asked = source(table);
        ComparedRows rows = table.made() ? StatementRowsSql.withoutLetters(sourceRows(table)) : sourceRows(table);
        asked.setAutoCommit(false);
        try (Statement statement = asked.createStatement()) {
            statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
            return new SourceRows(RowLookup.states(asked, rows, identities), RowLookup.values(asked, rows, identities));
        } finally {
            asked.rollback();
            asked.setAutoCommit(true);
        }
    }

    /** Asks both at once. */
    <T> Answers<T> ask(ComparedTable table, Question<T> ofSource, Question<T> ofTarget)
            throws SQLException, InterruptedException {
        Callable<T> asking = () -> ofSource.ask(source(table));
        Future<T> answer = other.submit(asking);
        T fromTarget = ofTarget.ask(target);
        try {
            return new Answers<>(answer.get(), fromTarget);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SQLException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    @Override
    public void close() throws SQLException {
        other.shutdownNow();
        try {
            source.close();
        } finally {
            try {
                target.close();
            } finally {
                if (made != null) {
                    made.close();
                }
            }
        }
    }
}
