package io.walferry.job.source.snapshot;

import io.walferry.job.model.ChunkId;
import io.walferry.job.model.Column;
import io.walferry.job.model.TableSchema;
import io.walferry.job.source.TargetSide.PlannedChunk;
import io.walferry.job.sql.SnapshotSql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Cuts a table into chunks of about equal size, along its key. Bounds come from a sample of the table's pages and are chosen,
 * ordered and made distinct by the server itself, in the key types' own order.
 */
public final class ChunkPlanner {

    /**
     * A table cut into chunks.
     *
     * @param chunks in order, at least one; together they are the whole table
     * @param estimatedRows for progress only
     */
    public record Plan(List<PlannedChunk> chunks, long estimatedRows) {

        public Plan {
            chunks = List.copyOf(chunks);
        }
    }

    /** No order, no operator, or no such operator in a row comparison: only a special index class can order the type. */
    private static final Set<String> NO_ORDER = Set.of("42883", "42809", "0A000");

    private final Connection source;
    private final long chunkRows;

    /**
     * @param source in autocommit mode; used by nobody else meanwhile
     * @param chunkRows rows per chunk, about
     */
    public ChunkPlanner(Connection source, long chunkRows) {
        if (chunkRows < 1) {
            throw new IllegalArgumentException("rows per chunk: " + chunkRows);
        }
        this.source = source;
        this.chunkRows = chunkRows;
    }

    /** Plans the table's load; one chunk for a small table, and for one that needs a single snapshot. */
    public Plan plan(TableSchema table) throws SQLException {
        try (Statement statement = source.createStatement()) {
            statement.execute(SnapshotSql.BEGIN);
            try {
                return plan(statement, table);
            } finally {
                statement.execute("ROLLBACK");
            }
        }
    }

    private Plan plan(Statement statement, TableSchema table) throws SQLException {
        long pages;
        long rows;
        long unknownPages;
        try (ResultSet size = statement.executeQuery(SnapshotSql.size(table))) {
            size.next();
            pages = size.getLong(1);
            rows = size.getLong(2);
            unknownPages = size.getLong(3);
        }
        if (unknownPages > 0) {
            // Never analyzed, in part at least: what statistics say of the rest is not needed then.
            rows = countBySample(statement, table, pages);
        }
        int chunks = tellsRowsApart(table) ? Sampling.chunks(rows, chunkRows) : 1;
        return new Plan(chunksBetween(table, chunks > 1 ? bounds(statement, table, pages, chunks) : List.of()), rows);
    }

    private static long countBySample(Statement statement, TableSchema table, long pages) throws SQLException {
        double percent = Sampling.percentForDensity(pages);
        try (ResultSet sampled = statement.executeQuery(SnapshotSql.sampledRows(table, percent))) {
            sampled.next();
            return Math.round(sampled.getLong(1) * 100 / percent);
        }
    }

    private static List<List<String>> bounds(Statement statement, TableSchema table, long pages, int chunks)
            throws SQLException {
        try {
            return boundsInOrder(statement, table, pages, chunks);
        } catch (SQLException e) {
            if (NO_ORDER.contains(e.getSQLState())) {
                return List.of();
            }
            throw e;
        }
    }

    private static List<List<String>> boundsInOrder(Statement statement, TableSchema table, long pages, int chunks)
            throws SQLException {
        if (SnapshotSql.needsKeyOperators(table)) {
            statement.execute(SnapshotSql.searchKeyOperators(table));
        }
        List<List<String>> bounds = new ArrayList<>(chunks - 1);
        try (ResultSet keys =
                statement.executeQuery(SnapshotSql.bounds(table, Sampling.percentForBounds(pages, chunks), chunks))) {
            while (keys.next()) {
                List<String> bound = new ArrayList<>(table.key().size());
                for (int i = 1; i <= table.key().size(); i++) {
                    bound.add(keys.getString(i));
                }
                bounds.add(bound);
            }
        }
        if (!bounds.isEmpty()) {
            statement.execute(SnapshotSql.checkRange(table, bounds.get(0)));
        }
        return bounds;
    }

    /** A row whose key has a NULL would be in no range. */
    private static boolean tellsRowsApart(TableSchema table) {
        return !table.loadedFromOneSnapshot()
                && table.columns().stream()
                        .filter(column -> table.key().contains(column.name()))
                        .allMatch(Column::notNull);
    }

    private static List<PlannedChunk> chunksBetween(TableSchema table, List<List<String>> bounds) {
        List<PlannedChunk> chunks = new ArrayList<>(bounds.size() + 1);
        List<String> lower = List.of();
        for (List<String> upper : bounds) {
            chunks.add(new PlannedChunk(new ChunkId(table.id(), chunks.size()), lower, upper));
            lower = upper;
        }
        chunks.add(new PlannedChunk(new ChunkId(table.id(), chunks.size()), lower, List.of()));
        return chunks;
    }
}
