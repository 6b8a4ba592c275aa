package io.walferry.job.verify;

import io.walferry.job.model.Lsn;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Set;

/**
 * A moment at the source.
 *
 * @param lsn behind the commit of everything that was visible
 * @param snapshot {@code xmin:xmax:running}
 */
record SourceMoment(long lsn, String snapshot) {

    /** A position taken at a page's end comes out behind the next page's header, where nothing can begin. */
    private static final int PAGE_BYTES = 8192;

    private static final int LONGEST_HEADER_BYTES = 40;

    /** To be asked after what is looked at, or in its transaction. */
    static SourceMoment now(Connection source) throws SQLException {
        try (Statement statement = source.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_catalog.txid_current_snapshot()::pg_catalog.text,"
                        + " pg_catalog.pg_current_wal_insert_lsn()::pg_catalog.text")) {
            row.next();
            return new SourceMoment(Lsn.parse(row.getString(2)), row.getString(1));
        }
    }

    /** The position that the task has passed when it has everything before {@link #lsn}. */
    static long reachable(long lsn) {
        long inPage = lsn % PAGE_BYTES;
        return inPage <= LONGEST_HEADER_BYTES ? lsn - inPage : lsn;
    }

    /** Whether a transaction that wrote and had not ended at the earlier moment still has not at the later one. */
    static boolean someStillRun(String earlier, String later) {
        Set<String> running = running(earlier);
        running.retainAll(running(later));
        return !running.isEmpty();
    }

    private static Set<String> running(String snapshot) {
        Set<String> running = new HashSet<>();
        String list = snapshot.substring(snapshot.lastIndexOf(':') + 1);
        for (String transaction : list.split(",")) {
            if (!transaction.isEmpty()) {
                running.add(transaction);
            }
        }
        return running;
    }
}
