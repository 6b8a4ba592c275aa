package io.walferry.job.catalog;

import io.walferry.job.model.RelationPlace;
import io.walferry.job.model.TableId;
import io.walferry.job.sql.CatalogSql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** Tables and partitions with what they are a part of, as a connection's transaction sees it. */
public final class RelationPlaces {

    private RelationPlaces() {}

    /** By OID: the table, all partitions that it has, and others, as far as they are there. */
    public static Map<Long, RelationPlace> of(Connection source, long table, Collection<Long> others)
            throws SQLException {
        Map<Long, RelationPlace> places = new HashMap<>();
        try (PreparedStatement statement = source.prepareStatement(CatalogSql.relationPlaces())) {
            statement.setLong(1, table);
            statement.setArray(2, source.createArrayOf("int8", others.toArray()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    places.put(
                            row.getLong(1),
                            new RelationPlace(new TableId(row.getString(3), row.getString(4)), row.getLong(2)));
                }
            }
        }
        return places;
    }
}
