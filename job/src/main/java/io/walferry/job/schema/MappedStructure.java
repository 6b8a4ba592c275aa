package io.walferry.job.schema;

import io.walferry.job.catalog.MappedTables;
import io.walferry.job.catalog.SourceCatalog;
import io.walferry.job.catalog.SourceObject;
import io.walferry.job.catalog.SourceObject.Sequence;
import io.walferry.job.catalog.SourceObject.Table;
import io.walferry.job.catalog.TableChange;
import io.walferry.job.failure.Finding;
import io.walferry.job.model.MappedColumn;
import io.walferry.job.model.TableMapping;
import io.walferry.job.model.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A source's structure under the names of the target. What is structured (names, columns, keys, foreign keys) follows exactly;
 * in texts about a table the names of its columns are replaced; a text that names what changes and cannot follow is left
 * out, and told.
 */
public final class MappedStructure {

    private final SourceCatalog catalog;
    private final MappedTables mapped;
    private final MappedNames names;
    private final MappingLosses losses;

    private MappedStructure(SourceCatalog catalog, MappedTables mapped) {
        this.catalog = catalog;
        this.mapped = mapped;
        this.names = new MappedNames(catalog, mapped);
        this.losses = new MappingLosses(joined(catalog.findings(), mapped.findings()), catalog.leftOut());
    }

    /** The catalog with tables and structure as they are at the target; the tables keep the names of the source. */
    public static SourceCatalog of(SourceCatalog catalog, MappedTables mapped) {
        boolean same = mapped.changes().entrySet().stream()
                .allMatch(entry -> entry.getValue().changesNothing(entry.getKey())
                        && !entry.getValue().chosen());
        return same
                ? new SourceCatalog(
                        catalog.serverVersion(),
                        mapped.tables(),
                        catalog.structure(),
                        catalog.others(),
                        catalog.leftOut(),
                        joined(catalog.findings(), mapped.findings()))
                : new MappedStructure(catalog, mapped).map();
    }

    private static List<Finding> joined(List<Finding> first, List<Finding> second) {
        List<Finding> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }

    private SourceCatalog map() {
        MappedTable mappedTable = new MappedTable(mapped, names, losses, catalog.structure());
        List<SourceObject> structure = new ArrayList<>();
        for (SourceObject object : catalog.structure()) {
            if (object instanceof Table table) {
                TableChange change = mapped.changes().get(table.id());
                if (change.created()) {
                    structure.add(
                            change.changesNothing(table.id()) && names.changed().isEmpty()
                                    ? table
                                    : mappedTable.apply(table, change));
                } else {
                    losses.drop(table.name());
                }
            } else if (object instanceof Sequence sequence) {
                sequence(sequence).ifPresent(structure::add);
            } else {
                structure.add(object);
            }
        }
        MappedOthers mappedOthers = new MappedOthers(mapped, names, losses);
        List<SourceObject> others = new ArrayList<>();
        catalog.others().forEach(object -> mappedOthers.apply(object).ifPresent(others::add));
        List<TableSchema> tables = new ArrayList<>();
        mapped.tables().forEach(table -> tables.add(withNames(table)));
        return new SourceCatalog(
                catalog.serverVersion(), tables, structure, others, losses.leftOut(), losses.findings());
    }

    private Optional<Sequence> sequence(Sequence sequence) {
        Optional<TableChange> change = sequence.ownerTable().map(mapped.changes()::get);
        Optional<String> column = sequence.ownerColumn();
        if (change.isPresent()) {
            TableChange owner = change.get();
            if (!owner.created() || column.filter(owner.leftOut()::contains).isPresent()) {
                losses.drop(sequence.name());
                return Optional.empty();
            }
            column = column.map(name -> owner.rename().getOrDefault(name, name));
        }
        return Optional.of(new Sequence(
                names.of(sequence.id()),
                sequence.type(),
                sequence.start(),
                sequence.increment(),
                sequence.min(),
                sequence.max(),
                sequence.cache(),
                sequence.cycle(),
                change.map(TableChange::target),
                column,
                sequence.identity(),
                sequence.id()));
    }

    private TableSchema withNames(TableSchema table) {
        TableMapping mapping = table.mapping();
        List<MappedColumn> columns = new ArrayList<>();
        mapping.columns().forEach(column -> columns.add(column.withType(names.type(column.type()))));
        String keyIndex = table.keyIndex() == null ? null : names.index(table.id(), table.keyIndex());
        return new TableSchema(
                table.id(),
                table.oid(),
                table.partitioned(),
                table.columns(),
                table.replicaIdentity(),
                table.key(),
                keyIndex,
                table.otherUnique(),
                mapping.withColumns(columns));
    }
}
