package io.walferry.job.schema.ddl;

import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.catalog.ObjectKind;
import io.walferry.job.catalog.ObjectName;
import io.walferry.job.catalog.SourceColumn;
import io.walferry.job.catalog.SourceObject;
import io.walferry.job.catalog.SourceObject.Table;
import io.walferry.job.catalog.StoredCatalog.ColumnIdentity;
import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import io.walferry.job.model.ReplicaIdentity;
import io.walferry.job.model.TableId;
import io.walferry.job.schema.TableDdl;
import io.walferry.job.schema.ddl.StructureState.IdentifiedColumn;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What becomes of a table that is there before and after. Columns are those of before if their {@code attnum} is. */
final class TableDiff {

    private final StructureState before;
    private final StructureState after;
    private final Statements statements;
    private final TableDdl ddl;
    private final Set<Long> emptied;
    private final Set<Long> reloaded;

    /**
     * @param reloaded tables whose rows are brought anew
     * @param emptied those of them that have no row when they are altered
     */
    TableDiff(
            StructureState before, StructureState after, Statements statements, Set<Long> reloaded, Set<Long> emptied) {
        this.before = before;
        this.after = after;
        this.statements = statements;
        this.reloaded = reloaded;
        this.emptied = emptied;
        Map<TableId, Table> tables = new LinkedHashMap<>();
        List<SourceObject.Sequence> sequences = new ArrayList<>();
        for (SourceObject object : after.objects().values()) {
            if (object instanceof Table table) {
                tables.put(table.id(), table);
            } else if (object instanceof SourceObject.Sequence sequence) {
                sequences.add(sequence);
            }
        }
        this.ddl = new TableDdl(tables, sequences);
    }

    void diff(Table was, Table is) {
        String name = quoted(is.id());
        if (was.type().isPresent() && is.type().isEmpty()) {
            statements.alters.add("ALTER TABLE " + name + " NOT OF");
        }
        inheritanceEnds(was, is);
        columns(was, is);
        if (is.type().isPresent() && was.type().isEmpty()) {
            statements.alters.add("ALTER TABLE " + name + " OF " + is.type().get());
        }
        inheritanceBegins(was, is);
        Options.diff(was.options(), is.options(), "ALTER TABLE ONLY " + name).forEach(statements.alters::add);
        if (was.unlogged() != is.unlogged()) {
            statements.alters.add("ALTER TABLE " + name + (is.unlogged() ? " SET UNLOGGED" : " SET LOGGED"));
        }
        replicaIdentity(was, is);
    }

    private void inheritanceEnds(Table was, Table is) {
        Optional<Long> wasPart = was.partitionOf().flatMap(before::oid);
        Optional<Long> isPart = is.partitionOf().flatMap(after::oid);
        if (wasPart.isPresent() && (!wasPart.equals(isPart) || !was.bound().equals(is.bound()))) {
            // The parent may be gone with its partitions left: then it was detached before.
            Table parent = after.tables().get(wasPart.get());
            if (parent != null) {
                statements.renames.add("ALTER TABLE " + quoted(parent.id()) + " DETACH PARTITION " + quoted(is.id()));
            }
        }
        List<Long> now = oids(after, is.inherits());
        for (TableId parent : was.inherits()) {
            Optional<Long> oid = before.oid(parent);
            if (oid.isPresent() && !now.contains(oid.get()) && after.tables().containsKey(oid.get())) {
                statements.alters.add("ALTER TABLE " + quoted(is.id()) + " NO INHERIT "
                        + quoted(after.tables().get(oid.get()).id()));
            }
        }
    }

    private void inheritanceBegins(Table was, Table is) {
        Optional<Long> wasPart = was.partitionOf().flatMap(before::oid);
        Optional<Long> isPart = is.partitionOf().flatMap(after::oid);
        if (isPart.isPresent() && (!isPart.equals(wasPart) || !was.bound().equals(is.bound()))) {
            TableDdl.attach(is).ifPresent(statements.attaches::add);
        }
        List<Long> formerly = oids(before, was.inherits());
        for (TableId parent : is.inherits()) {
            if (after.oid(parent).filter(oid -> !formerly.contains(oid)).isPresent()) {
                statements.attaches.add("ALTER TABLE " + quoted(is.id()) + " INHERIT " + quoted(parent));
            }
        }
    }

    private static List<Long> oids(StructureState state, List<TableId> names) {
        return names.stream().flatMap(name -> state.oid(name).stream()).toList();
    }

    private void columns(Table was, Table is) {
        boolean shared = after.change(is.oid()).shared();
        Map<String, IdentifiedColumn> old = before.columns(was);
        Map<String, IdentifiedColumn> now = after.columns(is);
        ColumnDiff diff = new ColumnDiff(statements, ddl, is);
        boolean ofType = is.type().isPresent() && was.type().isPresent();
        for (Map.Entry<String, IdentifiedColumn> entry : old.entrySet()) {
            SourceColumn column = entry.getValue().column();
            if (!now.containsKey(entry.getKey()) && !ofType && !goesWithParent(was, is, column)) {
                if (shared && before.change(is.oid()).shared() && renamedInOne(is, old, now)) {
                    throw renameInShared(is);
                }
                dropColumn(was, is, column);
            }
        }
        rename(was, is, old, now, ofType);
        for (Map.Entry<String, IdentifiedColumn> entry : now.entrySet()) {
            SourceColumn column = entry.getValue().column();
            IdentifiedColumn formerly = old.get(entry.getKey());
            if (formerly == null) {
                if (!ofType && !comesWithParent(was, is, column)) {
                    diff.add(entry.getValue(), reloaded.contains(is.oid()), shared, comesToAll(is, column));
                }
            } else if (retypedGenerated(formerly, entry.getValue())) {
                statements.alters.add(
                        "ALTER TABLE " + quoted(is.id()) + " DROP COLUMN IF EXISTS " + quoted(column.name()));
                diff.add(entry.getValue(), true, shared, false);
            } else {
                boolean retyped = !sameType(formerly, entry.getValue())
                        && !ofType
                        && !inherited(was, is, formerly.column().name());
                diff.change(formerly.column(), column, retyped, emptied.contains(is.oid()));
            }
        }
    }

    /** A generated column whose expression is another one: only newer servers can set it, all can make the column anew. */
    private static boolean retypedGenerated(IdentifiedColumn was, IdentifiedColumn is) {
        return was.column().generated() != ' '
                && is.column().generated() != ' '
                && !was.column().expression().equals(is.column().expression())
                && sameType(was, is)
                && was.identity().map(ColumnIdentity::expression).orElse(0L)
                        != is.identity()
                                .map(ColumnIdentity::expression)
                                .orElse(0L)
                                .longValue();
    }

    private boolean renamedInOne(Table is, Map<String, IdentifiedColumn> old, Map<String, IdentifiedColumn> now) {
        return now.keySet().stream().anyMatch(key -> !old.containsKey(key));
    }

    private static SyncException renameInShared(Table table) {
        return new SyncException(
                FailureKind.NEEDS_OPERATOR,
                "target table " + table.id(),
                "a column has been renamed in one of the source tables that share it, and not in the others",
                "Rename it at the target when all have it, and skip this step");
    }

    /** A swap of two names goes through a third one. */
    private void rename(
            Table was, Table is, Map<String, IdentifiedColumn> old, Map<String, IdentifiedColumn> now, boolean ofType) {
        List<String> second = new ArrayList<>();
        Set<String> taken = new java.util.HashSet<>();
        old.values().forEach(column -> taken.add(column.column().name()));
        for (Map.Entry<String, IdentifiedColumn> entry : now.entrySet()) {
            IdentifiedColumn formerly = old.get(entry.getKey());
            if (formerly == null || ofType) {
                continue;
            }
            String from = formerly.column().name();
            String to = entry.getValue().column().name();
            if (from.equals(to) || inherited(was, is, from)) {
                continue;
            }
            String rename = "ALTER TABLE " + quoted(is.id()) + " RENAME COLUMN ";
            boolean gone = old.entrySet().stream()
                    .noneMatch(other -> other.getValue().column().name().equals(to) && now.containsKey(other.getKey()));
            if (taken.contains(to) && !gone) {
                String between = "walferry rename " + entry.getKey();
                statements.alters.add(rename + quoted(from) + " TO " + quoted(between));
                second.add(rename + quoted(between) + " TO " + quoted(to));
            } else {
                statements.alters.add(rename + quoted(from) + " TO " + quoted(to));
            }
        }
        statements.alters.addAll(second);
    }

    static boolean sameType(IdentifiedColumn was, IdentifiedColumn is) {
        if (was.identity().isEmpty() || is.identity().isEmpty()) {
            return was.column().column().type().equals(is.column().column().type());
        }
        return was.identity().get().type() == is.identity().get().type()
                && was.identity().get().modifier() == is.identity().get().modifier()
                && was.column().collation().equals(is.column().collation());
    }

    /** Tables that the task has and that this one inherits from. */
    private static List<TableId> parents(Table table) {
        List<TableId> parents = new ArrayList<>(table.inherits());
        table.partitionOf().ifPresent(parents::add);
        return parents;
    }

    /** The parent has the column before and after: what is done to it there is done to this one too. */
    private boolean inherited(Table was, Table is, String column) {
        List<Long> now = oids(after, parents(is));
        return oids(before, parents(was)).stream()
                .anyMatch(parent -> now.contains(parent) && has(before.tables().get(parent), column));
    }

    /** The parent's statement brings the column to this one too. */
    private boolean comesWithParent(Table was, Table is, SourceColumn column) {
        for (TableId parent : parents(is)) {
            Optional<Table> there = after.oid(parent).map(after.tables()::get);
            boolean stays = after.oid(parent)
                    .filter(oid -> oids(before, parents(was)).contains(oid))
                    .isPresent();
            if (there.isPresent() && stays && has(there.get(), column.name())) {
                return true;
            }
        }
        return false;
    }

    /** Nothing that inherits from the table has had a column of that name, with a default of its own. */
    private boolean comesToAll(Table is, SourceColumn column) {
        return after.tables().values().stream()
                .filter(other -> parents(other).contains(is.id()))
                .map(other -> before.tables().get(other.oid()))
                .noneMatch(other -> other != null && has(other, column.name()));
    }

    /** A column of the row type of a table that is dropped has to go before that. */
    private void dropColumn(Table was, Table is, SourceColumn column) {
        String drop = " DROP COLUMN IF EXISTS " + quoted(column.name());
        boolean ofDropped = before.tables().values().stream()
                .anyMatch(table -> !after.tables().containsKey(table.oid())
                        && column.column().bareType().equals(quoted(table.id())));
        if (ofDropped) {
            statements.drops.add("ALTER TABLE " + quoted(was.id()) + drop);
        } else {
            statements.alters.add(
                    "ALTER TABLE " + (staysInChildren(is, column) ? "ONLY " : "") + quoted(is.id()) + drop);
        }
    }

    private boolean goesWithParent(Table was, Table is, SourceColumn column) {
        if (column.local() && was.partitionOf().isEmpty()) {
            return false;
        }
        for (TableId parent : parents(was)) {
            Optional<Long> oid = before.oid(parent);
            boolean stays = oid.isPresent() && oids(after, parents(is)).contains(oid.get());
            if (stays && has(before.tables().get(oid.get()), column.name())) {
                return true;
            }
        }
        return false;
    }

    /**
     * {@code DROP COLUMN} with {@code ONLY} leaves the column to those that inherited it, and without to those that have declared it
     * themselves.
     */
    private boolean staysInChildren(Table is, SourceColumn column) {
        List<Table> children = after.tables().values().stream()
                .filter(other -> other.inherits().contains(is.id()))
                .toList();
        return !children.isEmpty() && children.stream().allMatch(child -> has(child, column.name()));
    }

    private static boolean has(Table table, String column) {
        return table.columns().stream().anyMatch(found -> found.name().equals(column));
    }

    private void replicaIdentity(Table was, Table is) {
        Optional<Long> wasIndex = identityIndex(was);
        Optional<Long> isIndex = identityIndex(is);
        if (was.replicaIdentity() == is.replicaIdentity() && wasIndex.equals(isIndex)) {
            return;
        }
        if (is.replicaIdentity() == ReplicaIdentity.INDEX && isIndex.isEmpty()) {
            return;
        }
        String action =
                switch (is.replicaIdentity()) {
                    case FULL -> "FULL";
                    case NOTHING -> "NOTHING";
                    case DEFAULT -> "DEFAULT";
                    case INDEX -> "USING INDEX "
                            + quoted(is.indexes().stream()
                                    .filter(index -> index.oid() == isIndex.get())
                                    .findFirst()
                                    .orElseThrow()
                                    .name());
                };
        statements.later.add("ALTER TABLE ONLY " + quoted(is.id()) + " REPLICA IDENTITY " + action);
    }

    private static Optional<Long> identityIndex(Table table) {
        return table.indexes().stream()
                .filter(io.walferry.job.catalog.SourceIndex::replicaIdentity)
                .map(io.walferry.job.catalog.SourceIndex::oid)
                .findFirst();
    }

    static ObjectName name(Table table) {
        return ObjectName.of(ObjectKind.TABLE, table.id());
    }
}
