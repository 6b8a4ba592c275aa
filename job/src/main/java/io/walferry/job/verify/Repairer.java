package io.walferry.job.verify;

import io.walferry.job.dialect.TransactionMark;
import io.walferry.job.failure.FailureKind;
import io.walferry.job.jdbc.Database;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes the source's rows over those that differ for certain, and cannot race the stream. A repair is one target transaction:
 *
 * <ol>
 *   <li>It locks the target's rows, those alone that nobody else has locked, and finds them as they were when they were judged.
 *   <li>It locks the task's rows in {@code walferry.progress}. A writer moves its position in the transaction that brings its
 *       rows, so from here on none can commit anything: all changes up to the positions {@code P} are applied, and none beyond.
 *   <li>It reads the rows at the source and finds them, too, as they were when they were judged.
 *   <li>It writes, and commits.
 * </ol>
 *
 * <p>What is written is right at {@code P}: between the judgement and the reading at the source nobody has changed the row, and
 * all that is applied was committed at the source before that reading. Whatever is committed later comes with a position
 * behind {@code P}, so it is applied after the repair and has the last word: a full row replaces the repaired one, a deletion
 * removes it, and an update that leaves a large value out finds the value that it left, because the source's row had it.
 *
 * <p>Writers lock rows first and their position then. Against a deadlock a repair never waits for a row that exists; where it has
 * to wait, for a position or for a key that a writer is inserting, it gives up long before {@code deadlock_timeout} and the rows
 * are looked at again. Against the assumption that {@link Settler} names, what was repaired is looked at again too, and counts
 * as repaired only when both sides are found equal.
 *
 * <p>Every repair is entered in {@code walferry.repair} with both images, in its transaction.
 */
final class Repairer implements AutoCloseable {

    private static final int ROWS_AT_ONCE = 50;

    /** What became of a repair. */
    enum Outcome {
        NOT_TRIED,
        WRITTEN,
        /** Somebody else was at it, or has changed it since. */
        IN_USE,
        /** The target refuses the row. */
        REFUSED
    }

    /** A row before and after; null: none. */
    record Image(RowLookup.Values before, RowLookup.Values after) {}

    private final VerifySettings settings;
    private final BothSides sides;
    private final Connection writing;
    private final TransactionMark mark;
    private final Map<String, Image> images = new HashMap<>();

    private Repairer(VerifySettings settings, BothSides sides, Connection writing, TransactionMark mark) {
        this.mark = mark;
        this.settings = settings;
        this.sides = sides;
        this.writing = writing;
    }

    static Repairer open(VerifySettings settings, BothSides sides, Database target) throws SQLException {
        Connection connection = target.openForApply();
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET row_security = off");
            statement.execute("SET lock_timeout = '200ms'");
            TransactionMark mark = TransactionMark.open(connection, settings.task());
            connection.setAutoCommit(false);
            return new Repairer(settings, sides, connection, mark);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** Of the rows of the last {@link #repair}, by identity. */
    Map<String, Image> images() {
        return images;
    }

    Map<String, Outcome> repair(ComparedTable table, List<Suspect> suspects) throws SQLException, InterruptedException {
        images.clear();
        Map<String, Outcome> outcomes = new HashMap<>();
        for (int from = 0; from < suspects.size(); from += ROWS_AT_ONCE) {
            List<Suspect> some = suspects.subList(from, Math.min(suspects.size(), from + ROWS_AT_ONCE));
            outcomes.putAll(attempt(table, some));
        }
        return outcomes;
    }

    private Map<String, Outcome> attempt(ComparedTable table, List<Suspect> suspects)
            throws SQLException, InterruptedException {
        Map<String, Outcome> outcomes = new HashMap<>();
        try {
            transaction(table, suspects, outcomes);
            writing.commit();
            return outcomes;
        } catch (SQLException e) {
            writing.rollback();
            outcomes.clear();
            FailureKind kind = FailureKind.of(e);
            if (kind == FailureKind.TRANSIENT && !connectionLost(e)) {
                suspects.forEach(suspect -> outcomes.put(suspect.identity(), Outcome.IN_USE));
                return outcomes;
            }
            if (kind != FailureKind.REJECTED_ROW) {
                throw e;
            }
        }
        if (suspects.size() == 1) {
            return Map.of(suspects.get(0).identity(), Outcome.REFUSED);
        }
        // One of them is refused; the others need not suffer from it.
        for (Suspect suspect : suspects) {
            outcomes.putAll(attempt(table, List.of(suspect)));
        }
        return outcomes;
    }

    private static boolean connectionLost(SQLException e) {
        String state = e.getSQLState();
        return state == null || state.startsWith("08") || state.startsWith("57");
    }

    private void transaction(ComparedTable table, List<Suspect> suspects, Map<String, Outcome> outcomes)
            throws SQLException, InterruptedException {
        mark.begin(writing);
        List<String> identities = suspects.stream().map(Suspect::identity).toList();
        Map<String, List<RowLookup.Locked>> locked = RowLookup.lock(writing, table.targetRows(), identities);
        lockPositions();
        BothSides.SourceRows source = sides.read(table, identities);
        RepairStatements statements = new RepairStatements(table, writing);
        // Deletions first: an extra row may hold a value that another row needs for itself.
        for (DifferenceKind kind :
                new DifferenceKind[] {DifferenceKind.EXTRA, DifferenceKind.DIFFERENT, DifferenceKind.MISSING}) {
            for (Suspect suspect : suspects) {
                if (suspect.kind() == kind) {
                    List<RowLookup.Locked> rows = locked.getOrDefault(suspect.identity(), List.of());
                    boolean asJudged = untouched(suspect, rows)
                            && suspect.source()
                                    .equals(source.states().getOrDefault(suspect.identity(), RowState.ABSENT));
                    outcomes.put(
                            suspect.identity(),
                            asJudged
                                    ? write(
                                            table,
                                            statements,
                                            suspect,
                                            rows,
                                            source.values().get(suspect.identity()))
                                    : Outcome.IN_USE);
                }
            }
        }
    }

    private static boolean untouched(Suspect suspect, List<RowLookup.Locked> rows) {
        return suspect.target().rows() == rows.size()
                && suspect.target().version()
                        == rows.stream().mapToLong(RowLookup.Locked::version).sum();
    }

    private void lockPositions() throws SQLException {
        if (settings.live()) {
            Sql.all(
                    writing,
                    "SELECT 1 FROM walferry.progress WHERE task = ? ORDER BY lane, first_key_group FOR UPDATE",
                    ResultSet::getRow,
                    settings.task());
        }
    }

    private Outcome write(
            ComparedTable table,
            RepairStatements statements,
            Suspect suspect,
            List<RowLookup.Locked> rows,
            RowLookup.Values source)
            throws SQLException {
        RowLookup.Values before = rows.isEmpty()
                ? null
                : new RowLookup.Values(0, compared(rows), rows.get(0).plain());
        images.put(suspect.identity(), new Image(before, source));
        String action = statements.action(suspect);
        if (settings.repair() == VerifySettings.RepairMode.WRITE && !statements.write(suspect, rows, source)) {
            // Nothing of this attempt may stay.
            throw new SQLException("a row was written by somebody else", "40001");
        }
        boolean after = suspect.kind() != DifferenceKind.EXTRA;
        FoundRecords.logRepair(
                writing,
                settings,
                table.target(),
                suspect,
                action,
                suspect.kind() == DifferenceKind.MISSING ? null : RowImage.json(table, before),
                after ? RowImage.json(table, source) : null);
        return settings.repair() == VerifySettings.RepairMode.WRITE ? Outcome.WRITTEN : Outcome.NOT_TRIED;
    }

    /** A text that equals none of the source's, so every column of the row is shown. */
    private static List<String> compared(List<RowLookup.Locked> rows) {
        List<String> texts = new ArrayList<>();
        rows.get(0).plain().forEach(text -> texts.add(""));
        return texts;
    }

    @Override
    public void close() throws SQLException {
        writing.close();
    }
}
