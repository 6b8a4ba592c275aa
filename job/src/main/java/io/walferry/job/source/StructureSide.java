package io.walferry.job.source;

import io.walferry.job.model.TableSchema;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** The source's structure as far as the stream is, as the target has recorded it. Belongs to one thread. */
public interface StructureSide {

    /** The task's tables. */
    List<TableSchema> tables();

    /**
     * What it means that a table is as this connection's transaction sees it, by all that the stream does not know yet.
     *
     * @param snapshot a REPEATABLE READ transaction at the source that has the table locked against changes
     */
    StructureChange reading(Connection snapshot, long oid) throws SQLException;

    /** The change is at the target. */
    void accept(StructureChange change);
}
