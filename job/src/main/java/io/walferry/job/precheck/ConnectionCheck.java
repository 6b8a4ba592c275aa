package io.walferry.job.precheck;

import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.Finding;
import io.walferry.job.failure.Finding.Side;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** Whether one side can be reached and lets us in. */
final class ConnectionCheck implements Check {

    private final Side side;

    ConnectionCheck(Side side) {
        this.side = side;
    }

    @Override
    public CheckItem item() {
        return side == Side.SOURCE ? CheckItem.SOURCE_CONNECTION : CheckItem.TARGET_CONNECTION;
    }

    @Override
    public Set<Need> needs() {
        return Set.of();
    }

    @Override
    public List<Finding> run(CheckContext context) {
        try {
            context.connect(side);
            return List.of();
        } catch (SQLException e) {
            return List.of(ConnectionFailure.assess(side, context.database(side).endpoint(), e));
        }
    }
}
