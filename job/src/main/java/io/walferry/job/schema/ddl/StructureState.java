package io.walferry.job.schema.ddl;

import io.walferry.job.catalog.MappedTables;
import io.walferry.job.catalog.ObjectImage;
import io.walferry.job.catalog.ObjectKey;
import io.walferry.job.catalog.ObjectKind;
import io.walferry.job.catalog.ObjectName;
import io.walferry.job.catalog.SourceCatalog;
import io.walferry.job.catalog.SourceColumn;
import io.walferry.job.catalog.SourceIndex;
import io.walferry.job.catalog.SourceObject;
import io.walferry.job.catalog.SourceObject.Table;
import io.walferry.job.catalog.StoredCatalog;
import io.walferry.job.catalog.StoredCatalog.ColumnIdentity;
import io.walferry.job.catalog.TableChange;
import io.walferry.job.model.TableId;
import io.walferry.job.model.TableSchema;
import io.walferry.job.schema.MappedStructure;
import io.walferry.job.schema.TargetStructure;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The structure at one position of the stream: at the source, and what it is at the target. Everything has the identity that the
 * source's catalog gives it, so that two states can be held against each other whatever has been renamed.
 */
final class StructureState {

    private final Map<ObjectKey, ObjectImage> images;
    private final StoredCatalog stored;
    private final StoredCatalog.Keyed keyed;
    private final MappedTables mapped;
    private final SourceCatalog catalog;
    private final TargetStructure target;
    /** Fitted objects by identity, in the order in which they are made. */
    private final Map<String, SourceObject> objects = new LinkedHashMap<>();

    private final Map<Long, Table> sourceTables = new HashMap<>();
    private final Map<Long, Table> tables = new LinkedHashMap<>();
    private final Map<TableId, Long> oids = new HashMap<>();

    StructureState(DdlScope scope, Map<ObjectKey, ObjectImage> images) {
        this.images = new TreeMap<>(images);
        this.stored = new StoredCatalog(scope.sourceVersion(), images);
        this.keyed = stored.read(scope.objects());
        this.mapped = scope.arrivals().map(keyed.catalog());
        SourceCatalog all = MappedStructure.of(keyed.catalog(), mapped);
        this.catalog = scope.createsStructure()
                ? all
                : new SourceCatalog(
                        all.serverVersion(), all.tables(), List.of(), List.of(), all.leftOut(), all.findings());
        this.target = TargetStructure.of(this.catalog, scope.target());
        for (SourceObject object : keyed.catalog().structure()) {
            if (object instanceof Table table) {
                sourceTables.put(table.oid(), table);
            }
        }
        for (SourceObject object : target.objects()) {
            if (object instanceof Table table) {
                Table whole = withColumnsOfOthers(table);
                tables.put(table.oid(), whole);
                oids.put(table.id(), table.oid());
                objects.put("pg_class:" + table.oid(), whole);
            }
        }
        for (SourceObject object : target.objects()) {
            if (!(object instanceof Table)) {
                identity(object).ifPresent(identity -> objects.put(identity, object));
            }
        }
    }

    private StructureState(StructureState other, Map<ObjectKey, ObjectImage> images) {
        this.images = new TreeMap<>(images);
        this.stored = other.stored;
        this.keyed = other.keyed;
        this.mapped = other.mapped;
        this.catalog = other.catalog;
        this.target = other.target;
        this.objects.putAll(other.objects);
        this.sourceTables.putAll(other.sourceTables);
        this.tables.putAll(other.tables);
        this.oids.putAll(other.oids);
    }

    /** The same structure; the images differ in marks alone. */
    StructureState withMarks(Map<ObjectKey, ObjectImage> other) {
        return new StructureState(this, other);
    }

    /** Several tables with one target: it has the columns of all of them, even when they have not all changed yet. */
    private Table withColumnsOfOthers(Table table) {
        TableChange change = change(table.oid());
        if (!change.shared()) {
            return table;
        }
        Map<String, SourceColumn> columns = new LinkedHashMap<>();
        table.columns().forEach(column -> columns.put(column.name(), column));
        for (Table other : sourceTables.values()) {
            TableChange arrives = mapped.changes().get(other.id());
            if (arrives.target().equals(table.id()) && other.oid() != table.oid()) {
                for (SourceColumn column : other.columns()) {
                    if (!arrives.leftOut().contains(column.name())) {
                        String name = arrives.rename().getOrDefault(column.name(), column.name());
                        columns.putIfAbsent(name, Renamed.column(column, name));
                    }
                }
            }
        }
        return Renamed.table(table, new ArrayList<>(columns.values()));
    }

    private Optional<String> identity(SourceObject object) {
        if (object instanceof SourceObject.Sequence sequence) {
            return key(ObjectName.of(ObjectKind.SEQUENCE, sequence.source()));
        }
        if (object instanceof SourceObject.ForeignKey foreignKey) {
            Long table = oids.get(foreignKey.id());
            Long oid = table == null
                    ? null
                    : stored.constraints(ObjectKey.relation(table)).get(foreignKey.constraint());
            return Optional.ofNullable(oid).map(found -> "pg_constraint:" + found);
        }
        if (object instanceof SourceObject.Comment || object instanceof SourceObject.Grant) {
            return Optional.empty();
        }
        return key(object.sourceName());
    }

    private Optional<String> key(ObjectName name) {
        return Optional.ofNullable(keyed.keys().get(name)).map(key -> key.catalog() + ":" + key.oid());
    }

    Map<ObjectKey, ObjectImage> images() {
        return images;
    }

    StoredCatalog stored() {
        return stored;
    }

    TargetStructure target() {
        return target;
    }

    Map<String, SourceObject> objects() {
        return objects;
    }

    /** Tables at the target by OID, each after its parent. */
    Map<Long, Table> tables() {
        return tables;
    }

    /** The table with this name at the target. */
    Optional<Long> oid(TableId target) {
        return Optional.ofNullable(oids.get(target));
    }

    /** The sequence's name at the target; empty if it is not kept at the source's value. */
    Optional<TableId> targetSequence(long oid) {
        return objects.get("pg_class:" + oid) instanceof SourceObject.Sequence sequence
                ? Optional.ofNullable(target.plan().sequences().get(sequence.source()))
                : Optional.empty();
    }

    /** The table at the source, with the names that it has there. */
    Optional<Table> sourceTable(long oid) {
        return Optional.ofNullable(sourceTables.get(oid));
    }

    /** All tables that are moved, partitions too, by OID. */
    Map<Long, Table> sourceTables() {
        return sourceTables;
    }

    TableChange change(long oid) {
        return mapped.changes().get(sourceTables.get(oid).id());
    }

    /** Tables of the task by OID. */
    Map<Long, TableSchema> schemas() {
        Map<Long, TableSchema> schemas = new LinkedHashMap<>();
        catalog.tables().forEach(table -> schemas.put(table.oid(), table));
        return schemas;
    }

    /** A column at the target with what it is at the source; one of a constant has none. */
    record IdentifiedColumn(SourceColumn column, Optional<ColumnIdentity> identity) {}

    /** Columns at the target by what tells them apart: {@code attnum}, or the name where several tables share them. */
    Map<String, IdentifiedColumn> columns(Table table) {
        TableChange change = change(table.oid());
        Map<String, String> sources = new HashMap<>();
        change.rename().forEach((source, name) -> sources.put(name, source));
        Map<String, ColumnIdentity> identities = stored.columns(ObjectKey.relation(table.oid()));
        Map<String, IdentifiedColumn> columns = new LinkedHashMap<>();
        for (SourceColumn column : table.columns()) {
            ColumnIdentity identity = identities.get(sources.getOrDefault(column.name(), column.name()));
            String key =
                    identity == null || change.shared() ? "name " + column.name() : String.valueOf(identity.attnum());
            columns.put(key, new IdentifiedColumn(column, Optional.ofNullable(identity)));
        }
        return columns;
    }

    /** Indexes of tables and materialized views by OID. */
    List<SourceIndex> indexes(SourceObject relation) {
        return relation instanceof Table table
                ? table.indexes()
                : relation instanceof SourceObject.MaterializedView view ? view.indexes() : List.of();
    }
}
