package io.walferry.job.precheck;

import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.Finding;
import io.walferry.job.failure.Finding.Side;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Whether the source may give up the slot's WAL, or the slot itself, while the task stands still or loads. */
final class WalRetentionCheck implements Check {

    private static final String RELOAD = "SELECT pg_catalog.pg_reload_conf()";

    @Override
    public CheckItem item() {
        return CheckItem.WAL_RETENTION;
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.SOURCE);
    }

    @Override
    public List<Finding> run(CheckContext context) throws SQLException {
        List<Finding> findings = new ArrayList<>();
        String where = context.where(Side.SOURCE);
        Query.setting(context.source(), "max_slot_wal_keep_size")
                .filter(value -> !value.equals("-1"))
                .ifPresent(value -> findings.add(Finding.warning(
                                where,
                                "max_slot_wal_keep_size is " + value,
                                "Set it to -1, or to more WAL than is written during the load and the longest outage, and"
                                        + " watch the disk")
                        .because("a slot that would need more loses its WAL, and the task has to start over")
                        .atSource("ALTER SYSTEM SET max_slot_wal_keep_size = -1", RELOAD)));
        Query.setting(context.source(), "idle_replication_slot_timeout")
                .filter(value -> !value.equals("0"))
                .ifPresent(value -> findings.add(Finding.warning(
                                where,
                                "idle_replication_slot_timeout is " + value,
                                "Set it to 0, or to more than the task will ever stand still")
                        .because(
                                "a slot that nobody reads for that long is invalidated, and the task has to start over")
                        .atSource("ALTER SYSTEM SET idle_replication_slot_timeout = 0", RELOAD)));
        return findings;
    }
}
