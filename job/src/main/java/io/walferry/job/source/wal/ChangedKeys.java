package io.walferry.job.source.wal;

import io.walferry.job.model.TableId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Collects keys of changed rows from a changelog. It holds a limited number: of the table with the most keys it forgets them,
 * and knows only that the table has changed. That is all that is known, too, of a table without a key, after a TRUNCATE, and
 * where a change does not tell the key.
 */
final class ChangedKeys implements PgOutputHandler {

    private final int mostKeys;
    private final Map<TableId, List<String>> keyColumns = new HashMap<>();
    private final Map<TableId, Set<List<String>>> keys = new HashMap<>();
    private final Set<TableId> whole = new HashSet<>();
    private final Map<Integer, RelationMessage> messages = new HashMap<>();
    private final Map<Integer, Relation> relations = new HashMap<>();
    private int held;
    private long committed;

    /**
     * A table as the messages have it now.
     *
     * @param at places of the key's columns in a tuple; empty: there is no key, or not all of it
     */
    private record Relation(TableId table, List<Integer> at, List<Boolean> ofIdentity) {}

    ChangedKeys(int mostKeys) {
        this.mostKeys = mostKeys;
    }

    /** @param columns names of the key's columns by table, in order; none: rows have no key */
    synchronized void watch(Map<TableId, List<String>> columns) {
        if (!keyColumns.equals(columns)) {
            keyColumns.clear();
            keyColumns.putAll(columns);
            // The server tells a table's columns once.
            messages.values().forEach(this::locate);
        }
    }

    /** What is known of some tables, which is forgotten then; of tables that have changed alone. */
    synchronized Map<TableId, ChangedRows.Changes> take(Collection<TableId> tables) {
        Map<TableId, ChangedRows.Changes> taken = new HashMap<>();
        for (TableId table : tables) {
            Set<List<String>> found = keys.remove(table);
            if (whole.remove(table)) {
                taken.put(table, new ChangedRows.Changes(List.of(), true));
            } else if (found != null) {
                taken.put(table, new ChangedRows.Changes(List.copyOf(found), false));
            }
            held -= found == null ? 0 : found.size();
        }
        return taken;
    }

    /** A table has to be looked at as a whole. */
    synchronized void whole(TableId table) {
        Set<List<String>> found = keys.remove(table);
        held -= found == null ? 0 : found.size();
        whole.add(table);
    }

    /** Where the last transaction ends. */
    synchronized long committed() {
        return committed;
    }

    @Override
    public void begin(long commitLsn, long commitTimeMicros, int xid) {
        // Whose change it is does not matter.
    }

    @Override
    public synchronized void commit(long commitLsn, long endLsn) {
        committed = endLsn;
    }

    @Override
    public synchronized void relation(RelationMessage message) {
        messages.put(message.oid(), message);
        locate(message);
    }

    private void locate(RelationMessage message) {
        List<Integer> at = new ArrayList<>();
        List<Boolean> ofIdentity = new ArrayList<>();
        List<String> names = message.columnNames();
        for (String column : keyColumns.getOrDefault(message.id(), List.of())) {
            int index = names.indexOf(column);
            if (index < 0) {
                at.clear();
                break;
            }
            at.add(index);
            ofIdentity.add(message.columns().get(index).identity());
        }
        relations.put(message.oid(), new Relation(message.id(), at, ofIdentity));
    }

    @Override
    public synchronized void insert(int relation, Tuple row) {
        add(relations.get(relation), row, true);
    }

    @Override
    public synchronized void update(int relation, OldTuple oldKind, Tuple old, Tuple row) {
        Relation of = relations.get(relation);
        add(of, row, true);
        if (oldKind != OldTuple.ABSENT) {
            add(of, old, oldKind == OldTuple.FULL);
        }
    }

    @Override
    public synchronized void delete(int relation, OldTuple oldKind, Tuple old) {
        add(relations.get(relation), old, oldKind == OldTuple.FULL);
    }

    @Override
    public synchronized void truncate(int[] truncated, boolean restartIdentity) {
        for (int relation : truncated) {
            if (keyColumns.containsKey(relations.get(relation).table())) {
                whole(relations.get(relation).table());
            }
        }
    }

    /** @param allColumns the tuple has the whole row; else it has the columns of the replica identity */
    private void add(Relation relation, Tuple tuple, boolean allColumns) {
        TableId table = relation.table();
        if (whole.contains(table) || !keyColumns.containsKey(table)) {
            return;
        }
        List<String> key = new ArrayList<>(relation.at().size());
        for (int i = 0; i < relation.at().size(); i++) {
            int column = relation.at().get(i);
            if (!tuple.isText(column) || !(allColumns || relation.ofIdentity().get(i))) {
                break;
            }
            key.add(new String(tuple.text(column), StandardCharsets.UTF_8));
        }
        if (relation.at().isEmpty() || key.size() < relation.at().size()) {
            whole(table);
        } else if (keys.computeIfAbsent(table, id -> new HashSet<>()).add(key) && ++held > mostKeys) {
            whole(keys.entrySet().stream()
                    .max((one, other) -> Integer.compare(
                            one.getValue().size(), other.getValue().size()))
                    .orElseThrow()
                    .getKey());
        }
    }
}
