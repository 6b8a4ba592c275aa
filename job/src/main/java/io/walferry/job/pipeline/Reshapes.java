package io.walferry.job.pipeline;

import io.walferry.job.config.EtlConfig;
import io.walferry.job.etl.EtlFile;
import io.walferry.job.etl.LaneTable;
import io.walferry.job.etl.SqlLanes;
import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.Finding;
import io.walferry.job.failure.SyncException;
import io.walferry.job.model.Reshape;
import io.walferry.job.model.TableId;
import io.walferry.job.model.TableSchema;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the statements of the ETL file make of the task's tables. */
final class Reshapes {

    private Reshapes() {}

    /**
     * By source table; without those whose statement is wrong.
     *
     * @param tables as the source has them
     * @param findings gets what is wrong
     */
    static Map<TableId, Reshape> of(EtlConfig config, List<TableSchema> tables, List<Finding> findings) {
        Map<TableId, Reshape> reshapes = new HashMap<>();
        try {
            EtlFile file = EtlFile.read(config);
            if (!file.inserts().isEmpty()) {
                SqlLanes lanes = StatementFindings.planner(file);
                for (Map.Entry<TableId, EtlFile.Insert> insert : file.inserts().entrySet()) {
                    reshape(config, insert.getKey(), insert.getValue(), tables, lanes, reshapes, findings);
                }
            }
        } catch (SyncException e) {
            findings.add(e.finding().of(CheckItem.STATEMENTS));
        }
        return reshapes;
    }

    private static void reshape(
            EtlConfig config,
            TableId source,
            EtlFile.Insert insert,
            List<TableSchema> tables,
            SqlLanes lanes,
            Map<TableId, Reshape> reshapes,
            List<Finding> findings) {
        TableSchema table = tables.stream()
                .filter(candidate -> candidate.id().equals(source))
                .findFirst()
                .orElse(null);
        if (table == null) {
            findings.add(Finding.error(
                            "ETL file " + config.file(),
                            "it reads " + source + ", which is no table of the task",
                            "Correct the name, or select the table by objects; a partition arrives with its root")
                    .of(CheckItem.STATEMENTS));
            return;
        }
        try {
            LaneTable lane = LaneTable.of(table.withMapping(table.mapping().by(insert.select())));
            reshapes.put(source, new Reshape(insert.target(), lane.columns(lanes.computed(lane)), insert.select()));
        } catch (SyncException e) {
            findings.add(e.finding().of(CheckItem.STATEMENTS));
        }
    }
}
