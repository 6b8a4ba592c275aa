package io.walferry.job.source.wal;

import io.walferry.job.failure.FailureKind;
import io.walferry.job.model.ChangePosition;
import io.walferry.job.model.TableSchema;
import io.walferry.job.sql.ReloadSql;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Gives tables at the target the form that they have at the source, which may be one that the stream has yet to come to: the rows that
 * are there need not fit it, and what it needs may not be there yet. Remembers what was refused, so that nothing is waited for that the
 * stream does not bring.
 */
final class NewForm {

    /**
     * @param lsn the source's when it was seen
     * @param table as the stream knew it; empty if it did not
     */
    private record Refusal(long lsn, Optional<TableSchema> table, List<String> statements) {}

    /** By OID. */
    private final Map<Long, Refusal> refusals = new HashMap<>();

    /**
     * Runs the statements in the load's transaction.
     *
     * @param former the table as the target has it; empty if there is none, or none any more
     */
    void give(Connection writing, Optional<TableSchema> former, List<String> statements) throws SQLException {
        execute(writing, List.of(TableReload.LOCK_TIMEOUT, "SET LOCAL check_function_bodies = off"));
        if (former.filter(TableFill::isAlone).isEmpty()) {
            execute(writing, statements);
        } else if (!statements.isEmpty()) {
            executeForNewRows(writing, former.get(), statements);
        }
    }

    /** The rows that are there are replaced. Where others refer to the table, it may be just its rows that the statements need. */
    private static void executeForNewRows(Connection writing, TableSchema former, List<String> statements)
            throws SQLException {
        boolean referenced = TableFill.referenced(writing, former);
        List<String> emptied = new ArrayList<>(
                referenced ? List.of(ReloadSql.deleteRows(former.mapping())) : Steps.emptySql(List.of(former), false));
        emptied.addAll(statements);
        Savepoint before = writing.setSavepoint();
        try {
            execute(writing, referenced ? statements : emptied);
        } catch (SQLException e) {
            if (FailureKind.of(e) != FailureKind.REJECTED_ROW) {
                throw e;
            }
            writing.rollback(before);
            execute(writing, referenced ? emptied : statements);
        }
    }

    void isGiven(long oid) {
        refusals.remove(oid);
    }

    /**
     * Returns if the refusal does not pass: it is of what was refused before, and the stream has brought all that had been seen then.
     *
     * @param lsn the source's when the form was seen
     * @param position of the stream
     * @throws AheadOfStreamException if the stream may have to come to something first
     */
    void requireFinal(
            long oid,
            Optional<TableSchema> former,
            List<String> statements,
            long lsn,
            ChangePosition position,
            SQLException refused)
            throws AheadOfStreamException {
        if (FailureKind.of(refused) == FailureKind.TRANSIENT) {
            return;
        }
        Refusal before = refusals.get(oid);
        boolean same = before != null
                && before.table().equals(former)
                && before.statements().equals(statements);
        if (same && Long.compareUnsigned(position.commitLsn() + 1, before.lsn()) >= 0) {
            return;
        }
        if (!same) {
            refusals.put(oid, new Refusal(lsn, former, statements));
        }
        throw new AheadOfStreamException(
                "the target refuses the form that it has by now (SQLSTATE " + refused.getSQLState() + ")");
    }

    private static void execute(Connection connection, List<String> statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
