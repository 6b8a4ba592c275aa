package io.walferry.job.source;

import io.walferry.job.jdbc.Database;
import io.walferry.job.model.Lane;
import io.walferry.job.model.TableId;
import io.walferry.job.model.TableSchema;
import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * What the source reads, and for whom.
 *
 * @param task name of the task
 * @param database the source
 * @param slot name of the replication slot, which exists
 * @param publication name of the publication, which exists
 * @param tables the tables of the task; one with a lane has the columns that travel there
 * @param writers number of channels of each lane; with 1, transactions stay whole, so their ends are sent
 * @param excludedOrigins tasks, and replication origins, whose transactions are left out
 * @param lanes of the tables that have one of their own, numbered from 1
 */
public record SourceSettings(
        String task,
        Database database,
        String slot,
        String publication,
        List<TableSchema> tables,
        int writers,
        List<String> excludedOrigins,
        Map<TableId, Lane> lanes)
        implements Serializable {

    public SourceSettings {
        tables = List.copyOf(tables);
        excludedOrigins = List.copyOf(excludedOrigins);
        lanes = Map.copyOf(lanes);
    }

    /** All tables arrive as they are, and all changes. */
    public SourceSettings(
            String task, Database database, String slot, String publication, List<TableSchema> tables, int writers) {
        this(task, database, slot, publication, tables, writers, List.of(), Map.of());
    }

    /** Number of channels of all lanes. */
    public int channels() {
        return writers * (1 + lanes.size());
    }

    /** First channel of the lane in which the table travels. */
    public int firstChannel(TableId table) {
        Lane lane = lanes.get(table);
        return lane == null ? 0 : lane.firstChannel(writers);
    }

    public boolean wholeTransactions() {
        return writers == 1;
    }
}
