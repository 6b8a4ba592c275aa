package io.walferry.job.schema.ddl;

import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.catalog.ObjectKey;
import io.walferry.job.catalog.SourceIndex;
import io.walferry.job.catalog.SourceIndex.IndexConstraint;
import io.walferry.job.catalog.SourceObject;
import io.walferry.job.catalog.SourceObject.Check;
import io.walferry.job.catalog.SourceObject.ForeignKey;
import io.walferry.job.catalog.SourceObject.Table;
import io.walferry.job.model.TableId;
import io.walferry.job.schema.ObjectDdl;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Indexes, checks and foreign keys of relations that are there before and after. Each is known by its OID; one that the server has
 * made anew, as it does when the type of a column changes, by its name and text.
 */
final class ConstraintDiff {

    private final StructureState before;
    private final StructureState after;
    private final Statements statements;
    /** Parts that are new, or made anew: their steps of the plan are needed. */
    private final Set<String> made = new HashSet<>();

    private final Set<String> attached = new HashSet<>();

    ConstraintDiff(StructureState before, StructureState after, Statements statements) {
        this.before = before;
        this.after = after;
        this.statements = statements;
    }

    /** Names of indexes ({@code schema.name}) and constraints ({@code schema.table.name}) to make. */
    Set<String> made() {
        return made;
    }

    /** Names of indexes ({@code schema.name}) that have become a part of a partitioned one. */
    Set<String> attached() {
        return attached;
    }

    void indexes(SourceObject was, SourceObject is) {
        Map<Long, SourceIndex> old = new HashMap<>();
        Map<String, SourceIndex> oldNames = new HashMap<>();
        for (SourceIndex index : before.indexes(was)) {
            old.put(index.oid(), index);
            oldNames.put(index.name(), index);
        }
        Set<Long> kept = new HashSet<>();
        for (SourceIndex index : after.indexes(is)) {
            SourceIndex formerly = old.get(index.oid());
            if (formerly == null) {
                SourceIndex namesake = oldNames.get(index.name());
                boolean same = namesake != null
                        && after.indexes(is).stream().noneMatch(other -> other.oid() == namesake.oid())
                        && namesake.definition().equals(index.definition())
                        && definition(namesake).equals(definition(index));
                Optional<SourceIndex> renamed = same ? Optional.empty() : madeAnew(was, is, index, kept);
                if (same) {
                    kept.add(namesake.oid());
                } else if (renamed.isPresent()) {
                    kept.add(renamed.get().oid());
                    alter(is.id(), renamed.get(), index);
                } else {
                    create(is, index);
                }
            } else {
                kept.add(index.oid());
                alter(is.id(), formerly, index);
            }
        }
        for (SourceIndex index : before.indexes(was)) {
            if (!kept.contains(index.oid()) && index.parent() == 0) {
                drop(was.id(), index);
            }
        }
        for (SourceIndex index : before.indexes(was)) {
            if (!kept.contains(index.oid()) && index.parent() != 0) {
                drop(was.id(), index);
            }
        }
    }

    /** The index of a constraint has another OID after {@code REINDEX CONCURRENTLY}, which tells of nothing. */
    private Optional<SourceIndex> madeAnew(SourceObject was, SourceObject is, SourceIndex index, Set<Long> kept) {
        return before.indexes(was).stream()
                .filter(old -> index.constraint().isPresent()
                        && old.constraint().isPresent()
                        && old.constraint().get().type()
                                == index.constraint().get().type()
                        && definition(old).equals(definition(index))
                        && old.parent() == index.parent()
                        && !kept.contains(old.oid())
                        && after.indexes(is).stream().noneMatch(other -> other.oid() == old.oid()))
                .findFirst();
    }

    private static String definition(SourceIndex index) {
        return index.constraint().map(IndexConstraint::definition).orElse("");
    }

    private void create(SourceObject relation, SourceIndex index) {
        made.add(relation.id().schema() + "." + index.name());
        index.constraint().ifPresent(constraint -> made.add(relation.id() + "." + constraint.name()));
    }

    private void drop(TableId table, SourceIndex index) {
        statements.drops.add(index.constraint()
                .map(constraint ->
                        "ALTER TABLE " + quoted(table) + " DROP CONSTRAINT IF EXISTS " + quoted(constraint.name()))
                .orElse("DROP INDEX IF EXISTS " + quoted(new TableId(table.schema(), index.name()))));
    }

    private void alter(TableId table, SourceIndex was, SourceIndex is) {
        if (was.constraint().isEmpty() && is.constraint().isPresent()) {
            IndexConstraint constraint = is.constraint().get();
            statements.later.add("ALTER TABLE ONLY " + quoted(table) + " ADD CONSTRAINT " + quoted(constraint.name())
                    + (constraint.type() == 'p' ? " PRIMARY KEY" : " UNIQUE") + " USING INDEX " + quoted(was.name())
                    + (constraint.deferrable() ? " DEFERRABLE" : "")
                    + (constraint.initiallyDeferred() ? " INITIALLY DEFERRED" : ""));
        } else if (!was.name().equals(is.name())) {
            statements.renames.add(
                    is.constraint().isPresent()
                            ? "ALTER TABLE " + quoted(table) + " RENAME CONSTRAINT "
                                    + quoted(was.constraint().orElseThrow().name()) + " TO "
                                    + quoted(is.constraint().get().name())
                            : "ALTER INDEX " + quoted(new TableId(table.schema(), was.name())) + " RENAME TO "
                                    + quoted(is.name()));
        }
        String index = "ALTER INDEX " + quoted(new TableId(table.schema(), is.name()));
        Options.diff(Options.ofIndex(was.definition()), Options.ofIndex(is.definition()), index)
                .forEach(statements.later::add);
        if (was.parent() != is.parent() && is.parent() != 0) {
            attached.add(table.schema() + "." + is.name());
        }
    }

    void checks(Table was, Table is) {
        Map<String, Long> oldOids = before.stored().constraints(ObjectKey.relation(was.oid()));
        Map<String, Long> oids = after.stored().constraints(ObjectKey.relation(is.oid()));
        Map<Long, Check> old = new HashMap<>();
        Map<String, Check> oldNames = new HashMap<>();
        for (Check check : was.checks()) {
            old.put(oldOids.get(check.name()), check);
            oldNames.put(check.name(), check);
        }
        Set<String> kept = new HashSet<>();
        String alter = "ALTER TABLE " + quoted(is.id());
        for (Check check : is.checks()) {
            Check formerly = old.get(oids.get(check.name()));
            if (formerly == null) {
                Check namesake = oldNames.get(check.name());
                if (namesake != null && namesake.definition().equals(check.definition())) {
                    kept.add(check.name());
                } else if (check.local() || !inherits(is)) {
                    statements.indexes.add(
                            alter + " ADD CONSTRAINT " + quoted(check.name()) + " " + check.definition());
                }
                continue;
            }
            kept.add(formerly.name());
            if (!formerly.name().equals(check.name()) && (check.local() || !inherits(is))) {
                statements.renames.add(
                        alter + " RENAME CONSTRAINT " + quoted(formerly.name()) + " TO " + quoted(check.name()));
            }
            if (!formerly.validated() && check.validated() && (check.local() || !inherits(is))) {
                statements.later.add(alter + " VALIDATE CONSTRAINT " + quoted(check.name()));
            }
        }
        for (Check check : was.checks()) {
            if (!kept.contains(check.name()) && (check.local() || !inherits(was))) {
                statements.drops.add("ALTER TABLE " + (staysInChildren(is, check) ? "ONLY " : "") + quoted(was.id())
                        + " DROP CONSTRAINT IF EXISTS " + quoted(check.name()));
            }
        }
    }

    private boolean staysInChildren(Table parent, Check check) {
        List<Table> children = after.tables().values().stream()
                .filter(other -> other.inherits().contains(parent.id()))
                .toList();
        return !children.isEmpty()
                && children.stream().allMatch(child -> child.checks().stream()
                        .anyMatch(kept -> kept.name().equals(check.name())
                                && kept.definition().equals(check.definition())));
    }

    private static boolean inherits(Table table) {
        return table.partitionOf().isPresent() || !table.inherits().isEmpty();
    }

    /** Foreign keys of all tables: those that the plan has to make are told by {@link #made()}. */
    void foreignKeys() {
        Map<String, ForeignKey> old = keys(before);
        Map<String, ForeignKey> now = keys(after);
        Set<String> kept = new HashSet<>();
        for (Map.Entry<String, ForeignKey> entry : now.entrySet()) {
            ForeignKey key = entry.getValue();
            ForeignKey formerly = old.get(entry.getKey());
            if (formerly != null) {
                kept.add(entry.getKey());
                alter(formerly, key);
                continue;
            }
            Optional<String> namesake = old.entrySet().stream()
                    .filter(other -> !now.containsKey(other.getKey())
                            && other.getValue().constraint().equals(key.constraint())
                            && before.oid(other.getValue().id()).equals(after.oid(key.id()))
                            && ObjectDdl.definition(other.getValue()).equals(ObjectDdl.definition(key)))
                    .map(Map.Entry::getKey)
                    .findFirst();
            if (namesake.isPresent()) {
                kept.add(namesake.get());
            } else {
                made.add(key.id() + "." + key.constraint());
            }
        }
        for (Map.Entry<String, ForeignKey> entry : old.entrySet()) {
            Optional<Long> table = before.oid(entry.getValue().id());
            boolean leftTheSelection = table.isPresent()
                    && after.stored()
                            .constraints(ObjectKey.relation(table.get()))
                            .containsValue(Long.parseLong(entry.getKey().substring("pg_constraint:".length())));
            if (!kept.contains(entry.getKey()) && !leftTheSelection && table.isPresent()) {
                statements.drops.add(
                        0,
                        "ALTER TABLE IF EXISTS "
                                + quoted(entry.getValue().id())
                                + " DROP CONSTRAINT IF EXISTS "
                                + quoted(entry.getValue().constraint()));
            }
        }
    }

    private void alter(ForeignKey was, ForeignKey is) {
        String alter = "ALTER TABLE " + quoted(is.id());
        if (!was.constraint().equals(is.constraint())) {
            statements.renames.add(
                    alter + " RENAME CONSTRAINT " + quoted(was.constraint()) + " TO " + quoted(is.constraint()));
        }
        if (!was.timing().equals(is.timing())) {
            statements.later.add(alter + " ALTER CONSTRAINT " + quoted(is.constraint())
                    + (is.timing().isEmpty() ? " NOT DEFERRABLE" : is.timing()));
        }
        if (was.enforced() != is.enforced()) {
            statements.later.add(alter + " ALTER CONSTRAINT " + quoted(is.constraint())
                    + (is.enforced() ? " ENFORCED" : " NOT ENFORCED"));
        } else if (!was.validated() && is.validated()) {
            statements.later.add(alter + " VALIDATE CONSTRAINT " + quoted(is.constraint()));
        }
    }

    private static Map<String, ForeignKey> keys(StructureState state) {
        Map<String, ForeignKey> keys = new HashMap<>();
        state.objects().forEach((identity, object) -> {
            if (object instanceof ForeignKey key) {
                keys.put(identity, key);
            }
        });
        return keys;
    }

    /** What is wholly new makes all of its parts. */
    void all(SourceObject relation) {
        after.indexes(relation).forEach(index -> create(relation, index));
        if (relation instanceof Table table) {
            List<Check> late = table.checks().stream()
                    .filter(check -> check.local() && !(check.validated() && check.enforced()))
                    .toList();
            late.forEach(check -> made.add(table.id() + "." + check.name()));
        }
    }
}
