package io.walferry.job.precheck;

import io.walferry.job.dialect.RollbackProbe;
import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.Finding;
import io.walferry.job.failure.Finding.Side;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** Whether a failed statement ends its transaction at the target. */
final class StatementRollbackCheck implements Check {

    @Override
    public CheckItem item() {
        return CheckItem.STATEMENT_ROLLBACK;
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.TARGET);
    }

    @Override
    public List<Finding> run(CheckContext context) throws SQLException {
        context.dialect();
        return assess(context.where(Side.TARGET), RollbackProbe.failureEndsTransaction(context.target()));
    }

    static List<Finding> assess(String where, boolean failureEndsTransaction) {
        return failureEndsTransaction
                ? List.of()
                : List.of(Finding.error(
                                where,
                                "a statement that fails leaves its transaction going",
                                "Switch statement-level rollback off for the task's user (polar_comp_stmt_level_tx or"
                                        + " polar_enable_stmt_transaction_rollback on PolarDB)")
                        .because("part of a batch could be committed, and exactly-once rests on all or nothing"));
    }
}
