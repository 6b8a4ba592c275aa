package io.walferry.job.pipeline;

import io.walferry.job.catalog.SourceCatalog;
import io.walferry.job.config.TaskConfig;
import io.walferry.job.etl.EtlFile;
import io.walferry.job.etl.LaneTable;
import io.walferry.job.etl.RowSample;
import io.walferry.job.etl.SqlLanes;
import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.Finding;
import io.walferry.job.failure.SyncException;
import io.walferry.job.model.MappedColumn;
import io.walferry.job.model.TableId;
import io.walferry.job.model.TableSchema;
import io.walferry.job.precheck.CheckContext;
import io.walferry.job.serde.StreamElementType;
import io.walferry.job.source.StreamTables;
import io.walferry.job.source.snapshot.SampleRows;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * What the task's statements make of its tables, found by looking only.
 *
 * @param tables those that have a statement
 * @param findings what is wrong with statements
 */
public record StatementCheck(List<Checked> tables, List<Finding> findings) {

    public StatementCheck {
        tables = List.copyOf(tables);
        findings = List.copyOf(findings);
    }

    /**
     * A table and what arrives of it.
     *
     * @param columns at the target
     * @param sample rows before and after; empty if none were asked for
     */
    public record Checked(TableId source, TableId target, List<MappedColumn> columns, List<RowSample.Pair> sample) {

        public Checked {
            columns = List.copyOf(columns);
            sample = List.copyOf(sample);
        }
    }

    /**
     * @param rows of each table to put through its statement; 0 for none
     * @throws SyncException if a side cannot be reached, or a row cannot be made
     */
    public static StatementCheck of(TaskConfig config, int rows) throws SQLException {
        try (CheckContext context = new CheckContext(config)) {
            TaskPrecheck precheck = new TaskPrecheck(context);
            precheck.connectOrRefuse();
            SourceCatalog catalog = precheck.catalog();
            List<Finding> findings = new ArrayList<>(catalog.findings().stream()
                    .filter(finding -> finding.item() == CheckItem.STATEMENTS)
                    .toList());
            if (findings.isEmpty()) {
                findings.addAll(StatementFindings.of(config.etl(), catalog.tables()));
            }
            boolean wrong = findings.stream().anyMatch(finding -> finding.severity() == Finding.Severity.ERROR);
            List<Checked> tables = new ArrayList<>();
            for (TableSchema table : catalog.tables()) {
                if (table.mapping().statement() != null && !wrong) {
                    tables.add(new Checked(
                            table.id(),
                            table.mapping().target(),
                            table.mapping().columns(),
                            rows == 0 ? List.of() : sample(config, context, table, rows)));
                }
            }
            return new StatementCheck(tables, findings);
        }
    }

    private static List<RowSample.Pair> sample(TaskConfig config, CheckContext context, TableSchema table, int rows)
            throws SQLException {
        StreamExecutionEnvironment environment =
                StreamExecutionEnvironment.createLocalEnvironment(1, new Configuration());
        JobSettings.apply(environment);
        SqlLanes lanes =
                new SqlLanes(environment, EtlFile.read(config.etl()), new StreamElementType(), 1, config.task());
        LaneTable lane = LaneTable.of(table);
        return new RowSample(environment, lanes, new StreamElementType())
                .run(
                        lane,
                        StreamTables.of(lane.travelling(), -1),
                        StreamTables.of(table, -1),
                        SampleRows.read(context.source(), lane.travelling(), rows));
    }
}
