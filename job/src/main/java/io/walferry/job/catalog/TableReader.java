package io.walferry.job.catalog;

import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.Finding;
import io.walferry.job.failure.SyncException;
import io.walferry.job.model.TableId;
import io.walferry.job.sql.Identifier;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads tables, with what {@link CatalogReader} knows of them, and sequences. */
final class TableReader {

    private final SourceObjects objects;
    private final List<Finding> findings;

    /** Sequences per table whose column owns them. */
    private final Map<ObjectKey, Set<ObjectKey>> owned = new HashMap<>();

    /** Parents per table that it does not inherit from at the target. */
    private final Map<ObjectKey, Set<ObjectKey>> withoutParents = new HashMap<>();

    /** @param findings gets what cannot be as at the source */
    TableReader(SourceObjects objects, List<Finding> findings) {
        this.objects = objects;
        this.findings = findings;
    }

    /** Sequences that columns of the table own. */
    Set<ObjectKey> owned(ObjectKey table) {
        return owned.getOrDefault(table, Set.of());
    }

    /** The child does without the parent, which is not selected. */
    boolean withoutParent(ObjectKey child, ObjectKey parent) {
        return withoutParents.getOrDefault(child, Set.of()).contains(parent);
    }

    void readSequences(List<Relation> tables) throws SQLException {
        Map<Long, TableId> ids = new HashMap<>();
        tables.forEach(table -> ids.put(table.oid(), table.id()));
        Rows.read(
                objects.source(),
                CatalogQuery.SEQUENCES,
                row -> {
                    ObjectKey key = new ObjectKey("pg_class", row.getLong(1));
                    TableId id = new TableId(row.getString(2), row.getString(3));
                    if (!row.getBoolean(14)) {
                        String user = Identifier.quoted(objects.source().user());
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
                    objects.put(
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
                    return null;
                },
                objects.wanted("pg_class"),
                ids.keySet());
    }

    private record TableRow(
            List<String> options,
            Optional<String> partitionKey,
            Optional<String> bound,
            Optional<String> type,
            String accessMethod) {}

    /**
     * Reads tables.
     *
     * @param tables all to create, each partition after its parent
     */
    void readTables(
            List<Relation> tables,
            Partitions partitions,
            Map<Long, List<SourceColumn>> columns,
            Map<Long, List<SourceIndex>> indexes,
            Map<Long, List<SourceObject.Check>> checks)
            throws SQLException {
        Map<Long, TableRow> rows = new HashMap<>();
        Rows.read(
                objects.source(),
                CatalogQuery.TABLES,
                row -> rows.put(
                        row.getLong(1),
                        new TableRow(
                                Rows.lines(row, 2),
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
                            table.partition() ? List.of() : inherits(table, partitions.parents(table), created),
                            row.type(),
                            row.accessMethod(),
                            table.persistence() == 'u',
                            table.replicaIdentity()));
        }
    }

    private List<TableId> inherits(Relation table, List<Relation> parents, Set<Long> created) {
        List<TableId> inherits = new ArrayList<>();
        for (Relation parent : parents) {
            if (created.contains(parent.oid())) {
                inherits.add(parent.id());
            } else {
                withoutParents
                        .computeIfAbsent(new ObjectKey("pg_class", table.oid()), child -> new HashSet<>())
                        .add(new ObjectKey("pg_class", parent.oid()));
                findings.add(Finding.warning(
                        "source table " + table.id(),
                        "it inherits from " + parent.id() + ", which is not selected: at the target it is a table"
                                + " of its own",
                        "Select " + parent.id() + " too if queries at the target read it"));
            }
        }
        return inherits;
    }
}
