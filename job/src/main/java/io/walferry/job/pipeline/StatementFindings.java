package io.walferry.job.pipeline;

import io.walferry.job.config.EtlConfig;
import io.walferry.job.etl.EtlFile;
import io.walferry.job.etl.LaneTable;
import io.walferry.job.etl.SqlLanes;
import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.Finding;
import io.walferry.job.failure.SyncException;
import io.walferry.job.model.TableSchema;
import io.walferry.job.serde.StreamElementType;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Whether the statements of filters and ETL can be done, as the planner of the job sees them. */
final class StatementFindings {

    private StatementFindings() {}

    static List<Finding> of(EtlConfig config, List<TableSchema> tables) {
        List<TableSchema> chosen = tables.stream()
                .filter(table -> table.mapping().statement() != null)
                .toList();
        List<Finding> findings = new ArrayList<>();
        if (!chosen.isEmpty()) {
            SqlLanes lanes = planner(EtlFile.read(config));
            for (TableSchema table : chosen) {
                try {
                    LaneTable lane = LaneTable.of(table);
                    lanes.computed(lane);
                    if (table.key().isEmpty() && !lane.repeatable()) {
                        findings.add(Finding.error(
                                        "source table " + table.id(),
                                        "it has no key, and its statement has a look-up, a function of the time or metadata of"
                                                + " changes",
                                        "Give it a key, or leave those out")
                                .because("a row without key is found by its values, which would be others by then")
                                .of(CheckItem.STATEMENTS));
                    }
                } catch (SyncException e) {
                    findings.add(e.finding().of(CheckItem.STATEMENTS));
                }
                if (table.mapping().shared() && table.mapping().constantColumn() < 0) {
                    findings.add(Finding.error(
                                    "source table " + table.id(),
                                    "it has a filter or ETL, and arrives with others at "
                                            + table.mapping().target() + " without a constant",
                                    "Give each of them a constant column; or leave out the filter")
                            .because("a row that moves from one to the other could be lost")
                            .of(CheckItem.STATEMENTS));
                }
            }
        }
        return findings;
    }

    /** Plans, and never runs. */
    static SqlLanes planner(EtlFile file) {
        return new SqlLanes(new StreamExecutionEnvironment(new Configuration()), file, new StreamElementType(), 1, "");
    }
}
