package io.walferry.job.precheck;

import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.Finding;
import io.walferry.job.failure.Finding.Side;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Whether a side can be written to: publication and slot at the source, everything at the target. */
final class PrimaryCheck implements Check {

    private final Side side;

    PrimaryCheck(Side side) {
        this.side = side;
    }

    @Override
    public CheckItem item() {
        return side == Side.SOURCE ? CheckItem.SOURCE_PRIMARY : CheckItem.TARGET_PRIMARY;
    }

    @Override
    public Set<Need> needs() {
        return Set.of(side == Side.SOURCE ? Need.SOURCE : Need.TARGET);
    }

    @Override
    public List<Finding> run(CheckContext context) throws SQLException {
        Connection connection = context.connection(side);
        List<Finding> findings = new ArrayList<>();
        if (Query.bool(connection, "SELECT pg_catalog.pg_is_in_recovery()")) {
            findings.add(Finding.error(
                            context.where(side),
                            "it is a standby",
                            "Use the address of the primary, or promote this server if it is to be one")
                    .because("a standby takes no writes, and the task makes "
                            + (side == Side.SOURCE ? "a publication and a slot" : "tables and records") + " there")
                    .with(side, "SELECT pg_catalog.pg_promote()"));
        } else if (Query.setting(connection, "default_transaction_read_only")
                .filter("on"::equals)
                .isPresent()) {
            String user = quoted(context.database(side).endpoint().username());
            findings.add(Finding.error(
                            context.where(side),
                            "sessions of the task's user are read-only (default_transaction_read_only)",
                            "Let the task's user write")
                    .with(side, "ALTER ROLE " + user + " SET default_transaction_read_only = off"));
        }
        return findings;
    }
}
