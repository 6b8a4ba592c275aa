package io.walferry.job.precheck;

import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.Finding;
import io.walferry.job.failure.Finding.Side;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** Whether the source has standbys: the slot would not follow a switch-over to one of them. */
final class StandbysCheck implements Check {

    @Override
    public CheckItem item() {
        return CheckItem.STANDBYS;
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.SOURCE);
    }

    @Override
    public List<Finding> run(CheckContext context) throws SQLException {
        List<String> slots = Query.texts(
                context.source(),
                "SELECT slot_name FROM pg_catalog.pg_replication_slots WHERE slot_type = 'physical' ORDER BY 1");
        return slots.isEmpty()
                ? List.of()
                : List.of(Finding.warning(
                                context.where(Side.SOURCE),
                                "it seems to have standbys (physical slots " + String.join(", ", slots) + ")",
                                "Plan to start the task anew after a switch-over; drop the slots if no standby uses them")
                        .because("the task's slot is on this server alone, so it is gone after a switch-over"));
    }
}
