package io.walferry.job.apply;

import io.walferry.job.model.StreamTable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/** The plans of one connection, by table id; a new shape under an old id replaces the old plan. */
final class TablePlans {

    private final Connection connection;
    private final Map<Integer, TablePlan> plans = new HashMap<>();

    TablePlans(Connection connection) {
        this.connection = connection;
    }

    void clear() {
        plans.clear();
    }

    TablePlan of(StreamTable table) throws SQLException {
        TablePlan plan = plans.get(table.id());
        if (plan == null || !plan.table().equals(table)) {
            plan = TablePlan.of(connection, table);
            plans.put(table.id(), plan);
        }
        return plan;
    }
}
