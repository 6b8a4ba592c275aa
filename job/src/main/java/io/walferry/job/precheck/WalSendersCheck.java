package io.walferry.job.precheck;

import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.Finding;
import io.walferry.job.failure.Finding.Side;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** Whether the source has a WAL sender left. */
final class WalSendersCheck implements Check {

    @Override
    public CheckItem item() {
        return CheckItem.WAL_SENDERS;
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.SOURCE);
    }

    @Override
    public List<Finding> run(CheckContext context) throws SQLException {
        long most = Query.numericSetting(context.source(), "max_wal_senders");
        // The connection that was tried a moment ago may not have ended yet.
        long used = Query.number(
                context.source(),
                "SELECT count(*) FROM pg_catalog.pg_stat_replication WHERE application_name IS DISTINCT FROM ?",
                "walferry " + context.config().task());
        return used < most
                ? List.of()
                : List.of(Finding.error(
                                context.where(Side.SOURCE),
                                most == 0 ? "it has no WAL senders" : "all " + most + " WAL senders are in use",
                                "Raise max_wal_senders and restart the server, or end a standby or reader that is not"
                                        + " needed")
                        .because("the task's reader needs one")
                        .atSource("ALTER SYSTEM SET max_wal_senders = " + (used + 5)));
    }
}
