package io.walferry.job.catalog;

import java.sql.SQLException;
import java.util.Collection;
import java.util.List;

/** Where a catalog is read from: a server as it is now, or what is stored of one. */
interface CatalogSource {

    /** {@code server_version_num}. */
    int version();

    /** The role that asks. */
    String user() throws SQLException;

    /** @param oids the query's parameters */
    <T> List<T> read(CatalogQuery query, List<? extends Collection<Long>> oids, Rows.Mapper<T> mapper)
            throws SQLException;

    /**
     * All that objects need, as edges: catalog and OID of the one that needs, and of the one that is needed.
     *
     * @param relations OIDs of tables and views
     */
    <T> List<T> edges(Collection<Long> relations, Collection<ObjectKey> others, Rows.Mapper<T> mapper)
            throws SQLException;

    /** For people, in the order of {@code objects}. */
    List<String> describe(List<ObjectKey> objects) throws SQLException;
}
