package io.walferry.job.catalog;

import io.walferry.job.model.TableId;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads what is said about objects that are moved: comments and privileges. */
final class RemarkReader {

    private final SourceObjects objects;
    private final Map<Long, ObjectName> indexes = new HashMap<>();
    private final Set<ObjectName> foreignKeys = new HashSet<>();
    private final Set<String> schemas = new HashSet<>();

    /** @param indexes per table or materialized view */
    RemarkReader(
            SourceObjects objects,
            Map<Long, List<SourceIndex>> indexes,
            Collection<SourceObject.ForeignKey> foreignKeys) {
        this.objects = objects;
        for (List<SourceIndex> some : indexes.values()) {
            for (SourceIndex index : some) {
                TableId table = objects.relation(index.table());
                this.indexes.put(
                        index.oid(), ObjectName.of(ObjectKind.INDEX, new TableId(table.schema(), index.name())));
            }
        }
        foreignKeys.forEach(key -> this.foreignKeys.add(key.name()));
        objects.keys().forEach(key -> schemas.add(objects.get(key).id().schema()));
    }

    List<SourceObject> comments() throws SQLException {
        List<SourceObject> comments = new ArrayList<>();
        Rows.read(objects.source(), CatalogQuery.COMMENTS, row -> {
            ObjectKey key = new ObjectKey(row.getString(1), row.getLong(2));
            Optional<ObjectName> on = key.catalog().equals("pg_constraint")
                    ? constraint(row.getString(3), row.getLong(5), row.getLong(6))
                    : named(key, row.getString(3));
            String text = row.getString(4);
            on.filter(name -> name.kind() != ObjectKind.EXTENSION)
                    .ifPresent(name -> comments.add(new SourceObject.Comment(name, text)));
            return null;
        });
        return comments;
    }

    private Optional<ObjectName> constraint(String name, long table, long domain) {
        ObjectKey owner = table != 0 ? new ObjectKey("pg_class", table) : new ObjectKey("pg_type", domain);
        if (!objects.has(owner)) {
            return Optional.empty();
        }
        TableId id = objects.get(owner).id();
        if (table == 0) {
            return Optional.of(ObjectName.on(ObjectKind.DOMAIN_CONSTRAINT, id, name));
        }
        ObjectName foreignKey = ObjectName.on(ObjectKind.FOREIGN_KEY, id, name);
        return Optional.of(
                foreignKeys.contains(foreignKey) ? foreignKey : ObjectName.on(ObjectKind.CONSTRAINT, id, name));
    }

    /** @param part a column or a schema */
    private Optional<ObjectName> named(ObjectKey key, String part) {
        if (key.catalog().equals("pg_namespace")) {
            return schemas.contains(part)
                    ? Optional.of(ObjectName.of(ObjectKind.SCHEMA, new TableId(part, part)))
                    : Optional.empty();
        }
        if (objects.has(key)) {
            ObjectName name = objects.get(key).name();
            return Optional.of(part == null ? name : ObjectName.on(ObjectKind.COLUMN, name.id(), part));
        }
        return Optional.ofNullable(indexes.get(key.oid()))
                .filter(name -> key.catalog().equals("pg_class"));
    }

    List<SourceObject> grants() throws SQLException {
        List<SourceObject> grants = new ArrayList<>();
        Rows.read(objects.source(), CatalogQuery.GRANTS, row -> {
            ObjectKey key = new ObjectKey(row.getString(1), row.getLong(2));
            String privilege = row.getString(4);
            String grantee = row.getString(5);
            boolean grantable = row.getBoolean(6);
            named(key, row.getString(3))
                    .filter(name -> name.kind() != ObjectKind.EXTENSION && name.kind() != ObjectKind.INDEX)
                    .ifPresent(name -> grants.add(new SourceObject.Grant(name, privilege, grantee, grantable)));
            return null;
        });
        return grants;
    }
}
