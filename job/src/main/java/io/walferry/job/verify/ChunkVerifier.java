package io.walferry.job.verify;

import io.walferry.job.sql.ComparedRows;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compares a chunk of a table: number and checksum of its rows, which the databases compute; if those differ, the same for
 * buckets of about a thousand rows, into which identities fall by their hash; of the buckets that differ, identity and hashes
 * of each row. What is not equal then is a suspect. Neither the number of rows nor that of differences costs memory here: one
 * bucket of each side is held.
 *
 * <p>Buckets by hash, not by ranges: they need no order that both servers would have to share, so they do for every type of
 * key, and for tables without one.
 */
final class ChunkVerifier {

    private static final long ROWS_PER_BUCKET = 1_000;
    private static final int MOST_BUCKETS = 1 << 16;

    private final BothSides sides;
    private final double percent;
    private final boolean countOnly;

    /** Takes suspects. */
    @FunctionalInterface
    interface Suspects {
        void add(Suspect suspect) throws SQLException;
    }

    /** Rows that were compared. */
    record Result(long sourceRows, long targetRows, long suspects) {}

    private record Checksum(long rows, String first, String second) {
        static final Checksum NONE = new Checksum(0, "0", "0");
    }

    ChunkVerifier(BothSides sides, double percent, boolean countOnly) {
        this.sides = sides;
        this.percent = percent;
        this.countOnly = countOnly;
    }

    /**
     * Compares the rows between two bounds.
     *
     * @param lower see {@link ComparedRows#filter}
     * @param upper see {@link ComparedRows#filter}
     */
    Result verify(ComparedTable table, List<String> lower, List<String> upper, Suspects suspects)
            throws SQLException, InterruptedException {
        if (table.made()) {
            begin(sides.target());
            try {
                // Behind the target's snapshot, as always.
                SourceMoment moment = sides.make(table, lower, upper);
                begin(sides.source(table));
                return descend(table, lower, upper, differing -> compare(table, differing, moment, suspects));
            } finally {
                end(sides.target());
                end(sides.source(table));
            }
        }
        return descend(table, lower, upper, differing -> compare(table, differing, suspects));
    }

    /** Buckets that differ, and how their rows are found. */
    private record Differing(String sourceFilter, String targetFilter, int buckets, List<Integer> wanted) {}

    @FunctionalInterface
    private interface RowComparison {
        long compare(Differing differing) throws SQLException;
    }

    private Result descend(ComparedTable table, List<String> lower, List<String> upper, RowComparison rows)
            throws SQLException, InterruptedException {
        ComparedRows source = sides.sourceRows(table);
        ComparedRows target = table.targetRows();
        String sourceFilter = source.filter(lower, upper, percent);
        String targetFilter = target.filter(lower, upper, percent);
        BothSides.Answers<Checksum> whole = sides.ask(
                table,
                at -> checksum(at, countOnly ? source.count(sourceFilter) : source.checksum(sourceFilter)),
                at -> checksum(at, countOnly ? target.count(targetFilter) : target.checksum(targetFilter)));
        long sourceRows = whole.source().rows();
        long targetRows = whole.target().rows();
        // Where rows that one side alone has do not count, they may hide others behind an equal number.
        boolean numberTells = !countOnly || table.counted().size() == DifferenceKind.values().length;
        if (numberTells && whole.source().equals(whole.target())) {
            return new Result(sourceRows, targetRows, 0);
        }
        int buckets = buckets(Math.max(sourceRows, targetRows));
        List<Integer> differing = differing(table, source, sourceFilter, targetFilter, buckets);
        long found =
                differing.isEmpty() ? 0 : rows.compare(new Differing(sourceFilter, targetFilter, buckets, differing));
        return new Result(sourceRows, targetRows, found);
    }

    /** A power of two. */
    private static int buckets(long rows) {
        long wanted = Math.min(MOST_BUCKETS, Math.max(1, rows / ROWS_PER_BUCKET));
        return (int) Math.min(MOST_BUCKETS, Long.highestOneBit(wanted) * 2);
    }

    private static Checksum checksum(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return new Checksum(row.getLong(1), row.getString(2), row.getString(3));
        }
    }

    private List<Integer> differing(
            ComparedTable table, ComparedRows sourceRows, String sourceFilter, String targetFilter, int buckets)
            throws SQLException, InterruptedException {
        BothSides.Answers<Map<Integer, Checksum>> all = sides.ask(
                table,
                at -> checksums(at, sourceRows.bucketChecksums(sourceFilter, buckets)),
                at -> checksums(at, table.targetRows().bucketChecksums(targetFilter, buckets)));
        Set<Integer> numbers = new HashSet<>(all.source().keySet());
        numbers.addAll(all.target().keySet());
        List<Integer> differing = new ArrayList<>();
        for (Integer bucket : numbers) {
            Checksum source = all.source().getOrDefault(bucket, Checksum.NONE);
            Checksum target = all.target().getOrDefault(bucket, Checksum.NONE);
            if (!source.equals(target)) {
                differing.add(bucket);
            }
        }
        Collections.sort(differing);
        return differing;
    }

    private static Map<Integer, Checksum> checksums(Connection connection, String query) throws SQLException {
        Map<Integer, Checksum> checksums = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                checksums.put(rows.getInt(1), new Checksum(rows.getLong(2), rows.getString(3), rows.getString(4)));
            }
        }
        return checksums;
    }

    /** The target is read as of an earlier moment than the source, see {@link Settler}. */
    private long compare(ComparedTable table, Differing differing, Suspects suspects) throws SQLException {
        begin(sides.target());
        Connection source = sides.source(table);
        try {
            begin(source);
            return compare(table, differing, SourceMoment.now(source), suspects);
        } finally {
            end(sides.target());
            end(source);
        }
    }

    /** Both connections are in transactions. */
    private long compare(ComparedTable table, Differing differing, SourceMoment moment, Suspects suspects)
            throws SQLException {
        long found = 0;
        try (BucketStream target = new BucketStream(
                        sides.target(),
                        table.targetRows()
                                .identities(differing.targetFilter(), differing.buckets(), differing.wanted()));
                BucketStream source = new BucketStream(
                        sides.source(table),
                        sides.sourceRows(table)
                                .identities(differing.sourceFilter(), differing.buckets(), differing.wanted()))) {
            for (int bucket : differing.wanted()) {
                found += compare(table, source.bucket(bucket), target.bucket(bucket), moment, suspects);
            }
        }
        return found;
    }

    private long compare(
            ComparedTable table,
            Map<String, RowState> source,
            Map<String, RowState> target,
            SourceMoment moment,
            Suspects suspects)
            throws SQLException {
        Set<String> identities = new HashSet<>(source.keySet());
        identities.addAll(target.keySet());
        long found = 0;
        for (String identity : identities) {
            RowState there = source.getOrDefault(identity, RowState.ABSENT);
            RowState here = target.getOrDefault(identity, RowState.ABSENT);
            Suspect suspect = new Suspect(table.number(), identity, there, here, moment.lsn(), moment.snapshot(), 0);
            if (!alike(there, here) && table.counted().contains(suspect.kind())) {
                suspects.add(suspect);
                found++;
            }
        }
        return found;
    }

    private boolean alike(RowState source, RowState target) {
        return countOnly ? source.rows() == target.rows() : source.sameContent(target);
    }

    /** The first query takes the snapshot of the whole transaction. */
    private static void begin(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
            statement.execute("SELECT 1");
        }
    }

    private static void end(Connection connection) throws SQLException {
        if (!connection.isClosed() && !connection.getAutoCommit()) {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }
}
