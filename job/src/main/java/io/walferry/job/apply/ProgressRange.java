package io.walferry.job.apply;

import io.walferry.job.model.ChangePosition;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;

/**
 * A row of {@code walferry.progress} without its owner: key groups {@code first} to {@code last} are at {@code position}.
 *
 * @param changes applied so far, counted at one range of those that a range was cut into
 * @param sourceCommitTime of the last change; {@code null} if there was none
 * @param appliedAt of the last flush; {@code null} if there was none
 */
record ProgressRange(
        int first, int last, ChangePosition position, long changes, Timestamp sourceCommitTime, Timestamp appliedAt) {

    ProgressRange at(ChangePosition newPosition) {
        return new ProgressRange(first, last, newPosition, changes, sourceCommitTime, appliedAt);
    }

    /** Key groups {@code first} to {@code last} as the stored ranges have them; the start where none does. */
    static List<ProgressRange> cut(List<ProgressRange> stored, int first, int last) {
        List<ProgressRange> cut = new ArrayList<>();
        int next = first;
        for (ProgressRange range : stored) {
            int from = Math.max(range.first, first);
            int to = Math.min(range.last, last);
            if (from > to) {
                continue;
            }
            if (from > next) {
                cut.add(new ProgressRange(next, from - 1, ChangePosition.START, 0, null, null));
            }
            cut.add(range.part(from, to));
            next = to + 1;
        }
        if (next <= last) {
            cut.add(new ProgressRange(next, last, ChangePosition.START, 0, null, null));
        }
        return cut;
    }

    /** What the stored ranges have outside of {@code first} to {@code last}. */
    static List<ProgressRange> remainders(List<ProgressRange> stored, int first, int last) {
        List<ProgressRange> left = new ArrayList<>();
        for (ProgressRange range : stored) {
            if (range.first < first) {
                left.add(range.part(range.first, Math.min(range.last, first - 1)));
            }
            if (range.last > last) {
                left.add(range.part(Math.max(range.first, last + 1), range.last));
            }
        }
        return left;
    }

    private ProgressRange part(int from, int to) {
        return new ProgressRange(from, to, position, from == first ? changes : 0, sourceCommitTime, appliedAt);
    }
}
