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
import java.util.Set;
import java.util.stream.Collectors;

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
            Set<TableId> known = tables.stream().map(TableSchema::id).collect(Collectors.toSet());
            for (TableId source : file.inserts().keySet()) {
                if (!known.contains(source)) {
                    findings.add(Finding.error(
                                    "ETL file " + config.file(),
                                    "it reads " + source + ", which is no table of the task",
                                    "Correct the name, or select the table by objects; a partition arrives with its root")
                            .of(CheckItem.STATEMENTS));
                }
            }
            reshapes.putAll(of(file, tables, findings));
        } catch (SyncException e) {
            findings.add(e.finding().of(CheckItem.STATEMENTS));
        }
        return reshapes;
    }

    /** Of these tables alone. */
    static Map<TableId, Reshape> of(EtlFile file, List<TableSchema> tables, List<Finding> findings) {
        Map<TableId, Reshape> reshapes = new HashMap<>();
        List<TableSchema> made = tables.stream()
                .filter(table -> file.inserts().containsKey(table.id()))
                .toList();
        if (!made.isEmpty()) {
            SqlLanes lanes = StatementFindings.planner(file);
            for (TableSchema table : made) {
                EtlFile.Insert insert = file.inserts().get(table.id());
                try {
                    LaneTable lane =
                            LaneTable.of(table.withMapping(table.mapping().by(insert.select())));
                    reshapes.put(
                            table.id(),
                            new Reshape(insert.target(), lane.columns(lanes.computed(lane)), insert.select()));
                } catch (SyncException e) {
                    findings.add(e.finding().of(CheckItem.STATEMENTS));
                }
            }
        }
        return reshapes;
    }
}
