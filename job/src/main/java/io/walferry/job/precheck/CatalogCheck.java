package io.walferry.job.precheck;

import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.Finding;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** What reading the source's catalog has found of an item. */
record CatalogCheck(CheckItem item) implements Check {

    @Override
    public Set<Need> needs() {
        return Set.of(Need.OBJECTS);
    }

    @Override
    public List<Finding> run(CheckContext context) throws SQLException {
        return context.catalog().findings().stream()
                .filter(finding -> finding.item() == item)
                .toList();
    }
}
