package io.walferry.job.schema.ddl;

import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.catalog.NamePatterns;
import io.walferry.job.catalog.ObjectKey;
import io.walferry.job.catalog.ObjectKind;
import io.walferry.job.catalog.ObjectName;
import io.walferry.job.catalog.SourceColumn;
import io.walferry.job.catalog.SourceObject;
import io.walferry.job.catalog.SourceObject.MaterializedView;
import io.walferry.job.catalog.SourceObject.Rule;
import io.walferry.job.catalog.SourceObject.Sequence;
import io.walferry.job.catalog.SourceObject.Table;
import io.walferry.job.catalog.SourceObject.Trigger;
import io.walferry.job.catalog.SourceObject.View;
import io.walferry.job.catalog.StoredCatalog.ColumnIdentity;
import io.walferry.job.model.TableId;
import io.walferry.job.schema.NameSql;
import io.walferry.job.schema.ObjectDdl;
import io.walferry.job.schema.TableDdl;
import io.walferry.job.schema.TargetStructure;
import io.walferry.job.sql.Identifier;
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
    private final Set<ObjectName> made = new HashSet<>();
    private final List<String> ignored = new ArrayList<>();
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
    }

    Statements statements() {
        return statements;
    }

    /** What is not done, for people. */
    List<String> ignored() {
        return ignored;
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
        TypeDiff types = new TypeDiff(before, after, statements, scope.target().majorVersion());
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
                replace(entry.getKey(), was, is);
            }
        }
        dropGone(gone);
        runSteps();
        remarks();
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

    private void replace(String identity, SourceObject was, SourceObject is) {
        if (was instanceof View old && is instanceof View now) {
            view(identity, old, now);
        } else if (was instanceof MaterializedView old && is instanceof MaterializedView now) {
            materializedView(identity, old, now);
        } else if (is instanceof SourceObject.Function function && function.kind() != ObjectKind.AGGREGATE) {
            statements.creates.add(function.definition());
        } else if (was instanceof Trigger old && is instanceof Trigger now) {
            trigger(old, now);
        } else if (was instanceof Rule old && is instanceof Rule now) {
            rule(old, now);
        } else if (is instanceof SourceObject.Extension now
                && was instanceof SourceObject.Extension old
                && !now.version().equals(old.version())) {
            updateExtension(now);
        } else if (is instanceof SourceObject.Scripted || is instanceof SourceObject.Function) {
            if (!sameButName(was, is)) {
                statements.drops.add(Statements.drop(is.name()));
                made.add(is.name());
            }
        }
    }

    /** The target's versions are its own: another server may not have this one, or have made a newer one. */
    private void updateExtension(SourceObject.Extension now) {
        String name = Identifier.literal(now.id().name()).strip();
        String version = Identifier.literal(now.version()).strip();
        statements.creates.add("DO "
                + Identifier.literal("BEGIN IF EXISTS (SELECT FROM pg_catalog.pg_extension e"
                                + " CROSS JOIN LATERAL pg_catalog.pg_extension_update_paths(e.extname) p WHERE e.extname = "
                                + name + " AND p.source = e.extversion AND p.target = " + version
                                + " AND p.path IS NOT NULL) THEN ALTER EXTENSION "
                                + quoted(now.id().name())
                                + " UPDATE TO " + version + "; END IF; END")
                        .strip());
        ignored.add("extension " + now.id().name() + " is of version " + now.version()
                + " now: at the target it becomes that only if its server knows the way there");
    }

    /** A rename alone has been followed. */
    private static boolean sameButName(SourceObject was, SourceObject is) {
        return !was.id().equals(is.id());
    }

    private void view(String identity, View was, View is) {
        columnNames(key(identity), is.id());
        statements.later.add(ObjectDdl.replace(is));
        String alter = "ALTER VIEW " + quoted(is.id()) + " ALTER COLUMN ";
        was.defaults().forEach((column, expression) -> {
            if (!is.defaults().containsKey(column)) {
                statements.later.add(alter + quoted(column) + " DROP DEFAULT");
            }
        });
        is.defaults().forEach((column, expression) -> {
            if (!expression.equals(was.defaults().get(column))) {
                statements.later.add(alter + quoted(column) + " SET DEFAULT " + expression);
            }
        });
    }

    private void columnNames(ObjectKey key, TableId id) {
        Map<Integer, String> old = new HashMap<>();
        before.stored().columns(key).forEach((name, column) -> old.put(column.attnum(), name));
        for (Map.Entry<String, ColumnIdentity> column :
                after.stored().columns(key).entrySet()) {
            String formerly = old.get(column.getValue().attnum());
            if (formerly != null && !formerly.equals(column.getKey())) {
                statements.renames.add("ALTER TABLE " + quoted(id) + " RENAME COLUMN " + quoted(formerly) + " TO "
                        + quoted(column.getKey()));
            }
        }
    }

    private void materializedView(String identity, MaterializedView was, MaterializedView is) {
        columnNames(key(identity), is.id());
        String alter = "ALTER MATERIALIZED VIEW " + quoted(is.id());
        statements.later.addAll(Options.diff(was.options(), is.options(), alter));
        Map<String, SourceColumn> old = new HashMap<>();
        was.columns().forEach(column -> old.put(column.name(), column));
        for (SourceColumn column : is.columns()) {
            if (!column.equals(old.get(column.name()))) {
                statements.later.addAll(TableDdl.alterations("MATERIALIZED VIEW", is.id(), column));
            }
        }
        if (was.populated() && !is.populated()) {
            statements.later.add("REFRESH MATERIALIZED VIEW " + quoted(is.id()) + " WITH NO DATA");
        } else if (!was.populated() && is.populated()) {
            statements.later.add("REFRESH MATERIALIZED VIEW " + quoted(is.id()));
        }
        constraints.indexes(was, is);
    }

    private void trigger(Trigger was, Trigger is) {
        String table = quoted(is.id());
        String renamed = is.definition()
                .replaceFirst(java.util.regex.Pattern.quote(quotedIfNeeded(is.trigger(), is.definition())), "");
        String formerly = was.definition()
                .replaceFirst(java.util.regex.Pattern.quote(quotedIfNeeded(was.trigger(), was.definition())), "");
        if (!was.trigger().equals(is.trigger()) && renamed.equals(formerly)) {
            statements.renames.add(
                    "ALTER TRIGGER " + quoted(was.trigger()) + " ON " + table + " RENAME TO " + quoted(is.trigger()));
        } else if (!was.definition().equals(is.definition()) && was.id().equals(is.id())) {
            statements.drops.add("DROP TRIGGER IF EXISTS " + quoted(was.trigger()) + " ON " + quoted(was.id()));
            made.add(is.name());
            return;
        }
        if (was.enabled() != is.enabled()) {
            String state = is.enabled() == 'D'
                    ? " DISABLE"
                    : is.enabled() == 'R' ? " ENABLE REPLICA" : is.enabled() == 'A' ? " ENABLE ALWAYS" : " ENABLE";
            statements.later.add("ALTER TABLE " + table + state + " TRIGGER " + quoted(is.trigger()));
        }
    }

    /** As the server wrote the name into the text. */
    private static String quotedIfNeeded(String name, String text) {
        return text.contains(" TRIGGER " + quoted(name) + " ") ? quoted(name) : name;
    }

    private void rule(Rule was, Rule is) {
        if (was.definition().equals(is.definition())) {
            if (was.enabled() != is.enabled()) {
                String state = is.enabled() == 'D'
                        ? " DISABLE"
                        : is.enabled() == 'R' ? " ENABLE REPLICA" : is.enabled() == 'A' ? " ENABLE ALWAYS" : " ENABLE";
                statements.later.add("ALTER TABLE " + quoted(is.id()) + state + " RULE " + quoted(is.rule()));
            }
        } else if (was.id().equals(is.id())) {
            statements.drops.add("DROP RULE IF EXISTS " + quoted(was.rule()) + " ON " + quoted(was.id()));
            made.add(is.name());
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
            (HANG_ON_TABLES.contains(kind) ? statements.drops : statements.lateDrops).add(Statements.drop(was.name()));
        }
    }

    /** The plan's steps of what is new. */
    private void runSteps() {
        Set<ObjectName> known = new HashSet<>();
        before.target().steps().forEach(step -> known.add(step.name()));
        List<String> attachedIndexes = new ArrayList<>();
        for (TargetStructure.Made step : after.target().steps()) {
            ObjectName name = step.name();
            switch (step.stage()) {
                case BEFORE -> {
                    if (name.kind() == ObjectKind.SCHEMA) {
                        if (!known.contains(name) && uses(name.id().name())) {
                            ensureSchema(name.id().name());
                        }
                    } else if (made.contains(name)) {
                        create(step);
                    }
                }
                case INDEX, RESTRICTING -> {
                    if (!consistent && step.stage() == TargetStructure.Stage.RESTRICTING) {
                        continue;
                    }
                    boolean isMade = constraints.made().contains(partName(name));
                    for (String sql : step.statements()) {
                        boolean attaches = sql.startsWith("ALTER INDEX ") && sql.contains(" ATTACH PARTITION ");
                        if (attaches && (isMade || constraints.attached().contains(partName(name)))) {
                            attachedIndexes.add(sql);
                        } else if (isMade) {
                            statements.indexes.add(sql);
                        }
                    }
                }
                case LATER -> {
                    if (name.kind() == ObjectKind.SCHEMA) {
                        if (!known.contains(name) && uses(name.id().name())) {
                            ensureSchema(name.id().name());
                        }
                    } else if (!consistent && !beforeTables(name.kind())) {
                        continue; // made with the rest of the plan
                    } else if (made.contains(name)
                            || constraints.made().contains(partName(name))
                            || name.kind() == ObjectKind.REPLICA_IDENTITY
                                    && made.contains(ObjectName.of(ObjectKind.TABLE, name.id()))) {
                        (beforeTables(name.kind()) ? statements.creates : statements.later).addAll(step.statements());
                    }
                }
            }
        }
        statements.attaches.addAll(attachedIndexes);
    }

    private boolean uses(String schema) {
        return after.objects().values().stream()
                .anyMatch(object ->
                        made.contains(object.name()) && object.id().schema().equals(schema));
    }

    /** What a column of a table may come to use, though nothing did when it was made. */
    private static boolean beforeTables(ObjectKind kind) {
        return switch (kind) {
            case TYPE,
                    DOMAIN,
                    FUNCTION,
                    PROCEDURE,
                    AGGREGATE,
                    SEQUENCE,
                    COLLATION,
                    EXTENSION,
                    OPERATOR,
                    OPERATOR_FAMILY,
                    OPERATOR_CLASS,
                    CAST -> true;
            default -> false;
        };
    }

    private static String partName(ObjectName name) {
        return name.kind() == ObjectKind.INDEX ? name.id().toString() : name.id() + "." + name.detail();
    }

    private void create(TargetStructure.Made step) {
        Optional<String> attach = after.oid(step.name().id())
                .filter(oid -> step.name().kind() == ObjectKind.TABLE)
                .map(after.tables()::get)
                .flatMap(TableDdl::attach);
        for (String sql : step.statements()) {
            if (attach.filter(sql::equals).isPresent()) {
                statements.attaches.add(sql);
            } else {
                statements.creates.add(sql);
            }
        }
    }

    private void remarks() {
        Map<ObjectName, String> old = comments(before);
        Map<ObjectName, String> now = comments(after);
        now.forEach((on, text) -> {
            if (!text.equals(old.get(on))) {
                statements.remarks.add(NameSql.comment(new SourceObject.Comment(on, text)));
            }
        });
        Set<TableId> there = new HashSet<>();
        after.objects().values().forEach(object -> there.add(object.id()));
        old.forEach((on, text) -> {
            if (!now.containsKey(on) && isThere(on, there)) {
                statements.remarks.add("COMMENT ON " + NameSql.named(on) + " IS NULL");
            }
        });
        Set<SourceObject.Grant> granted = grants(before);
        Set<SourceObject.Grant> wanted = grants(after);
        granted.stream()
                .filter(grant -> !wanted.contains(grant) && isThere(grant.on(), there))
                .forEach(grant -> statements.remarks.add(NameSql.revoke(grant)));
        wanted.stream()
                .filter(grant -> !granted.contains(grant))
                .forEach(grant -> statements.remarks.add(NameSql.grant(grant)));
    }

    /** What the remark is on has its name still, and the part of it too. */
    private boolean isThere(ObjectName on, Set<TableId> there) {
        return switch (on.kind()) {
            case COLUMN -> after.tables().values().stream()
                            .anyMatch(table -> table.id().equals(on.id())
                                    && table.columns().stream()
                                            .anyMatch(column -> column.name().equals(on.detail())))
                    || after.tables().values().stream()
                                    .noneMatch(table -> table.id().equals(on.id()))
                            && there.contains(on.id());
            case CONSTRAINT -> after.tables().values().stream()
                    .anyMatch(table -> table.id().equals(on.id())
                            && (table.checks().stream()
                                            .anyMatch(check -> check.name().equals(on.detail()))
                                    || table.indexes().stream()
                                            .anyMatch(index -> index.name().equals(on.detail()))));
            case INDEX -> after.objects().values().stream()
                    .anyMatch(object -> object.id().schema().equals(on.id().schema())
                            && after.indexes(object).stream().anyMatch(index -> index.name()
                                    .equals(on.id().name())));
            case SCHEMA -> after.stored().namespaces().containsValue(on.id().name());
            default -> after.objects().values().stream()
                    .anyMatch(object -> object.name().equals(on));
        };
    }

    private static Map<ObjectName, String> comments(StructureState state) {
        Map<ObjectName, String> comments = new java.util.LinkedHashMap<>();
        state.target().objects().forEach(object -> {
            if (object instanceof SourceObject.Comment comment) {
                comments.put(comment.on(), comment.text());
            }
        });
        return comments;
    }

    private static Set<SourceObject.Grant> grants(StructureState state) {
        Set<SourceObject.Grant> grants = new java.util.LinkedHashSet<>();
        state.target().objects().forEach(object -> {
            if (object instanceof SourceObject.Grant grant) {
                grants.add(grant);
            }
        });
        return grants;
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
