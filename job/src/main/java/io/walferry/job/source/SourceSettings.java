package io.walferry.job.source;

import io.walferry.job.jdbc.Database;
import io.walferry.job.model.TableSchema;
import java.io.Serializable;
import java.util.List;

/**
 * What the source reads, and for whom.
 *
 * @param task name of the task
 * @param database the source
 * @param slot name of the replication slot, which exists
 * @param publication name of the publication, which exists
 * @param tables the tables of the task
 * @param writers number of channels; with 1, transactions stay whole, so their ends are sent
 */
public record SourceSettings(
        String task, Database database, String slot, String publication, List<TableSchema> tables, int writers)
        implements Serializable {

    public SourceSettings {
        tables = List.copyOf(tables);
    }

    public boolean wholeTransactions() {
        return writers == 1;
    }
}
