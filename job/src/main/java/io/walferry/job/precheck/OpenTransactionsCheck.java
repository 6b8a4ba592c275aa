package io.walferry.job.precheck;

import static io.walferry.job.sql.Identifier.literal;

import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.Finding;
import io.walferry.job.failure.Finding.Side;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Which transactions the creation of the slot would have to wait for: of all databases of the source. */
final class OpenTransactionsCheck implements Check {

    /** Shorter ones will have ended by themselves. */
    private static final int LONG_SECONDS = 10;

    @Override
    public CheckItem item() {
        return CheckItem.OPEN_TRANSACTIONS;
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.SOURCE);
    }

    @Override
    public List<Finding> run(CheckContext context) throws SQLException {
        String reason = "the slot is not there before every transaction that was open before it has ended";
        List<Finding> findings = new ArrayList<>(Query.all(
                context.source(),
                "SELECT pid, usename, datname, EXTRACT(EPOCH FROM pg_catalog.clock_timestamp() - xact_start)::bigint"
                        + " FROM pg_catalog.pg_stat_activity WHERE backend_xid IS NOT NULL"
                        + " AND xact_start < pg_catalog.clock_timestamp() - pg_catalog.make_interval(secs => ?)"
                        + " ORDER BY xact_start LIMIT 10",
                row -> Finding.warning(
                                context.where(Side.SOURCE),
                                "process " + row.getInt(1) + " of " + row.getString(2) + " in database "
                                        + row.getString(3) + " has had a writing transaction open for "
                                        + row.getLong(4) + " s",
                                "Let it end, or end its session")
                        .because(reason)
                        .atSource("SELECT pg_catalog.pg_terminate_backend(" + row.getInt(1) + ")"),
                LONG_SECONDS));
        findings.addAll(Query.all(
                context.source(),
                "SELECT gid, database, owner FROM pg_catalog.pg_prepared_xacts ORDER BY prepared LIMIT 10",
                row -> Finding.warning(
                                context.where(Side.SOURCE),
                                "transaction " + row.getString(1) + " of " + row.getString(3) + " in database "
                                        + row.getString(2) + " is prepared and has not ended",
                                "Commit it or roll it back, in its database, if its coordinator has forgotten it")
                        .because(reason)
                        .atSource(
                                "ROLLBACK PREPARED " + literal(row.getString(1)).strip())));
        return findings;
    }
}
