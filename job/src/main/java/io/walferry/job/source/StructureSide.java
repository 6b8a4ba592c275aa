package io.walferry.job.source;

import io.walferry.job.model.LabelChange;
import io.walferry.job.model.LabelledType;
import io.walferry.job.model.RelationPlace;
import io.walferry.job.model.TableId;
import io.walferry.job.model.TableSchema;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The source's structure as far as the stream is, as the target has recorded it. Belongs to one thread. */
public interface StructureSide {

    /** The source's log of structure changes, which is in the publication if there is one. */
    TableId LOG = new TableId("walferry", "ddl_log");

    /** The task's tables. */
    List<TableSchema> tables();

    /**
     * What an entry of the log means; changes nothing here.
     *
     * @param commitLsn of the entry's transaction
     * @param ahead OIDs of tables whose form here is at least as new as the entry
     * @param waiting OIDs of tables that wait to be loaded anew
     */
    StructureChange changeOf(StructureLogEntry entry, long commitLsn, Set<Long> ahead, Set<Long> waiting)
            throws SQLException;

    /**
     * What it means that a table is as this connection's transaction sees it, by all that the stream does not know yet.
     *
     * @param snapshot a REPEATABLE READ transaction at the source that has the table locked against changes
     */
    StructureChange reading(Connection snapshot, long oid) throws SQLException;

    /** All tables and partitions that are known, by OID, whether they are the task's or not. */
    Map<Long, RelationPlace> places();

    /** Name of a schema, by its OID; empty if it is not known. */
    Optional<String> schema(long oid);

    /** What labels of enumerations were called before, in the order of the renames. */
    List<LabelChange> labelChanges();

    /** What the values of a type, by its OID, are written by; empty if that is no enumeration's labels. */
    Optional<LabelledType> labelled(long type);

    /** The change is at the target. */
    void accept(StructureChange change);
}
