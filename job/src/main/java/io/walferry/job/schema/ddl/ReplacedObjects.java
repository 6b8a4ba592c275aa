package io.walferry.job.schema.ddl;

import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.catalog.ObjectKey;
import io.walferry.job.catalog.ObjectKind;
import io.walferry.job.catalog.ObjectName;
import io.walferry.job.catalog.SourceColumn;
import io.walferry.job.catalog.SourceObject;
import io.walferry.job.catalog.SourceObject.MaterializedView;
import io.walferry.job.catalog.SourceObject.Rule;
import io.walferry.job.catalog.SourceObject.Trigger;
import io.walferry.job.catalog.SourceObject.View;
import io.walferry.job.catalog.StoredCatalog.ColumnIdentity;
import io.walferry.job.model.TableId;
import io.walferry.job.schema.ObjectDdl;
import io.walferry.job.schema.TableDdl;
import io.walferry.job.sql.Identifier;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** What becomes of an object that is no table and is there before and after: it is replaced, altered, or dropped and made anew. */
final class ReplacedObjects {

    private final StructureState before;
    private final StructureState after;
    private final Statements statements;
    private final ConstraintDiff constraints;
    private final Set<ObjectName> made;
    private final List<String> ignored;

    /**
     * @param made gets what is to be made anew
     * @param ignored gets what is not done, for people
     */
    ReplacedObjects(
            StructureState before,
            StructureState after,
            Statements statements,
            ConstraintDiff constraints,
            Set<ObjectName> made,
            List<String> ignored) {
        this.before = before;
        this.after = after;
        this.statements = statements;
        this.constraints = constraints;
        this.made = made;
        this.ignored = ignored;
    }

    void diff(ObjectKey key, SourceObject was, SourceObject is) {
        if (was instanceof View old && is instanceof View now) {
            view(key, old, now);
        } else if (was instanceof MaterializedView old && is instanceof MaterializedView now) {
            materializedView(key, old, now);
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

    private void view(ObjectKey key, View was, View is) {
        columnNames(key, is.id());
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

    private void materializedView(ObjectKey key, MaterializedView was, MaterializedView is) {
        columnNames(key, is.id());
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
        String renamed = is.definition().replaceFirst(Pattern.quote(quotedIfNeeded(is.trigger(), is.definition())), "");
        String formerly =
                was.definition().replaceFirst(Pattern.quote(quotedIfNeeded(was.trigger(), was.definition())), "");
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
}
