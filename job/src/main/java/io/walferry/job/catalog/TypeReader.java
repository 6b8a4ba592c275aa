package io.walferry.job.catalog;

import io.walferry.job.model.TableId;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads extensions, collations and types: what columns are made of. */
final class TypeReader {

    private final SourceObjects objects;

    TypeReader(SourceObjects objects) {
        this.objects = objects;
    }

    /** @param checks per domain */
    void read(Map<Long, List<SourceObject.Check>> checks) throws SQLException {
        readExtensions();
        readCollations();
        readTypes(checks);
    }

    private void readExtensions() throws SQLException {
        Rows.read(
                objects.source(),
                CatalogQuery.EXTENSIONS,
                row -> {
                    objects.put(
                            new ObjectKey("pg_extension", row.getLong(1)),
                            new SourceObject.Extension(
                                    new TableId(row.getString(3), row.getString(2)), row.getString(4)));
                    return null;
                },
                objects.wanted("pg_extension"));
    }

    private void readCollations() throws SQLException {
        Rows.read(
                objects.source(),
                CatalogQuery.COLLATIONS,
                row -> {
                    objects.put(
                            new ObjectKey("pg_collation", row.getLong(1)),
                            new SourceObject.Collation(
                                    new TableId(row.getString(2), row.getString(3)),
                                    Rows.character(row, 4),
                                    row.getString(5),
                                    row.getString(6),
                                    Rows.optional(row, 7),
                                    row.getBoolean(8),
                                    Rows.optional(row, 9)));
                    return null;
                },
                objects.wanted("pg_collation"));
    }

    private record UserType(
            long oid,
            TableId id,
            char kind,
            long relation,
            List<String> labels,
            long base,
            int baseModifier,
            boolean notNull,
            Optional<String> defaultExpression,
            Optional<String> collation,
            long subtype,
            String operatorClass,
            Optional<String> subtypeCollation,
            Optional<String> canonical,
            Optional<String> difference,
            Optional<String> multirange,
            String userModifier) {}

    private static UserType userType(CatalogRow row) throws SQLException {
        return new UserType(
                row.getLong(1),
                new TableId(row.getString(2), row.getString(3)),
                Rows.character(row, 4),
                row.getLong(5),
                Rows.texts(row, 6),
                row.getLong(7),
                row.getInt(8),
                row.getBoolean(9),
                Rows.optional(row, 10),
                Rows.optional(row, 11),
                row.getLong(12),
                row.getString(13),
                Rows.optional(row, 14),
                Rows.optional(row, 15),
                Rows.optional(row, 16),
                Rows.optional(row, 17),
                Rows.optional(row, 18).orElse(""));
    }

    private void readTypes(Map<Long, List<SourceObject.Check>> checks) throws SQLException {
        List<UserType> rows =
                Rows.read(objects.source(), CatalogQuery.USER_TYPES, TypeReader::userType, objects.wanted("pg_type"));
        Set<Long> composites = new HashSet<>();
        Set<Long> used = new HashSet<>();
        for (UserType type : rows) {
            switch (type.kind()) {
                case 'c' -> composites.add(type.relation());
                case 'd' -> used.add(type.base());
                case 'r' -> used.add(type.subtype());
                default -> {}
            }
        }
        ColumnReader columnReader = new ColumnReader(objects.source());
        Map<Long, List<SourceColumn>> attributes = composites.isEmpty() ? Map.of() : columnReader.read(composites);
        Types types = columnReader.types(used);
        for (UserType type : rows) {
            ObjectKey key = new ObjectKey("pg_type", type.oid());
            switch (type.kind()) {
                case 'e' -> objects.put(key, new SourceObject.EnumType(type.id(), type.labels()));
                case 'c' -> objects.put(
                        key,
                        new SourceObject.CompositeType(type.id(), attributes.getOrDefault(type.relation(), List.of())));
                case 'd' -> objects.put(
                        key,
                        new SourceObject.DomainType(
                                type.id(),
                                types.sql(type.base(), type.baseModifier(), type.userModifier()),
                                type.collation(),
                                type.notNull(),
                                type.defaultExpression(),
                                checks.getOrDefault(type.oid(), List.of())));
                case 'r' -> objects.put(
                        key,
                        new SourceObject.RangeType(
                                type.id(),
                                types.sql(type.subtype(), -1, ""),
                                type.operatorClass(),
                                type.subtypeCollation(),
                                type.canonical(),
                                type.difference(),
                                type.multirange()));
                default -> {}
            }
        }
    }
}
