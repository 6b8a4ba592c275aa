package io.walferry.job.precheck;

import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.Finding;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** What the target is, and what speaks against it as a whole. */
final class TargetProductCheck implements Check {

    @Override
    public CheckItem item() {
        return CheckItem.TARGET_PRODUCT;
    }

    @Override
    public Set<Need> needs() {
        return Set.of(Need.TARGET);
    }

    @Override
    public List<Finding> run(CheckContext context) throws SQLException {
        return context.dialect().findings();
    }
}
