package io.walferry.job.verify;

/**
 * A row, or rows with the same identity, that both sides did not have alike when they were looked at: the target first, then the
 * source.
 *
 * @param lsn a position of the source's WAL behind everything that the look at the source saw
 * @param snapshot text of the snapshot of that look
 * @param repairs rows that were written to mend it; 0: none yet
 */
record Suspect(int table, String identity, RowState source, RowState target, long lsn, String snapshot, int repairs) {

    DifferenceKind kind() {
        if (source.rows() == target.rows()) {
            return DifferenceKind.DIFFERENT;
        }
        return source.rows() > target.rows() ? DifferenceKind.MISSING : DifferenceKind.EXTRA;
    }

    /** Rows that are missing, extra or different. */
    long rows() {
        return kind() == DifferenceKind.DIFFERENT ? source.rows() : Math.abs(source.rows() - target.rows());
    }

    /** What was seen before says nothing any more. */
    Suspect afterRepair() {
        return new Suspect(
                table, identity, RowState.UNKNOWN, RowState.ABSENT, lsn, snapshot, (int) Math.min(rows(), 1 << 30));
    }
}
