package io.walferry.job.catalog;

import io.walferry.job.config.ObjectsConfig;
import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.Finding;
import io.walferry.job.model.TableId;
import io.walferry.job.model.TableSchema;
import io.walferry.job.sql.Identifier;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads the selected part of a source's catalog, in a number of queries that does not depend on the number of tables. */
public final class CatalogReader {

    /** The first version that publishes a partitioned table as its root. */
    private static final int PUBLISHES_ROOTS = 130000;

    private final CatalogSource source;
    private final int version;

    private CatalogReader(CatalogSource source) {
        this.source = source;
        this.version = source.version();
    }

    /** @param source a connection with an empty {@code search_path}, so that the server qualifies every name */
    public static SourceCatalog read(Connection source, ObjectsConfig objects) throws SQLException {
        return read(new ServerCatalog(source), objects, new HashMap<>());
    }

    /** @param keys gets the key of every object that is moved */
    static SourceCatalog read(CatalogSource source, ObjectsConfig objects, Map<ObjectName, ObjectKey> keys)
            throws SQLException {
        return new CatalogReader(source).read(objects, keys);
    }

    private SourceCatalog read(ObjectsConfig objects, Map<ObjectName, ObjectKey> keys) throws SQLException {
        List<Relation> relations = Rows.read(source, CatalogQuery.RELATIONS, CatalogReader::relation);
        Map<Long, List<Long>> parents = new HashMap<>();
        Rows.read(source, CatalogQuery.INHERITANCE, row -> parents.computeIfAbsent(
                        row.getLong(1), child -> new ArrayList<>())
                .add(row.getLong(2)));
        Partitions partitions = new Partitions(relations, parents);
        TableSelection.Result selection = TableSelection.select(objects, relations, partitions);
        List<Finding> findings = new ArrayList<>();
        selection.findings().forEach(finding -> findings.add(finding.of(CheckItem.OBJECTS)));
        if (selection.tables().isEmpty()) {
            findings.add(Finding.error("source", "no table is selected", "Correct schemas, tables and exclude")
                    .of(CheckItem.OBJECTS));
        }

        List<Relation> moved = withPartitions(selection.tables(), partitions);
        List<Relation> created =
                Stream.concat(moved.stream(), selection.unlogged().stream()).toList();
        List<Long> oids = Stream.concat(created.stream(), selection.views().stream())
                .map(Relation::oid)
                .toList();
        Map<Long, List<SourceColumn>> columns = new ColumnReader(source).read(oids);
        Map<Long, List<SourceIndex>> indexes = indexes(source, oids);

        String user = source.user();
        List<TableSchema> tables = new ArrayList<>();
        for (Relation table : version < PUBLISHES_ROOTS ? leaves(moved) : selection.tables()) {
            accessFindings(table, user, findings);
            tables.add(schema(table, leaves(partitions.below(table)), columns, indexes, findings));
        }
        tables.sort(Comparator.comparing(TableSchema::id));
        List<LeftOut> leftOut = new ArrayList<>(selection.leftOut());
        StructureReader.Result structure = StructureReader.read(
                source,
                objects,
                new StructureReader.Relations(relations, created, selection.views(), partitions, columns, indexes),
                leftOut,
                findings,
                keys);
        // A schema without tables may have other objects, which only now are known.
        for (String schema : objects.schemas()) {
            NamePattern pattern = NamePattern.ofSchema(schema);
            if (Stream.concat(structure.before().stream(), structure.others().stream())
                    .anyMatch(object -> pattern.matches(object.id()))) {
                findings.remove(TableSelection.nothingMatches(pattern));
            }
        }
        return new SourceCatalog(version, tables, structure.before(), structure.others(), leftOut, findings);
    }

    /** Indexes by table. */
    static Map<Long, List<SourceIndex>> indexes(CatalogSource server, Collection<Long> tables) throws SQLException {
        Map<Long, List<SourceIndex>> indexes = new HashMap<>();
        for (SourceIndex index : Rows.read(server, CatalogQuery.INDEXES, CatalogReader::index, tables)) {
            indexes.computeIfAbsent(index.table(), oid -> new ArrayList<>()).add(index);
        }
        return indexes;
    }

    private static List<Relation> withPartitions(List<Relation> tables, Partitions partitions) {
        List<Relation> all = new ArrayList<>();
        for (Relation table : tables) {
            all.add(table);
            all.addAll(partitions.below(table));
        }
        return all;
    }

    private static List<Relation> leaves(List<Relation> relations) {
        return relations.stream().filter(relation -> relation.kind() == 'r').toList();
    }

    private static TableSchema schema(
            Relation table,
            List<Relation> leaves,
            Map<Long, List<SourceColumn>> columns,
            Map<Long, List<SourceIndex>> indexes,
            List<Finding> findings) {
        List<SourceColumn> own = columns.getOrDefault(table.oid(), List.of());
        List<SourceIndex> ownIndexes = indexes.getOrDefault(table.oid(), List.of());
        List<String> stored = own.stream()
                .filter(column -> !column.column().generated())
                .map(SourceColumn::name)
                .toList();
        TableKey key = table.partitioned()
                ? TableKey.of(
                        table.id(),
                        table.replicaIdentity(),
                        ownIndexes,
                        stored,
                        leaves.stream()
                                .map(leaf -> new TableKey.Leaf(
                                        leaf.id(), leaf.replicaIdentity(), indexes.getOrDefault(leaf.oid(), List.of())))
                                .toList())
                : TableKey.of(table.id(), table.replicaIdentity(), ownIndexes, stored);
        findings.addAll(key.findings());
        return new TableSchema(
                table.id(),
                table.oid(),
                table.partitioned(),
                own.stream().map(SourceColumn::column).toList(),
                table.replicaIdentity(),
                key.columns(),
                key.index().map(SourceIndex::name).orElse(null),
                key.otherUnique());
    }

    private static void accessFindings(Relation table, String user, List<Finding> findings) {
        if (!table.readable()) {
            findings.add(Finding.error(
                            "source table " + table.id(),
                            "the task's user may not read it",
                            "Grant the right to read it")
                    .of(CheckItem.SOURCE_RIGHTS)
                    .atSource(
                            "GRANT USAGE ON SCHEMA "
                                    + Identifier.quoted(table.id().schema()) + " TO " + Identifier.quoted(user),
                            "GRANT SELECT ON " + Identifier.quoted(table.id()) + " TO " + Identifier.quoted(user)));
        }
        if (table.rowsHidden()) {
            findings.add(Finding.error(
                            "source table " + table.id(),
                            "row security hides rows from the task's user",
                            "Let the user pass it by")
                    .of(CheckItem.SOURCE_RIGHTS)
                    .atSource("ALTER ROLE " + Identifier.quoted(user) + " BYPASSRLS"));
        }
    }

    private static Relation relation(CatalogRow row) throws SQLException {
        return new Relation(
                row.getLong(1),
                new TableId(row.getString(2), row.getString(3)),
                Rows.character(row, 4),
                Rows.character(row, 5),
                row.getBoolean(6),
                Relation.replicaIdentity(Rows.character(row, 7)),
                row.getLong(8),
                row.getLong(9),
                row.getBoolean(10),
                row.getBoolean(11),
                Rows.optional(row, 12));
    }

    private static SourceIndex index(CatalogRow row) throws SQLException {
        Optional<SourceIndex.IndexConstraint> constraint = row.getString(17) == null
                ? Optional.empty()
                : Optional.of(new SourceIndex.IndexConstraint(
                        row.getString(17),
                        Rows.character(row, 18),
                        row.getString(20),
                        row.getBoolean(21),
                        row.getBoolean(22)));
        return new SourceIndex(
                row.getLong(1),
                row.getLong(2),
                row.getString(3),
                row.getBoolean(4),
                row.getBoolean(5),
                row.getBoolean(6),
                row.getBoolean(7),
                row.getBoolean(8),
                row.getBoolean(9),
                row.getBoolean(10),
                row.getBoolean(11),
                row.getBoolean(12),
                Rows.texts(row, 13),
                row.getBoolean(14),
                row.getLong(15),
                row.getLong(16),
                row.getString(19),
                row.getString(23),
                constraint);
    }
}
