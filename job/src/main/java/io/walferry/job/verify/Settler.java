package io.walferry.job.verify;

import static io.walferry.job.failure.FailureKind.NEEDS_OPERATOR;

import io.walferry.job.failure.SyncException;
import io.walferry.job.model.Lsn;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Looks at suspects again until each of them is equal, a difference for certain, or has changed too often to tell.
 *
 * <p>A look reads a row at the target, then at the source, then takes a position {@code L} of the source's WAL. Before the next
 * look the task has to have applied everything before {@code L}. If nobody has written to the row on either side between the
 * two looks (its number, hashes and versions, {@code xmin} and {@code ctid}, are the same) and the sides still differ, then this
 * is no matter of time:
 *
 * <ul>
 *   <li>All changes of the row that the first look at the source saw are before {@code L}, so they were applied when the target
 *       was read again.
 *   <li>There are no later ones that the second look at the target could have seen: they would have been committed at the source
 *       before that look, so before the second look at the source, which found the row as it was. Were there some that undid each
 *       other (a row deleted, inserted and deleted again), the target's row would have been written in between: the writers cancel no
 *       deletion of a row that was there with an insertion, and of equal rows without a key the oldest goes first.
 *   <li>So the target's row should be what the source's is. It is not, and the stream brings nothing more for it.
 * </ul>
 *
 * <p>One assumption is left: a commit is visible at the source no later than it is applied at the target. A transaction that
 * waits for a synchronous standby breaks it. Therefore no transaction that was open in the first look may still be open in the
 * second; only the last look, a minute after the first, does without this.
 */
final class Settler {

    private static final int SUSPECTS_AT_ONCE = 2_000;
    private static final int VALUES_AT_ONCE = 50;
    private static final int SHOWN_CHARACTERS = 200;
    private static final int COLUMNS_SHOWN = 40;
    private static final int LOOKS_AFTER_REPAIR = 3;
    private static final long POLL_MS = 100;
    private static final long LONGEST_PAUSE_MS = 30_000;
    private static final long FIRST_PAUSE_MS = 500;

    private final VerifySettings settings;
    private final VerificationLedger ledger;
    private final BothSides sides;
    private final Repairer repairer;

    /** @param repairer null: nothing is repaired */
    Settler(VerifySettings settings, VerificationLedger ledger, BothSides sides, Repairer repairer) {
        this.settings = settings;
        this.ledger = ledger;
        this.sides = sides;
        this.repairer = repairer;
    }

    /**
     * Returns when no suspect is left.
     *
     * @throws SyncException if the task does not come to apply what it has to
     */
    void settle() throws SQLException, InterruptedException {
        // What the last look repairs is looked at once more.
        int looks = settings.looks() + (repairer == null ? 0 : LOOKS_AFTER_REPAIR);
        for (int look = ledger.suspects().look(settings.run()) + 1; look <= looks; look++) {
            SuspectRecords.Waiting waiting = ledger.suspects().waiting(settings.run(), look);
            if (waiting.suspects() == 0) {
                break;
            }
            ledger.detail(settings.run(), "look " + look + " at " + waiting.suspects() + " rows that were not equal");
            pause(look);
            awaitPassed(SourceMoment.reachable(waiting.lsn()));
            for (ComparedTable table : settings.tables()) {
                look(table, look);
            }
            ledger.suspects().look(settings.run(), look);
        }
        for (ComparedTable table : settings.tables()) {
            giveUp(table);
        }
    }

    /** Half a second before the first look, twice as much before each next one. */
    private static void pause(int look) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS << Math.min(look - 1, 10)));
    }

    private void awaitPassed(long lsn) throws SQLException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(settings.waitMs());
        while (settings.live() && !ledger.passed(settings.task(), lsn)) {
            if (System.nanoTime() > deadline) {
                throw new SyncException(
                        NEEDS_OPERATOR,
                        "task " + settings.task(),
                        "it has not applied the source's changes up to " + Lsn.format(lsn) + " within "
                                + TimeUnit.MILLISECONDS.toSeconds(settings.waitMs()) + " s",
                        "See that the task runs and keeps up (or raise verify.patience); the run goes on from here");
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
    }

    private void look(ComparedTable table, int look) throws SQLException, InterruptedException {
        boolean more = true;
        long last = 0;
        while (more) {
            ledger.begin();
            try {
                SuspectRecords.Taken taken =
                        ledger.suspects().take(settings.run(), table, look, last, SUSPECTS_AT_ONCE);
                more = !taken.suspects().isEmpty();
                last = taken.last();
                if (more) {
                    judge(table, look, taken.suspects());
                }
                ledger.commit();
            } finally {
                ledger.rollback();
            }
        }
    }

    private void judge(ComparedTable table, int look, List<Suspect> suspects)
            throws SQLException, InterruptedException {
        List<String> identities = suspects.stream().map(Suspect::identity).toList();
        BothSides.Look seen = sides.look(table, identities);
        SourceMoment moment = seen.moment();
        boolean last = look >= settings.looks();
        SuspectRecords.Entry again = ledger.suspects().new Entry(settings.run(), look);
        List<Suspect> certain = new ArrayList<>();
        for (Suspect before : suspects) {
            Suspect now = new Suspect(
                    table.number(),
                    before.identity(),
                    seen.source().getOrDefault(before.identity(), RowState.ABSENT),
                    seen.target().getOrDefault(before.identity(), RowState.ABSENT),
                    moment.lsn(),
                    moment.snapshot(),
                    before.repairs());
            if (alike(now) || !table.counted().contains(now.kind())) {
                if (before.repairs() > 0) {
                    ledger.found().repaired(settings.run(), table, before);
                    ledger.found().count(settings.run(), table, "repaired", before.repairs());
                }
            } else if (now.source().equals(before.source())
                    && now.target().equals(before.target())
                    && (last || !SourceMoment.someStillRun(before.snapshot(), moment.snapshot()))) {
                certain.add(now);
            } else {
                again.add(now);
            }
        }
        for (int from = 0; from < certain.size(); from += VALUES_AT_ONCE) {
            found(table, certain.subList(from, Math.min(certain.size(), from + VALUES_AT_ONCE)), last, again);
        }
        again.flush();
    }

    private boolean alike(Suspect suspect) {
        return settings.countOnly()
                ? suspect.source().rows() == suspect.target().rows()
                : suspect.source().sameContent(suspect.target());
    }

    private void found(ComparedTable table, List<Suspect> certain, boolean last, SuspectRecords.Entry again)
            throws SQLException, InterruptedException {
        // What is still different after it was repaired has been counted then.
        List<Suspect> fresh =
                certain.stream().filter(suspect -> suspect.repairs() == 0).toList();
        Map<String, Repairer.Outcome> outcomes = repairer == null ? Map.of() : repairer.repair(table, fresh);
        List<Suspect> counted = new ArrayList<>();
        for (Suspect suspect : fresh) {
            Repairer.Outcome outcome = outcomes.getOrDefault(suspect.identity(), Repairer.Outcome.NOT_TRIED);
            if (outcome == Repairer.Outcome.IN_USE && !last) {
                again.add(suspect);
                continue;
            }
            counted.add(suspect);
            if (outcome == Repairer.Outcome.WRITTEN) {
                again.add(suspect.afterRepair());
            }
        }
        for (DifferenceKind kind : DifferenceKind.values()) {
            ledger.found()
                    .count(
                            settings.run(),
                            table,
                            kind.label(),
                            counted.stream()
                                    .filter(suspect -> suspect.kind() == kind)
                                    .mapToLong(Suspect::rows)
                                    .sum());
        }
        keep(table, counted, repairer == null ? Map.of() : repairer.images());
    }

    /** Enters the first differences of a table with their values. */
    private void keep(ComparedTable table, List<Suspect> counted, Map<String, Repairer.Image> images)
            throws SQLException, InterruptedException {
        long room = settings.kept() - (counted.isEmpty() ? 0 : ledger.found().keptOf(settings.run(), table));
        if (counted.isEmpty() || room <= 0) {
            return;
        }
        List<Suspect> kept = counted.subList(0, (int) Math.min(room, counted.size()));
        List<String> identities = kept.stream().map(Suspect::identity).toList();
        Map<String, RowLookup.Values> source = sides.read(table, identities).values();
        Map<String, RowLookup.Values> target = RowLookup.values(sides.target(), table.targetRows(), identities);
        for (Suspect suspect : kept) {
            Repairer.Image image = images.get(suspect.identity());
            keep(
                    table,
                    suspect,
                    source.get(suspect.identity()),
                    image == null ? target.get(suspect.identity()) : image.before());
        }
    }

    private void keep(ComparedTable table, Suspect suspect, RowLookup.Values source, RowLookup.Values target)
            throws SQLException {
        List<String> columns = new ArrayList<>();
        List<String> sourceValues = new ArrayList<>();
        List<String> targetValues = new ArrayList<>();
        for (int i = 0; i < table.source().columns().size() && columns.size() < COLUMNS_SHOWN; i++) {
            boolean same = source != null
                    && target != null
                    && source.compared().get(i).equals(target.compared().get(i));
            if (suspect.kind() != DifferenceKind.DIFFERENT || !same) {
                String column = table.source().columns().get(i);
                columns.add(column);
                sourceValues.add(shown(table, column, source, i));
                targetValues.add(shown(table, column, target, i));
            }
        }
        ledger.found().keep(settings.run(), table, suspect, columns, sourceValues, targetValues);
    }

    private static String shown(ComparedTable table, String column, RowLookup.Values values, int index) {
        String text = values == null ? null : values.plain().get(index);
        if (text == null) {
            return null;
        }
        if (table.masked().contains(column)) {
            return "***";
        }
        return text.length() <= SHOWN_CHARACTERS
                ? text
                : text.substring(0, SHOWN_CHARACTERS) + "… (" + text.length() + " characters)";
    }

    private void giveUp(ComparedTable table) throws SQLException {
        boolean more = true;
        long last = 0;
        while (more) {
            ledger.begin();
            try {
                SuspectRecords.Taken taken =
                        ledger.suspects().take(settings.run(), table, Integer.MAX_VALUE, last, SUSPECTS_AT_ONCE);
                List<Suspect> left = taken.suspects();
                last = taken.last();
                more = !left.isEmpty();
                ledger.found()
                        .count(
                                settings.run(),
                                table,
                                "unsettled",
                                left.stream()
                                        .filter(suspect -> suspect.repairs() == 0)
                                        .count());
                ledger.commit();
            } finally {
                ledger.rollback();
            }
        }
    }
}
