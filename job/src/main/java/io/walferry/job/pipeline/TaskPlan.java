package io.walferry.job.pipeline;

import io.walferry.job.catalog.LeftOut;
import io.walferry.job.catalog.SourceCatalog;
import io.walferry.job.config.TaskConfig;
import io.walferry.job.failure.Finding;
import io.walferry.job.model.TableId;
import io.walferry.job.model.TableSchema;
import io.walferry.job.precheck.CheckContext;
import io.walferry.job.schema.FormerObjects;
import io.walferry.job.schema.PlannedObject;
import io.walferry.job.schema.SchemaSync;
import io.walferry.job.schema.StructurePlan;
import io.walferry.job.source.snapshot.ChunkPlanner;
import io.walferry.job.sql.SnapshotSql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * What a task would do, were it started now. Made by looking only.
 *
 * @param objects to be made at the target, in their order
 * @param tables to be loaded
 * @param leftOut what the task's patterns name and what is not moved
 * @param findings what of the source's structure the target cannot have, or has in another form
 */
public record TaskPlan(
        List<PlannedObject> objects, List<LoadedTable> tables, List<LeftOut> leftOut, List<Finding> findings) {

    /**
     * A table of the load.
     *
     * @param target where its rows arrive
     * @param estimatedRows from statistics, or a sample
     * @param bytes at the source, without indexes
     */
    public record LoadedTable(TableId source, TableId target, int chunks, long estimatedRows, long bytes) {}

    /** @throws io.walferry.job.failure.SyncException if a side cannot be reached */
    public static TaskPlan of(TaskConfig config) throws SQLException {
        try (CheckContext context = new CheckContext(config)) {
            TaskPrecheck precheck = new TaskPrecheck(context);
            precheck.connectOrRefuse();
            SourceCatalog catalog = precheck.catalog();
            StructurePlan structure = precheck.structure();
            List<Finding> findings = new ArrayList<>(catalog.findings());
            findings.addAll(structure.findings());
            precheck.differing().forEach((object, reason) -> findings.add(FormerObjects.finding(object, reason)));
            return new TaskPlan(
                    new SchemaSync(structure).outline(context.target()),
                    tables(context.source(), config, catalog.tables()),
                    structure.leftOut(),
                    findings);
        }
    }

    private static List<LoadedTable> tables(Connection source, TaskConfig config, List<TableSchema> tables)
            throws SQLException {
        ChunkPlanner planner = new ChunkPlanner(source, config.load().chunkRows());
        List<LoadedTable> planned = new ArrayList<>();
        for (TableSchema table : tables) {
            ChunkPlanner.Plan plan = planner.plan(table);
            planned.add(new LoadedTable(
                    table.id(),
                    table.mapping().target(),
                    plan.chunks().size(),
                    plan.estimatedRows(),
                    bytes(source, table)));
        }
        return planned;
    }

    private static long bytes(Connection source, TableSchema table) throws SQLException {
        try (Statement statement = source.createStatement();
                ResultSet row = statement.executeQuery(SnapshotSql.bytes(table))) {
            row.next();
            return row.getLong(1);
        }
    }
}
