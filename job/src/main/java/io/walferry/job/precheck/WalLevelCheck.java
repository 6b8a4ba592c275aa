package io.walferry.job.precheck;

import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.Finding;
import io.walferry.job.failure.Finding.Side;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** Whether the source logs what logical decoding needs. */
final class WalLevelCheck implements Check {

    @Override
    public CheckItem item() {
        return CheckItem.WAL_LEVEL;
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.SOURCE);
    }

    @Override
    public List<Finding> run(CheckContext context) throws SQLException {
        String level = Query.setting(context.source(), "wal_level").orElse("");
        return level.equals("logical")
                ? List.of()
                : List.of(Finding.error(
                                context.where(Side.SOURCE),
                                "wal_level is " + level,
                                "Set it to logical and restart the server; in a managed service it is a parameter of the"
                                        + " instance")
                        .because("changes can be decoded from WAL of level logical only")
                        .atSource("ALTER SYSTEM SET wal_level = 'logical'"));
    }
}
