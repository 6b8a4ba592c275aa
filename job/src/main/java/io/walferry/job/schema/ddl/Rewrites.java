package io.walferry.job.schema.ddl;

import io.walferry.job.catalog.ObjectImage;
import io.walferry.job.catalog.ObjectKey;
import io.walferry.job.catalog.SourceColumn;
import io.walferry.job.catalog.SourceObject.Table;
import io.walferry.job.catalog.StoredCatalog.ColumnIdentity;
import io.walferry.job.catalog.TableChange;
import io.walferry.job.model.Column;
import io.walferry.job.model.TableSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Tables whose rows at the target are not the source's after a command, though every change has been applied: their values were made
 * by the command itself, or the rows were there before they were published.
 */
final class Rewrites {

    /** A bit of {@code pg_event_trigger_table_rewrite_reason()}. */
    private static final int COLUMN_VALUES = 4;

    private static final String MARK = "rewrite";

    /** A default that gives the same everywhere and always: a literal, perhaps with a cast. */
    private static final Pattern LITERAL = Pattern.compile(
            "(?s)\\(?-?[0-9.]+\\)?|true|false|NULL(::[^()]+)?|E?'(?:[^']|'')*'(::[^()]+(\\([0-9, ]+\\))?)?");

    private final StructureState before;
    private final StructureState after;
    private final DdlScope scope;
    private final DdlCommand command;
    private final Set<Long> reloaded = new LinkedHashSet<>();
    private final Set<Long> emptied = new HashSet<>();
    private final List<Long> unpublished = new ArrayList<>();

    /** @param waiting OIDs of tables that wait to be loaded anew, and whose changes may have been left out until then */
    Rewrites(StructureState before, StructureState after, DdlScope scope, DdlCommand command, Set<Long> waiting) {
        this.before = before;
        this.after = after;
        this.scope = scope;
        this.command = command;
        Map<Long, TableSchema> old = before.schemas();
        Map<Long, TableSchema> now = after.schemas();
        for (long oid : now.keySet()) {
            if (!old.containsKey(oid)) {
                begins(oid, old);
            } else {
                attached(oid, old);
                altered(oid, oid);
                merged(oid);
            }
        }
        if (!waiting.isEmpty()) {
            moved(waiting, now.keySet());
        }
        for (Map.Entry<Long, Table> entry : before.sourceTables().entrySet()) {
            long root = after.stored().root(entry.getKey());
            if (root != entry.getKey() && now.containsKey(root) && old.containsKey(root)) {
                altered(entry.getKey(), root);
            }
            Table is = after.sourceTables().get(entry.getKey());
            if (is != null && is.partitionKey().isPresent()) {
                divided(entry.getValue(), is, now.keySet());
            }
        }
    }

    /** Where a mark is kept that the rows of a table were written anew: until the row of the log with its image. */
    static ObjectKey key(long table) {
        return new ObjectKey(MARK, table);
    }

    static boolean isMark(ObjectKey key) {
        return key.catalog().equals(MARK);
    }

    /** The table of a mark, and any other key itself. */
    static ObjectKey marked(ObjectKey key) {
        return isMark(key) ? ObjectKey.relation(key.oid()) : key;
    }

    static ObjectImage mark(int reason) {
        return ObjectImage.parse("{\"rewritten\":" + reason + "}");
    }

    /** Tables to bring anew, by OID. */
    Set<Long> reloaded() {
        return reloaded;
    }

    /** Those of them whose rows cannot take the new type. */
    Set<Long> emptied() {
        return emptied;
    }

    /** Those of them that are not in the publication. */
    List<Long> unpublished() {
        return unpublished;
    }

    private void begins(long oid, Map<Long, TableSchema> old) {
        boolean published = after.stored().published(oid, scope.publication());
        boolean filled =
                command.tag().equals("CREATE TABLE AS") || command.tag().equals("SELECT INTO");
        if (!published) {
            unpublished.add(oid);
        }
        if (!published || filled || !isKnownEmpty(oid) && !hasItsRows(oid, old)) {
            reloaded.add(oid);
        }
    }

    /**
     * What makes a table tells of it first. One that something else tells of first was gone already for a load that was ahead of the
     * stream, or could not be captured.
     */
    private boolean isKnownEmpty(long oid) {
        return !before.images().containsKey(ObjectKey.relation(oid))
                && (command == DdlCommand.NONE || command.makesTables());
    }

    /** A partition that leaves its table has them at the target, too. */
    private boolean hasItsRows(long oid, Map<Long, TableSchema> old) {
        long root = before.stored().root(oid);
        return root != oid
                && old.containsKey(root)
                && command != DdlCommand.NONE
                && !Conversions.mayDetachInTwo(command.text());
    }

    /** A partition that had rows of its own which the target does not have. */
    private void attached(long root, Map<Long, TableSchema> old) {
        for (long table : after.sourceTables().keySet()) {
            if (table != root
                    && after.stored().root(table) == root
                    && before.images().containsKey(ObjectKey.relation(table))
                    && before.stored().root(table) != root
                    && !old.containsKey(before.stored().root(table))) {
                reloaded.add(root);
            }
        }
    }

    /** What was left out of the table that a partition leaves is missing in the one that it comes to. */
    private void moved(Set<Long> waiting, Set<Long> tables) {
        for (long oid : after.sourceTables().keySet()) {
            long root = after.stored().root(oid);
            long from = before.stored().root(oid);
            if (root != from && waiting.contains(from) && tables.contains(root)) {
                reloaded.add(root);
            }
        }
    }

    private void altered(long oid, long root) {
        Table was = before.sourceTable(oid).orElse(null);
        Table is = after.sourceTable(oid).orElse(null);
        ObjectImage mark = before.images().get(key(oid));
        if (was == null || is == null || mark == null) {
            return;
        }
        // Of a column that keeps its type, nothing in the catalog tells that an expression has made its values anew.
        if ((mark.rewritten() & COLUMN_VALUES) != 0 && Conversions.mayCompute(command.text())) {
            reloaded.add(root);
        }
        Map<String, ColumnIdentity> old = before.stored().columns(ObjectKey.relation(oid));
        Map<String, ColumnIdentity> now = after.stored().columns(ObjectKey.relation(oid));
        for (SourceColumn column : is.columns()) {
            ColumnIdentity identity = now.get(column.name());
            SourceColumn formerly = was.columns().stream()
                    .filter(other -> old.get(other.name()).attnum() == identity.attnum())
                    .findFirst()
                    .orElse(null);
            if (formerly == null) {
                // Writing the rows anew, whatever for, takes the value from the catalog that they would have had.
                boolean otherDefault = column.generated() == ' '
                        && column.expression().isPresent()
                        && Conversions.mayChangeDefault(command.text());
                if (madeValues(column, identity) || otherDefault) {
                    reloaded.add(root);
                }
            } else if ((old.get(formerly.name()).type() != identity.type()
                            || old.get(formerly.name()).modifier() != identity.modifier())
                    && column.generated() == ' '
                    && !Conversions.alike(
                            formerly.column().bareType(), column.column().bareType(), command.text())) {
                reloaded.add(root);
                if (!after.change(root).shared()) {
                    emptied.add(root);
                }
            }
        }
    }

    /** A table is the partitioned one, or what that is a part of, or a part of it that is published by itself. */
    private boolean isWithin(long partitioned, long table) {
        return after.stored().root(table) == after.stored().root(partitioned);
    }

    /** The values of a new column are those of the partitions: the table that has them has no rows, and none of their values. */
    private void divided(Table was, Table is, Set<Long> tables) {
        Set<Integer> formerly = new HashSet<>();
        before.stored().columns(ObjectKey.relation(was.oid())).values().forEach(old -> formerly.add(old.attnum()));
        Map<String, ColumnIdentity> now = after.stored().columns(ObjectKey.relation(is.oid()));
        for (SourceColumn column : is.columns()) {
            if (column.generated() == ' '
                    && !formerly.contains(now.get(column.name()).attnum())
                    && column.expression()
                            .filter(sql -> !LITERAL.matcher(sql).matches())
                            .isPresent()) {
                tables.stream().filter(oid -> isWithin(is.oid(), oid)).forEach(reloaded::add);
            }
        }
    }

    /**
     * One of several tables with one target has renamed or lost a column that others may still have: at the target that is another
     * column, and the rows of this one have their values in the wrong place.
     */
    private void merged(long oid) {
        if (!before.change(oid).shared() || !after.change(oid).shared()) {
            return;
        }
        Map<Integer, String> now = targetNames(after, oid);
        Set<String> there = new HashSet<>();
        after.objects().values().stream()
                .filter(object -> object instanceof Table table
                        && table.id().equals(after.change(oid).target()))
                .forEach(object -> ((Table) object).columns().forEach(column -> there.add(column.name())));
        targetNames(before, oid).forEach((attnum, name) -> {
            String is = now.get(attnum);
            if (is == null ? there.contains(name) : !is.equals(name)) {
                reloaded.add(oid);
            }
        });
    }

    /** By {@code attnum}. */
    private static Map<Integer, String> targetNames(StructureState state, long oid) {
        TableChange change = state.change(oid);
        Map<Integer, String> names = new HashMap<>();
        state.stored().columns(ObjectKey.relation(oid)).forEach((name, identity) -> {
            if (!change.leftOut().contains(name)) {
                names.put(identity.attnum(), change.rename().getOrDefault(name, name));
            }
        });
        return names;
    }

    /** Each row got a value that the target would make otherwise. */
    private static boolean madeValues(SourceColumn column, ColumnIdentity identity) {
        if (column.generated() != ' ' || identity.missing() != null) {
            return false;
        }
        return column.column().identity() != Column.Identity.NONE
                || column.expression()
                        .filter(sql -> !LITERAL.matcher(sql).matches())
                        .isPresent()
                || column.expression().isEmpty() && !column.column().bareType().startsWith("pg_catalog.");
    }
}
