package io.walferry.job.schema;

import io.walferry.job.catalog.MappedTables;
import io.walferry.job.catalog.SourceColumn;
import io.walferry.job.catalog.SourceObject;
import io.walferry.job.catalog.TableChange;
import io.walferry.job.catalog.TargetTable;
import io.walferry.job.config.PhasesConfig;
import io.walferry.job.failure.Finding;
import io.walferry.job.model.Column;
import io.walferry.job.model.MappedColumn;
import io.walferry.job.model.OnExisting;
import io.walferry.job.model.Operation;
import io.walferry.job.model.TableId;
import io.walferry.job.model.TableMapping;
import io.walferry.job.model.TableSchema;
import io.walferry.job.sql.Identifier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Tables that the target has before the task starts, as far as the task file does not refuse them: whether rows fit in. They
 * are the user's, so nothing of them is altered.
 */
public final class ExistingTables {

    private final MappedTables mapped;
    private final Map<TableId, TargetTable> there;
    private final PhasesConfig phases;
    private final Predicate<TableId> saysOperations;
    private final boolean firstStart;
    private final List<Finding> findings;

    private ExistingTables(
            MappedTables mapped,
            Map<TableId, TargetTable> there,
            PhasesConfig phases,
            Predicate<TableId> saysOperations,
            boolean firstStart) {
        this.mapped = mapped;
        this.there = there;
        this.phases = phases;
        this.saysOperations = saysOperations;
        this.firstStart = firstStart;
        this.findings = new ArrayList<>(mapped.findings());
    }

    /**
     * Fits the tables in.
     *
     * @param objects the source's structure
     * @param there tables of the target, by name
     * @param isUsers whether the target of a source table was there before the task
     * @param saysOperations whether the task file says which changes of a source table are replicated
     * @param firstStart the task has written nothing yet
     */
    public static MappedTables fit(
            MappedTables mapped,
            List<SourceObject> objects,
            Map<TableId, TargetTable> there,
            Predicate<TableSchema> isUsers,
            PhasesConfig phases,
            Predicate<TableId> saysOperations,
            boolean firstStart) {
        return new ExistingTables(mapped, there, phases, saysOperations, firstStart).fit(objects, isUsers);
    }

    private MappedTables fit(List<SourceObject> objects, Predicate<TableSchema> isUsers) {
        Set<TableId> users = new HashSet<>();
        List<TableSchema> tables = new ArrayList<>();
        for (TableSchema table : mapped.tables()) {
            TableMapping mapping = table.mapping();
            TargetTable found = there.get(mapping.target());
            if (found == null && !phases.schema()) {
                findings.add(Finding.error(
                        "target table " + mapping.target(),
                        "it is not there, and the task file switches the phase schema off",
                        "Create it, or let the task do so"));
                tables.add(table);
            } else if (found != null
                    && isUsers.test(table)
                    && (!phases.schema() || mapping.onExisting() != OnExisting.REPORT)) {
                users.add(table.id());
                tables.add(fitted(table, found));
            } else {
                tables.add(table);
            }
        }
        return new MappedTables(tables, changes(objects, users), findings);
    }

    private Map<TableId, TableChange> changes(List<SourceObject> objects, Set<TableId> users) {
        Map<TableId, TableChange> changes = new HashMap<>(mapped.changes());
        for (SourceObject object : objects) {
            if (object instanceof SourceObject.Table table) {
                // A partition comes after its parent.
                boolean below = table.partitionOf().filter(users::contains).isPresent();
                if (below) {
                    users.add(table.id());
                }
                if (users.contains(table.id())) {
                    changes.computeIfPresent(table.id(), (id, change) -> change.notCreated());
                }
            }
        }
        return changes;
    }

    private TableSchema fitted(TableSchema table, TargetTable found) {
        String where = "target table " + found.id();
        List<MappedColumn> columns = new ArrayList<>();
        Set<String> filled = new HashSet<>();
        for (MappedColumn column : table.mapping().columns()) {
            filled.add(column.name());
            columns.add(fitted(where, table, column, found));
        }
        for (SourceColumn column : found.columns()) {
            boolean fillsItself = column.expression().isPresent()
                    || column.generated() != ' '
                    || column.column().identity() != Column.Identity.NONE;
            if (!filled.contains(column.name()) && column.column().notNull() && !fillsItself) {
                findings.add(Finding.error(
                        where,
                        "its column " + column.name() + " is NOT NULL without a default, and no column of " + table.id()
                                + " fills it",
                        "Give it a default, or let it be NULL"));
            }
        }
        List<String> key = table.targetKey();
        if (!key.isEmpty() && !found.hasKey(key)) {
            findings.add(Finding.error(
                    where,
                    "it has no unique index on " + String.join(", ", key) + ", by which rows are told apart",
                    "Run ALTER TABLE " + Identifier.quoted(found.id()) + " ADD PRIMARY KEY (" + Identifier.quoted(key)
                            + ")"));
        }
        if (table.mapping().deletionColumn().isPresent() && found.refusesRepeats(key)) {
            findings.add(Finding.error(
                    where,
                    "it has a unique or exclusion constraint besides its key, and deleted rows of " + table.id()
                            + " stay, marked, with values that later rows may have again",
                    "Make it a unique index WHERE "
                            + Identifier.quoted(table.mapping()
                                    .deletionColumn()
                                    .orElseThrow()
                                    .name())
                            + " IS NULL, or say soft-delete: none in a mapping rule for the table"));
        }
        boolean otherUnique = table.otherUnique() || found.otherUnique(key);
        TableMapping mapping = table.mapping().withColumns(columns).asExisting(found.partitioned());
        if (mapping.onExisting() == OnExisting.PROCEED) {
            if (mapping.replicates(Operation.TRUNCATE) && !saysOperations.test(table.id())) {
                Set<Operation> rest = new HashSet<>(mapping.operations());
                rest.remove(Operation.TRUNCATE);
                mapping = mapping.withOperations(rest);
                findings.add(Finding.warning(
                        where,
                        "it has rows of its own, so a TRUNCATE of " + table.id() + " is not replicated",
                        "To replicate it, name truncate among the table's operations"));
            }
            mapping = mapping.keepingRows(true);
        } else if (phases.load()) {
            if (mapping.onExisting() == OnExisting.REPORT && firstStart && !found.empty()) {
                findings.add(Finding.error(
                        where,
                        "it has rows, and the load would add others",
                        "Empty it, or say in the task file what to do: on-existing: proceed or truncate"));
            }
            if (otherUnique) {
                mapping = mapping.keepingRows(false);
            }
        }
        return table.withOtherUnique(otherUnique).withMapping(mapping);
    }

    private MappedColumn fitted(String where, TableSchema table, MappedColumn column, TargetTable found) {
        Optional<SourceColumn> there = found.columns().stream()
                .filter(candidate -> candidate.name().equals(column.name()))
                .findFirst();
        if (there.isEmpty()) {
            findings.add(Finding.error(
                    where,
                    "it has no column " + column.name() + ", which " + table.id() + " has",
                    "Add it, or leave the column out in the task file"));
            return column;
        }
        Column to = there.get().column();
        if (to.generated()) {
            findings.add(Finding.error(
                    where,
                    "its column " + column.name() + " is generated, so no row can bring a value for it",
                    "Leave the column out in the task file"));
        }
        if (!TypeFit.fits(column.type(), to.type())) {
            findings.add(Finding.error(
                    where,
                    "its column " + column.name() + " is " + to.type() + ", and that of " + table.id() + " is "
                            + column.type(),
                    "Give both the same type, or leave the column out in the task file"));
        } else if (TypeFit.mayBeTooShort(column.type(), to.type())) {
            findings.add(Finding.warning(
                    where,
                    "its column " + column.name() + " is " + to.type() + ", and that of " + table.id() + " is "
                            + column.type(),
                    "A value that does not fit would stop the task"));
        }
        return new MappedColumn(
                column.source(),
                column.name(),
                to.type(),
                to.identity() == Column.Identity.ALWAYS,
                column.constant(),
                column.deletion());
    }
}
