package io.walferry.job.verify;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a run has found.
 *
 * @param settings in words
 * @param state {@code planning}, {@code scanning}, {@code settling} or {@code done}
 * @param detail what it is doing in this moment; empty: nothing to tell
 * @param ended empty: it has not
 * @param objects of the structure, what is not as it should be
 */
public record VerificationReport(
        long run,
        String task,
        String settings,
        String state,
        String detail,
        Instant started,
        Optional<Instant> ended,
        List<Table> tables,
        List<Difference> differences,
        List<ObjectDifference> objects) {

    public VerificationReport {
        tables = List.copyOf(tables);
        differences = List.copyOf(differences);
        objects = List.copyOf(objects);
    }

    /**
     * A table of the target.
     *
     * @param estimatedRows of the source, before anything was counted
     * @param sourceRows compared so far
     * @param unsettled rows that changed all the time
     * @param repaired of those that differed, rows that were written and then found equal
     * @param seconds that its chunks took, added up
     */
    public record Table(
            int number,
            String name,
            String source,
            String note,
            long estimatedRows,
            int chunks,
            int chunksDone,
            long sourceRows,
            long targetRows,
            long different,
            long missing,
            long extra,
            long unsettled,
            long repaired,
            double seconds) {

        public long found() {
            return different + missing + extra;
        }

        public boolean checked() {
            return chunksDone == chunks;
        }

        public double rowsPerSecond() {
            return seconds > 0 ? sourceRows / seconds : 0;
        }
    }

    /**
     * A row that differs.
     *
     * @param identity texts of the key as an array, or without a key a hash of the row
     * @param rows more than 1 only without a key
     * @param columns those that differ, or all of a row that one side lacks
     * @param sourceValues texts, shortened; null: NULL or no row
     * @param targetValues the same
     */
    public record Difference(
            int table,
            String tableName,
            String identity,
            String kind,
            long rows,
            List<String> columns,
            List<String> sourceValues,
            List<String> targetValues,
            String lsn,
            boolean repaired,
            Instant found) {}

    /**
     * Something of the structure.
     *
     * @param statements that make it right at the target; none are known for some
     * @param repaired empty: not tried
     * @param detail why it could not be repaired
     */
    public record ObjectDifference(
            String object, String what, List<String> statements, Optional<Boolean> repaired, String detail) {
        public ObjectDifference {
            statements = List.copyOf(statements);
        }
    }

    public boolean done() {
        return state.equals("done");
    }

    /** Rows that differ and have not been repaired. */
    public long differingRows() {
        return tables.stream()
                .mapToLong(table -> table.found() - table.repaired())
                .sum();
    }

    /** Objects that differ and have not been repaired. */
    public long differingObjects() {
        return objects.stream()
                .filter(object -> !object.repaired().orElse(false))
                .count();
    }

    /** Whether the target is as it should be now. */
    public boolean equal() {
        return done() && differingRows() == 0 && differingObjects() == 0;
    }

    /** Whether all that there is to check was checked. */
    public boolean complete() {
        return done() && tables.stream().allMatch(Table::checked);
    }

    public long sourceRows() {
        return tables.stream().mapToLong(Table::sourceRows).sum();
    }

    /** Since the run began, until it ended or now. */
    public double elapsedSeconds() {
        return java.time.Duration.between(started, ended.orElseGet(Instant::now))
                        .toMillis()
                / 1000.0;
    }
}
