package io.walferry.job.source.wal;

import io.walferry.job.model.LabelChange;
import io.walferry.job.model.LabelledType;
import io.walferry.job.model.Lsn;
import io.walferry.job.source.StructureSide;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Gives rows the labels that their enumerations have by now. {@code ALTER TYPE … RENAME VALUE} waits for nobody: a transaction that
 * has written rows before may commit after it, and the server writes those with the labels of then, which the target's type has no
 * more, or with those of now, if it has come across them before. So a name that several labels have had tells nothing: the table
 * is loaded anew then.
 *
 * <p>Rows of a transaction come in the order in which they were written.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-replication.html">XLogData: the starting point of the WAL data in
 *     the message</a>
 */
final class CurrentLabels implements PgOutputHandler {

    private static final LabelledType[] NONE = new LabelledType[0];
    /** Of LSNs the highest. */
    private static final long NOBODY = -1;

    /** {@code null} if structure changes are not followed. */
    private final StructureSide structure;

    private final boolean remembers;
    private final RelationPlans plans;
    private final PgOutputHandler next;
    private final Map<Integer, RelationMessage> announced = new HashMap<>();
    /** Per relation and column; {@code null}: no enumeration. */
    private final Map<Integer, LabelledType[]> types = new HashMap<>();

    private List<LabelChange> changes = List.of();
    /** Rows from here on were written after all renames. */
    private long until = Lsn.NONE;

    private long commitLsn;
    private long rowLsn;
    /** Renames from here on may be younger than what the server writes; {@link #NOBODY} if there is none. */
    private long since = NOBODY;

    /**
     * @param remembers the server writes former labels also in later transactions, once it has come across them
     * @param plans where doubts are raised
     */
    CurrentLabels(Optional<StructureSide> structure, boolean remembers, RelationPlans plans, PgOutputHandler next) {
        this.structure = structure.orElse(null);
        this.remembers = remembers;
        this.plans = plans;
        this.next = next;
    }

    /** @param lsn of the message that comes next */
    void at(long lsn) {
        rowLsn = lsn;
    }

    @Override
    public void begin(long commitLsn, long commitTimeMicros, int xid) throws SQLException, InterruptedException {
        this.commitLsn = commitLsn;
        if (!remembers) {
            since = NOBODY;
        }
        if (structure != null && structure.labelChanges() != changes) {
            changes = structure.labelChanges();
            until = changes.isEmpty()
                    ? Lsn.NONE
                    : changes.get(changes.size() - 1).commitLsn();
            types.clear();
        }
        next.begin(commitLsn, commitTimeMicros, xid);
    }

    @Override
    public void origin(String name) {
        next.origin(name);
    }

    @Override
    public void message(String prefix, String content) {
        next.message(prefix, content);
    }

    @Override
    public void commit(long commitLsn, long endLsn) throws SQLException, InterruptedException {
        next.commit(commitLsn, endLsn);
    }

    @Override
    public void relation(RelationMessage relation) throws SQLException, InterruptedException {
        announced.put(relation.oid(), relation);
        types.remove(relation.oid());
        next.relation(relation);
    }

    @Override
    public void insert(int relation, Tuple row) throws SQLException, InterruptedException {
        boolean doubtful = isConcerned() && !rename(relation, row);
        next.insert(relation, row);
        settle(doubtful);
    }

    @Override
    public void update(int relation, OldTuple oldKind, Tuple old, Tuple row) throws SQLException, InterruptedException {
        boolean doubtful =
                isConcerned() && !(rename(relation, row) && (oldKind == OldTuple.ABSENT || rename(relation, old)));
        next.update(relation, oldKind, old, row);
        settle(doubtful);
    }

    @Override
    public void delete(int relation, OldTuple oldKind, Tuple old) throws SQLException, InterruptedException {
        boolean doubtful = isConcerned() && !rename(relation, old);
        next.delete(relation, oldKind, old);
        settle(doubtful);
    }

    @Override
    public void truncate(int[] relations, boolean restartIdentity) throws SQLException, InterruptedException {
        next.truncate(relations, restartIdentity);
    }

    private boolean isConcerned() {
        if (Long.compareUnsigned(rowLsn, until) < 0 && Long.compareUnsigned(rowLsn, since) < 0) {
            since = rowLsn;
        }
        return since != NOBODY;
    }

    /** Returns whether it could; else the relation's next message is in doubt. */
    private boolean rename(int relation, Tuple row) {
        LabelledType[] labelled = types.computeIfAbsent(relation, this::typesOf);
        for (int i = 0; i < Math.min(labelled.length, row.columns()); i++) {
            LabelledType type = labelled[i];
            if (type != null && row.isText(i)) {
                String text = new String(row.text(i), StandardCharsets.UTF_8);
                Optional<String> now = type.array() ? ArrayText.map(text, label -> now(type, label)) : now(type, text);
                if (now.isEmpty()) {
                    plans.doubt(
                            relation,
                            "rows have labels of an enumeration that were given to other values of it meanwhile");
                    return false;
                }
                if (!now.get().equals(text)) {
                    row.replace(i, now.get().getBytes(StandardCharsets.UTF_8));
                }
            }
        }
        return true;
    }

    private void settle(boolean doubtful) {
        if (doubtful) {
            plans.settle();
        }
    }

    private LabelledType[] typesOf(int relation) {
        RelationMessage message = announced.get(relation);
        return message == null
                ? NONE
                : message.columns().stream()
                        .map(column -> structure.labelled(column.type()).orElse(null))
                        .toArray(LabelledType[]::new);
    }

    /** What a label is called now, whenever in question its name is from; empty if that cannot be told. */
    private Optional<String> now(LabelledType type, String label) {
        Map<String, String> names = new HashMap<>();
        type.labels().forEach(name -> names.put(name, name));
        Set<String> possible = new HashSet<>();
        if (names.containsKey(label)) {
            possible.add(label);
        }
        for (int i = changes.size() - 1; i >= 0; i--) {
            LabelChange change = changes.get(i);
            boolean inQuestion = change.enumeration() == type.enumeration()
                    && Long.compareUnsigned(change.commitLsn(), since) > 0
                    && Long.compareUnsigned(change.commitLsn(), commitLsn) < 0;
            if (inQuestion && names.containsKey(change.to())) {
                names.put(change.from(), names.remove(change.to()));
                if (names.containsKey(label)) {
                    possible.add(names.get(label));
                }
            }
        }
        if (possible.size() > 1) {
            return Optional.empty();
        }
        return Optional.of(possible.isEmpty() ? label : possible.iterator().next());
    }
}
