package io.walferry.job.precheck;

import static io.walferry.job.sql.Identifier.literal;
import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.Finding;
import io.walferry.job.failure.Finding.Side;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Whether slot and publication of an older task of the name are still at the source. */
public final class LeftoversCheck implements Check {

    private final boolean recorded;

    /** @param recorded the target knows of a start of this task that was broken off: what it left is its own */
    public LeftoversCheck(boolean recorded) {
        this.recorded = recorded;
    }

    @Override
    public CheckItem item() {
        return CheckItem.LEFTOVERS;
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.SOURCE, Need.TARGET);
    }

    @Override
    public List<Finding> run(CheckContext context) throws SQLException {
        List<Finding> findings = new ArrayList<>();
        String task = context.config().task();
        String slot = context.config().slot();
        if (!recorded) {
            Query.all(
                    context.source(),
                    "SELECT active FROM pg_catalog.pg_replication_slots WHERE slot_name = ?",
                    row -> findings.add(Finding.error(
                                    "slot " + slot + " at " + context.where(Side.SOURCE),
                                    "it exists, but the target has no record of task " + task
                                            + (row.getBoolean(1) ? ", and somebody reads it" : ""),
                                    "If no task uses it, drop it; else choose another task name or the target that belongs"
                                            + " to it")
                            .because("a task of this name has been started before, to another target or to this one"
                                    + " before its records were removed")
                            .atSource("SELECT pg_catalog.pg_drop_replication_slot("
                                    + literal(slot).strip() + ")")),
                    slot);
        }
        String publication = context.config().publication();
        Query.all(
                context.source(),
                "SELECT puballtables FROM pg_catalog.pg_publication WHERE pubname = ?",
                row -> {
                    if (row.getBoolean(1)) {
                        findings.add(Finding.error(
                                        "publication " + publication + " at " + context.where(Side.SOURCE),
                                        "it publishes all tables, so it was not made by this task",
                                        "Drop it, or choose another name for the task")
                                .atSource("DROP PUBLICATION " + quoted(publication)));
                    } else if (!recorded) {
                        findings.add(Finding.warning(
                                        "publication " + publication + " at " + context.where(Side.SOURCE),
                                        "it exists, but the target has no record of task " + task,
                                        "Drop it if nothing reads it")
                                .because("the start will make it publish exactly the task's tables")
                                .atSource("DROP PUBLICATION " + quoted(publication)));
                    }
                    return row;
                },
                publication);
        return findings;
    }
}
