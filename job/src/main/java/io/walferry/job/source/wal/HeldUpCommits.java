package io.walferry.job.source.wal;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * The commits of a database that wait for a synchronous standby: the changelog may have brought them long ago, perhaps to a former
 * run, and no snapshot sees them. To a role that may not read what others do ({@code pg_read_all_stats}) there are none.
 *
 * @see <a href="https://www.postgresql.org/docs/current/monitoring-stats.html">wait event SyncRep</a>
 */
final class HeldUpCommits {

    private static final String WAITING =
            """
            SELECT backend_xid::pg_catalog.text FROM pg_catalog.pg_stat_activity
            WHERE wait_event = 'SyncRep' AND datname = pg_catalog.current_database()""";

    private final List<Integer> xids;
    private final boolean known;

    private HeldUpCommits(List<Integer> xids, boolean known) {
        this.xids = xids;
        this.known = known;
    }

    /** Those that wait now; whoever does not wait any more is seen by any snapshot that is taken from here on. */
    static HeldUpCommits read(Connection connection) throws SQLException {
        List<Integer> xids = new ArrayList<>();
        boolean known = true;
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(WAITING)) {
            while (rows.next()) {
                String xid = rows.getString(1);
                if (xid == null) {
                    known = false; // COMMIT PREPARED: the transaction is not the session's own
                } else {
                    xids.add(Integer.parseUnsignedInt(xid));
                }
            }
        }
        return new HeldUpCommits(xids, known);
    }

    /** Whether each has told which transaction it is. */
    boolean isKnown() {
        return known;
    }

    boolean allSeenBy(SnapshotVisibility snapshot) {
        return known && xids.stream().allMatch(snapshot::sees);
    }
}
