package io.walferry.job.schema.ddl;

import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.catalog.NamePatterns;
import io.walferry.job.catalog.ObjectKey;
import io.walferry.job.catalog.ObjectKind;
import io.walferry.job.catalog.ObjectName;
import io.walferry.job.catalog.SourceObject;
import io.walferry.job.catalog.SourceObject.MaterializedView;
import io.walferry.job.catalog.SourceObject.Rule;
import io.walferry.job.catalog.SourceObject.Sequence;
import io.walferry.job.catalog.SourceObject.Table;
import io.walferry.job.catalog.SourceObject.Trigger;
import io.walferry.job.model.TableId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The statements that make the target's structure from what it is before a command into what it is after. What is new is made by
 * the steps of a start; what is there is altered, replaced, or where SQL has no word for it dropped and made anew.
 */
final class StructureDiff {

    private static final Set<ObjectKind> HANG_ON_TABLES = Set.of(
            ObjectKind.VIEW,
            ObjectKind.MATERIALIZED_VIEW,
            ObjectKind.RULE,
            ObjectKind.TRIGGER,
            ObjectKind.STATISTICS,
            ObjectKind.TABLE);

    private final DdlScope scope;
    private final StructureState before;
    private final StructureState after;
    private final Set<Long> reloaded;
    private final Set<Long> emptied;
    private final boolean consistent;
    private final Statements statements = new Statements();
    private final ConstraintDiff constraints;
    private final ReplacedObjects replacements;
    private final Set<ObjectName> made = new HashSet<>();
    private final List<String> ignored = new ArrayList<>();
    private final TypeDiff types;
    private final Map<String, String> movedSchemas = new HashMap<>();

    /**
     * @param reloaded tables whose rows are brought anew afterwards
     * @param emptied those of them whose rows would be in the way
     * @param consistent all of the plan has been made; else what refuses rows, or only reads them, is made with the rest of it
     */
    StructureDiff(
            DdlScope scope,
            StructureState before,
            StructureState after,
            Set<Long> reloaded,
            Set<Long> emptied,
            boolean consistent) {
        this.scope = scope;
        this.consistent = consistent;
        this.before = before;
        this.after = after;
        this.reloaded = reloaded;
        this.emptied = emptied;
        this.constraints = new ConstraintDiff(before, after, statements);
        this.types = new TypeDiff(before, after, statements, scope.target().majorVersion());
        this.replacements = new ReplacedObjects(before, after, statements, constraints, made, ignored);
    }

    Statements statements() {
        return statements;
    }

    /** What is not done, for people. */
    List<String> ignored() {
        return ignored;
    }

    List<RenamedLabels.Renaming> renamedLabels() {
        return types.renamedLabels();
    }

    void diff() {
        schemas();
        Set<String> gone = new java.util.LinkedHashSet<>(before.objects().keySet());
        gone.removeAll(after.objects().keySet());
        for (Map.Entry<String, SourceObject> entry : before.objects().entrySet()) {
            SourceObject is = after.objects().get(entry.getKey());
            if (is != null) {
                moved(entry.getValue(), is);
            }
        }
        leave(gone);
        emptied.forEach(oid -> {
            Table table = after.tables().get(oid);
            if (table != null) {
                statements.alters.add(
                        "DELETE FROM " + (table.partitionKey().isPresent() ? "" : "ONLY ") + quoted(table.id()));
            }
        });
        TableDiff tables = new TableDiff(before, after, statements, reloaded, emptied);
        constraints.foreignKeys();
        for (Map.Entry<String, SourceObject> entry : after.objects().entrySet()) {
            SourceObject was = before.objects().get(entry.getKey());
            SourceObject is = entry.getValue();
            if (is instanceof SourceObject.ForeignKey) {
                continue; // done above, all together
            }
            if (was == null) {
                make(is);
            } else if (was instanceof Table old && is instanceof Table now) {
                if (!old.equals(now) || !before.columns(old).equals(after.columns(now))) {
                    tables.diff(old, now);
                    constraints.checks(old, now);
                    constraints.indexes(old, now);
                }
            } else if (!was.equals(is) && touched(entry.getKey()) && !types.diff(key(entry.getKey()), was, is)) {
                replacements.diff(key(entry.getKey()), was, is);
            }
        }
        dropGone(gone);
        new NewObjects(before, after, statements, constraints, made, consistent, this::ensureSchema).make();
        new RemarkDiff(before, after, statements).diff();
        tellLeftOut();
    }

    /** An object that the command has not touched may differ by what it names: the server follows that by itself. */
    private boolean touched(String identity) {
        ObjectKey holder = after.stored().holder(key(identity)).orElse(key(identity));
        return !Objects.equals(before.images().get(holder), after.images().get(holder));
    }

    /** The key at the source that an identity is made of. */
    static ObjectKey key(String identity) {
        int colon = identity.indexOf(':');
        return new ObjectKey(identity.substring(0, colon), Long.parseLong(identity.substring(colon + 1)));
    }

    private void schemas() {
        Map<Long, String> old = before.stored().namespaces();
        Map<Long, String> now = after.stored().namespaces();
        Set<String> used = new HashSet<>();
        before.objects().values().forEach(object -> used.add(object.id().schema()));
        now.forEach((oid, name) -> {
            String formerly = old.get(oid);
            if (formerly == null && NamePatterns.selectsSchema(scope.objects(), name) && scope.createsStructure()) {
                statements.first.add("CREATE SCHEMA IF NOT EXISTS " + quoted(name));
            } else if (formerly != null
                    && !formerly.equals(name)
                    && (used.contains(formerly) || NamePatterns.selectsSchema(scope.objects(), formerly))
                    && scope.createsStructure()) {
                statements.first.add("ALTER SCHEMA " + quoted(formerly) + " RENAME TO " + quoted(name));
                movedSchemas.put(formerly, name);
            }
        });
        old.forEach((oid, name) -> {
            if (!now.containsKey(oid)
                    && NamePatterns.selectsSchema(scope.objects(), name)
                    && scope.createsStructure()) {
                statements.lastDrops.add("DROP SCHEMA IF EXISTS " + quoted(name));
            }
        });
    }

    /** Follows a new name, or a new schema. What goes with a table is moved by it. */
    private void moved(SourceObject was, SourceObject is) {
        if (was instanceof SourceObject.ForeignKey || was instanceof Rule || was instanceof Trigger) {
            return;
        }
        ObjectName name = was.name();
        TableId from = new TableId(
                movedSchemas.getOrDefault(was.id().schema(), was.id().schema()),
                was.id().name());
        TableId to = is.id();
        boolean withTable = was instanceof Sequence sequence
                && is instanceof Sequence now
                && sequence.ownerTable().isPresent()
                && now.ownerTable().isPresent();
        if (is instanceof SourceObject.Extension) {
            if (!from.schema().equals(to.schema())) {
                statements.renames.add(Statements.alter(name, "SET SCHEMA " + quoted(to.schema())));
            }
            return;
        }
        move(name, from, to, withTable);
    }

    private void move(ObjectName name, TableId from, TableId to, boolean withTable) {
        TableId at = from;
        if (!from.schema().equals(to.schema())) {
            if (!withTable) {
                ensureSchema(to.schema());
                statements.renames.add(Statements.alter(
                        new ObjectName(name.kind(), from, name.detail()), "SET SCHEMA " + quoted(to.schema())));
            }
            at = new TableId(to.schema(), from.name());
        }
        if (!from.name().equals(to.name())) {
            statements.renames.add(
                    Statements.alter(new ObjectName(name.kind(), at, name.detail()), "RENAME TO " + quoted(to.name())));
        }
    }

    private void ensureSchema(String schema) {
        boolean known = before.objects().values().stream()
                .anyMatch(object -> object.id().schema().equals(schema));
        String create = "CREATE SCHEMA IF NOT EXISTS " + quoted(schema);
        if (!known && !movedSchemas.containsValue(schema) && !statements.first.contains(create)) {
            statements.first.add(create);
        }
    }

    /** What the source still has and the task no longer selects stays at the target, under the name that it has now. */
    private void leave(Set<String> gone) {
        for (String identity : gone) {
            SourceObject was = before.objects().get(identity);
            if (!(was instanceof Table table)) {
                continue;
            }
            Optional<TableId> now = after.stored().relation(table.oid());
            if (now.isEmpty()) {
                continue;
            }
            TableId source = before.sourceTable(table.oid()).orElseThrow().id();
            if (table.id().equals(source) && !source.equals(now.get())) {
                TableId from = new TableId(movedSchemas.getOrDefault(source.schema(), source.schema()), source.name());
                move(table.name(), from, now.get(), false);
                ignored.add(
                        "table " + source + " is " + now.get()
                                + " now, which is not selected: it was renamed at the target, and its rows are no longer followed");
            } else {
                ignored.add("table " + source + " is no longer selected: it stays at the target as it is");
            }
        }
    }

    private void make(SourceObject object) {
        made.add(object.name());
        if (object instanceof Table || object instanceof MaterializedView) {
            constraints.all(object);
        }
        if (object instanceof Sequence sequence
                && !sequence.identity()
                && sequence.ownerTable()
                        .flatMap(after::oid)
                        .filter(before.tables()::containsKey)
                        .isPresent()) {
            statements.attaches.add("ALTER SEQUENCE " + quoted(sequence.id()) + " OWNED BY "
                    + quoted(sequence.ownerTable().get()) + "."
                    + quoted(sequence.ownerColumn().orElseThrow()));
        }
    }

    private void dropGone(Set<String> gone) {
        List<String> reverse = new ArrayList<>(gone);
        Collections.reverse(reverse);
        for (String identity : reverse) {
            SourceObject was = before.objects().get(identity);
            if (was instanceof SourceObject.ForeignKey) {
                continue;
            }
            boolean stillThere = after.stored().holder(key(identity)).isPresent();
            if (stillThere) {
                if (!(was instanceof Table)) {
                    ignored.add(was.name() + " is no longer selected, or cannot be had here: it stays as it is");
                }
                continue;
            }
            ObjectKind kind = was.name().kind();
            if (was instanceof Rule || was instanceof Trigger) {
                boolean relationGone = before.objects().entrySet().stream()
                        .anyMatch(entry -> entry.getValue().id().equals(was.id())
                                && HANG_ON_TABLES.contains(
                                        entry.getValue().name().kind())
                                && !(entry.getValue() instanceof Rule || entry.getValue() instanceof Trigger)
                                && gone.contains(entry.getKey()));
                if (relationGone) {
                    continue;
                }
            }
            if (was instanceof Sequence sequence && sequence.identity()) {
                continue;
            }
            boolean early = HANG_ON_TABLES.contains(kind)
                    || was instanceof SourceObject.Function function && isFree(identity, function);
            (early ? statements.drops : statements.lateDrops).add(Statements.drop(was.name()));
        }
    }

    /** A function can need a table or column that is dropped; one that something uses can be needed by it. */
    private boolean isFree(String identity, SourceObject.Function function) {
        return !function.definition().contains("RETURNS trigger")
                && before.stored().needing(key(identity)).isEmpty();
    }

    private void tellLeftOut() {
        Set<String> known = new HashSet<>();
        before.target().leftOut().forEach(left -> known.add(left.toString()));
        after.target().leftOut().forEach(left -> {
            if (!known.contains(left.toString())) {
                ignored.add(left.toString());
            }
        });
    }
}
