package io.walferry.job.schema.ddl;

import static io.walferry.job.sql.Identifier.literal;
import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.catalog.ObjectKey;
import io.walferry.job.catalog.SourceColumn;
import io.walferry.job.catalog.SourceObject;
import io.walferry.job.catalog.SourceObject.Check;
import io.walferry.job.catalog.SourceObject.CompositeType;
import io.walferry.job.catalog.SourceObject.DomainType;
import io.walferry.job.catalog.SourceObject.EnumType;
import io.walferry.job.catalog.SourceObject.Sequence;
import io.walferry.job.catalog.StoredCatalog.ColumnIdentity;
import io.walferry.job.model.TableId;
import io.walferry.job.schema.ObjectDdl;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** What becomes of types and sequences that are there before and after, under their new names. */
final class TypeDiff {

    /** The first version that adds a value to an enumeration inside of a transaction block. */
    private static final int ADDS_INSIDE = 12;

    private final StructureState before;
    private final StructureState after;
    private final Statements statements;
    private final int targetVersion;
    private final List<RenamedLabels.Renaming> renamedLabels = new ArrayList<>();

    TypeDiff(StructureState before, StructureState after, Statements statements, int targetVersion) {
        this.before = before;
        this.after = after;
        this.statements = statements;
        this.targetVersion = targetVersion;
    }

    /** In the order of their statements. */
    List<RenamedLabels.Renaming> renamedLabels() {
        return renamedLabels;
    }

    /** Values are never taken away and never change places: what is missing under its name has another one. */
    private void enumeration(ObjectKey key, EnumType was, EnumType is) {
        String alter = "ALTER TYPE " + quoted(is.id());
        List<String> old = was.labels();
        List<String> now = is.labels();
        if (old.size() == now.size()) {
            for (int i = 0; i < now.size(); i++) {
                if (!old.get(i).equals(now.get(i))) {
                    statements.alters.add(alter + " RENAME VALUE" + literal(old.get(i)) + " TO" + literal(now.get(i)));
                    renamedLabels.add(new RenamedLabels.Renaming(key.oid(), old.get(i), now.get(i)));
                }
            }
            return;
        }
        for (int i = 0; i < now.size(); i++) {
            if (!old.contains(now.get(i))) {
                String place = i > 0
                        ? " AFTER" + literal(now.get(i - 1))
                        : old.isEmpty() ? "" : " BEFORE" + literal(old.get(0));
                (targetVersion < ADDS_INSIDE ? statements.alone : statements.alters)
                        .add(alter + " ADD VALUE IF NOT EXISTS" + literal(now.get(i)) + place);
            }
        }
    }

    void composite(ObjectKey key, CompositeType was, CompositeType is) {
        String alter = "ALTER TYPE " + quoted(is.id());
        Map<Integer, SourceColumn> old = byNumber(before, key, was);
        Map<Integer, SourceColumn> now = byNumber(after, key, is);
        old.forEach((number, attribute) -> {
            if (!now.containsKey(number)) {
                statements.alters.add(alter + " DROP ATTRIBUTE IF EXISTS " + quoted(attribute.name()) + " CASCADE");
            }
        });
        now.forEach((number, attribute) -> {
            SourceColumn formerly = old.get(number);
            if (formerly == null) {
                statements.alters.add(alter + " ADD ATTRIBUTE " + ObjectDdl.attribute(attribute) + " CASCADE");
                return;
            }
            if (!formerly.name().equals(attribute.name())) {
                statements.alters.add(alter + " RENAME ATTRIBUTE " + quoted(formerly.name()) + " TO "
                        + quoted(attribute.name()) + " CASCADE");
            }
            ColumnIdentity wasType = before.stored().columns(key).get(formerly.name());
            ColumnIdentity isType = after.stored().columns(key).get(attribute.name());
            if (wasType.type() != isType.type()
                    || wasType.modifier() != isType.modifier()
                    || !formerly.collation().equals(attribute.collation())) {
                statements.alters.add(alter + " ALTER ATTRIBUTE " + quoted(attribute.name()) + " TYPE "
                        + attribute.column().type()
                        + attribute.collation().map(name -> " COLLATE " + name).orElse("") + " CASCADE");
            }
        });
    }

    private static Map<Integer, SourceColumn> byNumber(StructureState state, ObjectKey key, CompositeType type) {
        Map<String, ColumnIdentity> identities = state.stored().columns(key);
        Map<Integer, SourceColumn> columns = new java.util.TreeMap<>();
        type.attributes()
                .forEach(column -> columns.put(identities.get(column.name()).attnum(), column));
        return columns;
    }

    void domain(ObjectKey key, DomainType was, DomainType is) {
        String alter = "ALTER DOMAIN " + quoted(is.id());
        if (!was.defaultExpression().equals(is.defaultExpression())) {
            statements.alters.add(alter
                    + is.defaultExpression().map(sql -> " SET DEFAULT " + sql).orElse(" DROP DEFAULT"));
        }
        if (was.notNull() != is.notNull()) {
            statements.alters.add(alter + (is.notNull() ? " SET NOT NULL" : " DROP NOT NULL"));
        }
        Map<Long, Check> old = new HashMap<>();
        was.checks().forEach(check -> old.put(before.stored().constraints(key).get(check.name()), check));
        Set<String> kept = new HashSet<>();
        for (Check check : is.checks()) {
            Check formerly = old.get(after.stored().constraints(key).get(check.name()));
            if (formerly == null) {
                statements.later.add(alter + " ADD CONSTRAINT " + quoted(check.name()) + " " + check.definition());
                continue;
            }
            kept.add(formerly.name());
            if (!formerly.name().equals(check.name())) {
                statements.renames.add(
                        alter + " RENAME CONSTRAINT " + quoted(formerly.name()) + " TO " + quoted(check.name()));
            }
            if (!formerly.validated() && check.validated()) {
                statements.later.add(alter + " VALIDATE CONSTRAINT " + quoted(check.name()));
            }
        }
        for (Check check : was.checks()) {
            if (!kept.contains(check.name())) {
                statements.alters.add(alter + " DROP CONSTRAINT IF EXISTS " + quoted(check.name()));
            }
        }
    }

    void sequence(Sequence was, Sequence is) {
        String name = quoted(is.id());
        if (!Objects.equals(ObjectDdl.options(was), ObjectDdl.options(is))
                || !was.type().equals(is.type())) {
            if (was.min() != is.min() || was.max() != is.max()) {
                // Its value here is an old one, which may lie outside of the new bounds.
                statements.alters.add(
                        "SELECT pg_catalog.setval(" + literal(name).trim()
                                + "::pg_catalog.regclass, GREATEST(LEAST(last_value, " + is.max() + "), " + is.min()
                                + "), is_called) FROM " + name + " WHERE last_value NOT BETWEEN " + is.min() + " AND "
                                + is.max());
            }
            statements.alters.add("ALTER SEQUENCE " + name + (was.type().equals(is.type()) ? "" : " AS " + is.type())
                    + " " + ObjectDdl.options(is));
        }
        if (!is.identity() && !owner(before, was).equals(owner(after, is))) {
            statements.attaches.add("ALTER SEQUENCE " + name + " OWNED BY "
                    + is.ownerTable()
                            .map(table -> quoted(table) + "."
                                    + quoted(is.ownerColumn().orElseThrow()))
                            .orElse("NONE"));
        }
    }

    /** The owner whatever it is called: OID and number of the column. */
    private static String owner(StructureState state, Sequence sequence) {
        Optional<Long> table = sequence.ownerTable().flatMap(state::oid);
        if (table.isEmpty()) {
            return sequence.ownerTable().map(TableId::toString).orElse("");
        }
        return state.columns(state.tables().get(table.get())).entrySet().stream()
                .filter(column -> column.getValue()
                        .column()
                        .name()
                        .equals(sequence.ownerColumn().orElse("")))
                .map(column -> table.get() + " " + column.getKey())
                .findFirst()
                .orElse("");
    }

    /** Whether the object is one of these kinds, and then what becomes of it. */
    boolean diff(ObjectKey key, SourceObject was, SourceObject is) {
        if (was instanceof EnumType old && is instanceof EnumType now) {
            enumeration(key, old, now);
        } else if (was instanceof CompositeType old && is instanceof CompositeType now) {
            composite(key, old, now);
        } else if (was instanceof DomainType old && is instanceof DomainType now) {
            domain(key, old, now);
        } else if (was instanceof Sequence old && is instanceof Sequence now) {
            sequence(old, now);
        } else {
            return false;
        }
        return true;
    }
}
