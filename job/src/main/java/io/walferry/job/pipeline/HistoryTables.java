package io.walferry.job.pipeline;

import io.walferry.job.config.MappingConfig;
import io.walferry.job.config.MappingRule;
import io.walferry.job.config.TaskConfig;
import io.walferry.job.failure.Finding;
import io.walferry.job.model.TableId;
import io.walferry.job.model.TableSchema;
import io.walferry.job.sql.HistorySql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The tables at the target that get a row for every change of others: the task makes them, whatever phases it has. */
final class HistoryTables {

    private final TaskConfig config;

    HistoryTables(TaskConfig config) {
        this.config = config;
    }

    /** All that the task file names, also for tables that may come later. */
    private Set<TableId> names() {
        return Stream.concat(
                        config.mapping().rules().stream().map(MappingRule::audit),
                        Stream.of(config.mapping().audit()))
                .filter(Objects::nonNull)
                .filter(table -> !table.equals(MappingConfig.NO_AUDIT))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    void create(Connection target) throws SQLException {
        try (Statement statement = target.createStatement()) {
            for (TableId table : names()) {
                for (String sql : HistorySql.create(table, config.task())) {
                    statement.execute(sql);
                }
            }
        }
    }

    /**
     * What is in their way before the first start. Looks only.
     *
     * @param tables that the task moves
     */
    List<Finding> findings(List<TableSchema> tables, Connection target) throws SQLException {
        List<Finding> findings = new ArrayList<>();
        for (TableId table : names()) {
            if (tables.stream().anyMatch(moved -> moved.mapping().target().equals(table))) {
                findings.add(Finding.error(
                        "target table " + table,
                        "rows of the source arrive there, and audit names it for changes",
                        "Choose another name for audit"));
            } else if (isAnothers(table, target)) {
                findings.add(Finding.error(
                        "target table " + table,
                        "it is there, and this task, which has not started, has not made it",
                        "Choose another name for audit, or drop or rename the table"));
            }
        }
        return findings;
    }

    private boolean isAnothers(TableId table, Connection target) throws SQLException {
        try (PreparedStatement statement = target.prepareStatement(HistorySql.remarkOf())) {
            statement.setString(1, table.schema());
            statement.setString(2, table.name());
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && !HistorySql.remark(config.task()).equals(row.getString(1));
            }
        }
    }
}
