package io.walferry.job.precheck;

import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.Finding;
import io.walferry.job.failure.Finding.Side;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** Whether the source has a replication slot left; idle ones count too. */
final class ReplicationSlotsCheck implements Check {

    @Override
    public CheckItem item() {
        return CheckItem.REPLICATION_SLOTS;
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.SOURCE);
    }

    @Override
    public List<Finding> run(CheckContext context) throws SQLException {
        long most = Query.numericSetting(context.source(), "max_replication_slots");
        long used = Query.number(
                context.source(),
                "SELECT count(*) FROM pg_catalog.pg_replication_slots WHERE slot_name <> ?",
                context.config().slot());
        List<String> idle = Query.texts(
                context.source(),
                "SELECT slot_name FROM pg_catalog.pg_replication_slots WHERE NOT active AND slot_name <> ? ORDER BY 1"
                        + " LIMIT 5",
                context.config().slot());
        if (used < most) {
            return List.of();
        }
        return List.of(Finding.error(
                        context.where(Side.SOURCE),
                        "all " + most + " replication slots are in use"
                                + (idle.isEmpty() ? "" : ", idle ones among them: " + String.join(", ", idle)),
                        "Raise max_replication_slots and restart the server"
                                + (idle.isEmpty() ? "" : ", or drop slots that nobody needs"))
                .because("the task needs one of its own")
                .atSource("ALTER SYSTEM SET max_replication_slots = " + (used + 5)));
    }
}
