package io.walferry.job.catalog;

import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.Finding;
import io.walferry.job.failure.SyncException;
import io.walferry.job.model.TableId;
import io.walferry.job.sql.DependencySql;
import io.walferry.job.sql.Identifier;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads what has to be at the target before rows of the selected tables can be: the tables, and all that they need. */
final class StructureReader {

    private final Connection source;
    private final int version;
    private final Dependencies dependencies;
    private final List<Finding> findings;
    private final Map<ObjectKey, SourceObject> objects = new LinkedHashMap<>();

    /** Sequences per table whose column owns them. */
    private final Map<ObjectKey, Set<ObjectKey>> owned = new HashMap<>();

    /** Parents per table that it does not inherit from at the target. */
    private final Map<ObjectKey, Set<ObjectKey>> withoutParents = new HashMap<>();

    private StructureReader(Connection source, int version, Dependencies dependencies, List<Finding> findings) {
        this.source = source;
        this.version = version;
        this.dependencies = dependencies;
        this.findings = findings;
    }

    /**
     * The objects, each after what it needs.
     *
     * @param tables all tables to create, each partition after its parent
     * @param findings gets what cannot be created
     */
    static List<SourceObject> read(
            Connection source,
            int version,
            List<Relation> tables,
            Partitions partitions,
            Map<Long, List<SourceIndex>> indexes,
            Map<Long, List<SourceColumn>> columns,
            List<Finding> findings)
            throws SQLException {
        List<Long> oids = tables.stream().map(Relation::oid).toList();
        Dependencies dependencies = Dependencies.read(source, version, oids);
        StructureReader reader = new StructureReader(source, version, dependencies, findings);
        Map<Long, List<SourceObject.Check>> tableChecks = new HashMap<>();
        Map<Long, List<SourceObject.Check>> domainChecks = new HashMap<>();
        reader.readChecks(oids, tableChecks, domainChecks);
        reader.readExtensions();
        reader.readCollations();
        reader.readTypes(domainChecks);
        reader.readFunctions();
        Map<Long, TableId> ids = new HashMap<>();
        tables.forEach(table -> ids.put(table.oid(), table.id()));
        reader.readSequences(oids, ids);
        reader.readTables(tables, partitions, columns, indexes, tableChecks);
        reader.findWhatIsMissing();
        return reader.ordered();
    }

    private void readChecks(
            List<Long> tables,
            Map<Long, List<SourceObject.Check>> tableChecks,
            Map<Long, List<SourceObject.Check>> domainChecks)
            throws SQLException {
        Rows.read(
                source,
                DependencySql.checks(version),
                row -> {
                    SourceObject.Check check = new SourceObject.Check(
                            row.getString(3),
                            row.getString(4),
                            row.getBoolean(5),
                            row.getBoolean(6),
                            row.getBoolean(7),
                            row.getBoolean(8));
                    long table = row.getLong(1);
                    return table != 0
                            ? tableChecks
                                    .computeIfAbsent(table, oid -> new ArrayList<>())
                                    .add(check)
                            : domainChecks
                                    .computeIfAbsent(row.getLong(2), oid -> new ArrayList<>())
                                    .add(check);
                },
                tables,
                dependencies.of("pg_type"));
    }

    private void readExtensions() throws SQLException {
        Rows.read(
                source,
                DependencySql.extensions(),
                row -> objects.put(
                        new ObjectKey("pg_extension", row.getLong(1)),
                        new SourceObject.Extension(new TableId(row.getString(3), row.getString(2)), row.getString(4))),
                dependencies.of("pg_extension"));
    }

    private void readCollations() throws SQLException {
        Rows.read(
                source,
                DependencySql.collations(version),
                row -> objects.put(
                        new ObjectKey("pg_collation", row.getLong(1)),
                        new SourceObject.Collation(
                                new TableId(row.getString(2), row.getString(3)),
                                Rows.character(row, 4),
                                row.getString(5),
                                row.getString(6),
                                Rows.optional(row, 7),
                                row.getBoolean(8),
                                Rows.optional(row, 9))),
                dependencies.of("pg_collation"));
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

    private static UserType userType(ResultSet row) throws SQLException {
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
        List<UserType> rows = Rows.read(
                source, DependencySql.userTypes(version), StructureReader::userType, dependencies.of("pg_type"));
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
        ColumnReader columnReader = new ColumnReader(source, version);
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

    private void readFunctions() throws SQLException {
        Rows.read(
                source,
                DependencySql.functions(version),
                row -> {
                    String definition = row.getString(6);
                    String language = row.getString(5);
                    if (definition == null || language.equals("c") || language.equals("internal")) {
                        return null;
                    }
                    return objects.put(
                            new ObjectKey("pg_proc", row.getLong(1)),
                            new SourceObject.Function(
                                    new TableId(row.getString(2), row.getString(3)),
                                    ObjectKind.FUNCTION,
                                    row.getString(4),
                                    language,
                                    definition,
                                    Set.of()));
                },
                dependencies.of("pg_proc"));
    }

    private void readSequences(List<Long> tables, Map<Long, TableId> ids) throws SQLException {
        Rows.read(
                source,
                DependencySql.sequences(),
                row -> {
                    ObjectKey key = new ObjectKey("pg_class", row.getLong(1));
                    TableId id = new TableId(row.getString(2), row.getString(3));
                    if (!row.getBoolean(14)) {
                        String user = Identifier.quoted(source.getMetaData().getUserName());
                        findings.add(Finding.error(
                                        "source sequence " + id,
                                        "the task's user may not read it",
                                        "Grant the right to read it")
                                .of(CheckItem.SOURCE_RIGHTS)
                                .atSource(
                                        "GRANT USAGE ON SCHEMA " + Identifier.quoted(id.schema()) + " TO " + user,
                                        "GRANT SELECT ON SEQUENCE " + Identifier.quoted(id) + " TO " + user));
                    }
                    Optional<TableId> owner = Optional.ofNullable(ids.get(row.getLong(11)));
                    if (owner.isPresent()) {
                        owned.computeIfAbsent(new ObjectKey("pg_class", row.getLong(11)), table -> new HashSet<>())
                                .add(key);
                    }
                    return objects.put(
                            key,
                            new SourceObject.Sequence(
                                    id,
                                    row.getString(4),
                                    row.getLong(5),
                                    row.getLong(6),
                                    row.getLong(7),
                                    row.getLong(8),
                                    row.getLong(9),
                                    row.getBoolean(10),
                                    owner,
                                    owner.isPresent() ? Optional.of(row.getString(12)) : Optional.empty(),
                                    owner.isPresent() && row.getBoolean(13)));
                },
                dependencies.of("pg_class"),
                tables);
    }

    private record TableRow(
            List<String> options,
            Optional<String> partitionKey,
            Optional<String> bound,
            Optional<String> type,
            String accessMethod) {}

    private void readTables(
            List<Relation> tables,
            Partitions partitions,
            Map<Long, List<SourceColumn>> columns,
            Map<Long, List<SourceIndex>> indexes,
            Map<Long, List<SourceObject.Check>> checks)
            throws SQLException {
        Map<Long, TableRow> rows = new HashMap<>();
        Rows.read(
                source,
                DependencySql.tables(version),
                row -> rows.put(
                        row.getLong(1),
                        new TableRow(
                                Rows.optional(row, 2)
                                        .map(options -> List.of(options.split("\n")))
                                        .orElse(List.of()),
                                Rows.optional(row, 3),
                                Rows.optional(row, 4),
                                Rows.optional(row, 5),
                                row.getString(6))),
                tables.stream().map(Relation::oid).toList());
        Set<Long> created = new HashSet<>(tables.stream().map(Relation::oid).toList());
        for (Relation table : tables) {
            TableRow row = rows.get(table.oid());
            if (row == null) {
                throw new SyncException(
                        FailureKind.TRANSIENT,
                        "source table " + table.id(),
                        "it was dropped while the catalog was read",
                        "Start again");
            }
            List<Relation> parents = partitions.parents(table);
            List<TableId> inherits = new ArrayList<>();
            if (!table.partition()) {
                for (Relation parent : parents) {
                    if (created.contains(parent.oid())) {
                        inherits.add(parent.id());
                    } else {
                        withoutParents
                                .computeIfAbsent(new ObjectKey("pg_class", table.oid()), child -> new HashSet<>())
                                .add(new ObjectKey("pg_class", parent.oid()));
                        findings.add(Finding.warning(
                                "source table " + table.id(),
                                "it inherits from " + parent.id()
                                        + ", which is not selected: at the target it is a table" + " of its own",
                                "Select " + parent.id() + " too if queries at the target read it"));
                    }
                }
            }
            objects.put(
                    new ObjectKey("pg_class", table.oid()),
                    new SourceObject.Table(
                            table.id(),
                            table.oid(),
                            table.pages(),
                            columns.getOrDefault(table.oid(), List.of()),
                            checks.getOrDefault(table.oid(), List.of()),
                            indexes.getOrDefault(table.oid(), List.of()),
                            row.options(),
                            row.partitionKey(),
                            table.partition() ? partitions.parentOf(table).map(Relation::id) : Optional.empty(),
                            row.bound(),
                            inherits,
                            row.type(),
                            row.accessMethod(),
                            table.persistence() == 'u',
                            table.replicaIdentity()));
        }
    }

    private void findWhatIsMissing() throws SQLException {
        List<ObjectKey> needing = new ArrayList<>();
        List<ObjectKey> missing = new ArrayList<>();
        for (ObjectKey object : dependencies.all()) {
            for (ObjectKey need : dependencies.needs(object)) {
                boolean leftAlone =
                        withoutParents.getOrDefault(object, Set.of()).contains(need);
                if (objects.containsKey(object) && !objects.containsKey(need) && !leftAlone) {
                    needing.add(object);
                    missing.add(need);
                }
            }
        }
        if (missing.isEmpty()) {
            return;
        }
        List<String> needingNames = Dependencies.describe(source, needing);
        List<String> missingNames = Dependencies.describe(source, missing);
        for (int i = 0; i < missing.size(); i++) {
            findings.add(Finding.warning(
                    "source " + needingNames.get(i),
                    "it needs " + missingNames.get(i) + ", which is not created at the target",
                    "Create it there before the start"));
        }
    }

    private List<SourceObject> ordered() {
        List<ObjectKey> keys = new ArrayList<>(objects.keySet());
        keys.sort(Comparator.comparing((ObjectKey key) -> rank(objects.get(key)))
                .thenComparing(key -> objects.get(key).id()));
        DependencyOrder.Result<ObjectKey> order = DependencyOrder.of(keys, key -> {
            Set<ObjectKey> needs = new HashSet<>(dependencies.needs(key));
            needs.addAll(owned.getOrDefault(key, Set.of()));
            return needs;
        });
        for (ObjectKey key : order.circular()) {
            findings.add(Finding.error(
                    "source " + objects.get(key).id(),
                    "it needs itself, through other objects, so that none can be created first",
                    "Create them at the target before the start, or exclude the tables that need them"));
        }
        return order.ordered().stream().map(objects::get).toList();
    }

    private static int rank(SourceObject object) {
        // A switch over the sealed family would be final in Java 21 only.
        return object instanceof SourceObject.Table ? 1 : 0;
    }
}
