package io.walferry.job.source.wal;

import io.walferry.job.model.Column;
import io.walferry.job.model.Lane;
import io.walferry.job.model.TableSchema;
import io.walferry.job.source.wal.PgOutputHandler.OldTuple;
import java.util.List;

/**
 * What a table in a lane of its own needs to know of an update beyond the new row: whether the row was there before, and which
 * values have to be there. A row that stays may lack a value that was left as it was, as long as nothing is computed from it;
 * a row that may enter must be whole.
 */
final class LaneChanges {

    private final int firstChannel;
    private final boolean steady;
    private final boolean stamped;
    /** Per column of the source's tuples. */
    private final boolean[] deciding;

    private final boolean[] computing;

    LaneChanges(Lane lane, TableSchema table, int writers) {
        firstChannel = lane.firstChannel(writers);
        steady = lane.steady();
        stamped = lane.stamped();
        List<Column> stored = table.storedColumns();
        deciding = new boolean[stored.size()];
        computing = new boolean[stored.size()];
        for (int i = 0; i < deciding.length; i++) {
            deciding[i] = lane.deciding().contains(stored.get(i).name());
            computing[i] = lane.computing().contains(stored.get(i).name());
        }
    }

    int firstChannel() {
        return firstChannel;
    }

    /** Whether changes bring commit time and transaction id. */
    boolean stamped() {
        return stamped;
    }

    /** Whether the update leaves all that decides as it was, as far as the old tuple tells; its key is the same. */
    boolean keepsVerdict(RelationPlan plan, OldTuple oldKind, Tuple old, Tuple row) {
        if (!steady) {
            return false;
        }
        for (int column = 0; column < deciding.length; column++) {
            if (deciding[column] && !row.isUnchanged(column)) {
                boolean same = plan.has(oldKind, old, column)
                        ? row.columnEquals(column, old)
                        : oldKind == OldTuple.ABSENT && plan.isIdentity(column);
                if (!same) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Whether a value that the change did not log is needed. */
    boolean lacksValues(RelationPlan plan, OldTuple oldKind, Tuple old, Tuple row, boolean stays) {
        if (!row.hasUnchanged()) {
            return false;
        }
        for (int column = 0; column < computing.length; column++) {
            if ((computing[column] || !stays && plan.wants(column))
                    && row.isUnchanged(column)
                    && !plan.has(oldKind, old, column)) {
                return true;
            }
        }
        return false;
    }
}
