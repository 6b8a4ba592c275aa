package io.walferry.job.schema.ddl;

import io.walferry.job.catalog.ObjectImage;
import io.walferry.job.catalog.ObjectKey;
import io.walferry.job.sql.DdlImagesSql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Reads images of objects from a source, as a connection sees them. */
final class Images {

    private Images() {}

    /** Of all that is the user's. */
    static Map<ObjectKey, ObjectImage> all(Connection source) throws SQLException {
        Map<ObjectKey, ObjectImage> images = new TreeMap<>();
        try (PreparedStatement statement = source.prepareStatement(DdlImagesSql.images());
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                if (rows.getString(3) != null) {
                    images.put(new ObjectKey(rows.getString(1), rows.getLong(2)), ObjectImage.parse(rows.getString(3)));
                }
            }
        }
        return images;
    }

    /** The table with what inherits from it, its sequences, and all that they need and that is not known yet. */
    static Set<ObjectKey> with(Connection source, long table, Set<ObjectKey> known) throws SQLException {
        Set<ObjectKey> keys = new LinkedHashSet<>();
        try (PreparedStatement statement = source.prepareStatement(DdlImagesSql.tableWithParts())) {
            statement.setLong(1, table);
            addKeys(statement, keys);
        }
        keys.add(ObjectKey.relation(table));
        Deque<ObjectKey> open = new ArrayDeque<>(keys);
        try (PreparedStatement statement = source.prepareStatement(DdlImagesSql.needs())) {
            while (!open.isEmpty()) {
                ObjectKey key = open.poll();
                statement.setString(1, key.catalog());
                statement.setLong(2, key.oid());
                statement.setLong(3, key.oid());
                Set<ObjectKey> needed = new LinkedHashSet<>();
                addKeys(statement, needed);
                for (ObjectKey need : needed) {
                    if (!known.contains(need) && keys.add(need)) {
                        open.add(need);
                    }
                }
            }
        }
        return keys;
    }

    private static void addKeys(PreparedStatement statement, Set<ObjectKey> keys) throws SQLException {
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                keys.add(new ObjectKey(rows.getString(1), rows.getLong(2)));
            }
        }
    }

    /** Of one object; empty if it is not there. */
    static Optional<ObjectImage> one(Connection source, ObjectKey key) throws SQLException {
        try (PreparedStatement statement = source.prepareStatement(DdlImagesSql.image())) {
            statement.setString(1, key.catalog());
            statement.setLong(2, key.oid());
            try (ResultSet row = statement.executeQuery()) {
                return row.next()
                                && row.getString(1) != null
                                && (key.catalog().equals("pg_namespace")
                                        || row.getString(1).contains("\"c1\""))
                        ? Optional.of(ObjectImage.parse(row.getString(1)))
                        : Optional.empty();
            }
        }
    }
}
