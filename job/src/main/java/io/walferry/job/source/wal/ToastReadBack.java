package io.walferry.job.source.wal;

import static io.walferry.job.sql.Identifier.literal;
import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import io.walferry.job.jdbc.Database;
import io.walferry.job.model.Column;
import io.walferry.job.model.TableSchema;
import io.walferry.job.source.wal.PgOutputHandler.OldTuple;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.postgresql.copy.CopyOut;

/**
 * Fetches from the source what an update that changed the key did not log: values stored apart (TOAST) that it left as they
 * were. The row is looked up by its new key, as it is now: had a later change touched a value, that change brings it again.
 * COPY gives the texts that the stream would have. Its connection opens with the first need.
 */
final class ToastReadBack implements AutoCloseable {

    /** A commit record can be in the WAL for as long before the commit shows as a synchronous standby takes to confirm it. */
    private static final long VISIBLE_WITHIN_MS = 5 * 60_000;

    private static final long POLL_MS = 2;

    /** No such schema, table, column, type or operator: the table, or a type, has changed since. */
    private static final Set<String> CHANGED = Set.of("3F000", "42P01", "42703", "42704", "42883", "22P02");

    private static final long REUSE_WITHIN_NANOS = 60_000_000_000L;

    private final Database source;
    private final Pause pause;
    private Connection connection;
    private long usedNanos;

    ToastReadBack(Database source, Pause pause) {
        this.source = source;
        this.pause = pause;
    }

    /**
     * The values, by column, {@code null} for NULL, of those columns that neither {@code row} nor {@code old} has.
     *
     * @param xid of the change's transaction, which may not show yet
     * @return empty if no row has the key any more
     */
    Optional<byte[][]> read(RelationPlan plan, OldTuple oldKind, Tuple old, Tuple row, int xid)
            throws SQLException, InterruptedException {
        connect();
        awaitVisible(xid);
        int[] wanted = IntStream.range(0, row.columns())
                .filter(column -> plan.wants(column) && row.isUnchanged(column) && !plan.has(oldKind, old, column))
                .toArray();
        List<Column> columns = plan.schema().storedColumns();
        List<String> names = IntStream.of(wanted)
                .mapToObj(column -> columns.get(column).name())
                .toList();
        List<String> key = IntStream.of(plan.key())
                .mapToObj(column ->
                        new String((row.isUnchanged(column) ? old : row).text(column), StandardCharsets.UTF_8))
                .toList();
        byte[] line = copyLine(plan.schema(), copySql(plan.schema(), names, key));
        if (line == null) {
            return Optional.empty();
        }
        List<byte[]> values = CopyLine.split(line);
        byte[][] byColumn = new byte[row.columns()][];
        for (int i = 0; i < wanted.length; i++) {
            byColumn[wanted[i]] = values.get(i);
        }
        return Optional.of(byColumn);
    }

    static String copySql(TableSchema table, List<String> columns, List<String> key) {
        String where = IntStream.range(0, key.size())
                .mapToObj(i -> {
                    Column column = table.columns().stream()
                            .filter(candidate ->
                                    candidate.name().equals(table.key().get(i)))
                            .findFirst()
                            .orElseThrow();
                    return quoted(column.name()) + " = " + literal(key.get(i)) + "::" + column.bareType();
                })
                .collect(Collectors.joining(" AND "));
        return "COPY (SELECT %s FROM %s%s WHERE %s LIMIT 1) TO STDOUT"
                .formatted(quoted(columns), table.partitioned() ? "" : "ONLY ", quoted(table.id()), where);
    }

    /** Key changes are rare, and a connection that was idle for long may have been cut on the way. */
    private void connect() throws SQLException {
        long now = System.nanoTime();
        if (connection != null && now - usedNanos > REUSE_WITHIN_NANOS) {
            connection.close();
            connection = null;
        }
        if (connection == null) {
            connection = source.open();
        }
        usedNanos = now;
    }

    private byte[] copyLine(TableSchema table, String sql) throws SQLException {
        try {
            CopyOut copy = Database.driver(connection).getCopyAPI().copyOut(sql);
            byte[] line = copy.readFromCopy();
            for (byte[] more = line; more != null; ) {
                more = copy.readFromCopy();
            }
            return line;
        } catch (SQLException e) {
            if (FailureKind.of(e) == FailureKind.TRANSIENT) {
                throw e;
            }
            if (CHANGED.contains(String.valueOf(e.getSQLState()))) {
                throw new StructureChangedException(
                        table,
                        "large values of a changed row could not be read back (SQLSTATE " + e.getSQLState() + ")");
            }
            // The statement, and with it the server's message, has the key's values.
            throw new SyncException(
                    FailureKind.NEEDS_OPERATOR,
                    "source table " + table.id(),
                    "a key was changed, and the row's large values could not be read back (SQLSTATE " + e.getSQLState()
                            + ")",
                    "Let the task's role SELECT from it");
        }
    }

    private void awaitVisible(int xid) throws SQLException, InterruptedException {
        long deadline = System.nanoTime() + VISIBLE_WITHIN_MS * 1_000_000L;
        while (!currentSnapshot().sees(xid)) {
            if (System.nanoTime() > deadline) {
                throw new SyncException(
                        FailureKind.TRANSIENT,
                        "source " + source.address(),
                        "transaction " + Integer.toUnsignedString(xid) + " is in the changelog, and after "
                                + VISIBLE_WITHIN_MS / 60_000 + " minutes other sessions still do not see it",
                        "It waits for a synchronous standby: see pg_stat_replication at the source");
            }
            pause.millis(POLL_MS);
        }
    }

    private SnapshotVisibility currentSnapshot() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_catalog.txid_current_snapshot()::pg_catalog.text")) {
            row.next();
            return SnapshotVisibility.parse(row.getString(1));
        }
    }

    @Override
    public void close() throws SQLException {
        if (connection != null) {
            connection.close();
        }
    }
}
