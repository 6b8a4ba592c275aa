package io.walferry.job.source.wal;

import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import io.walferry.job.model.ChangePosition;
import io.walferry.job.model.TableSchema;
import io.walferry.job.source.StructureChange;
import io.walferry.job.source.StructureLogEntry;
import io.walferry.job.source.StructureSide;
import io.walferry.job.source.TargetSide;
import io.walferry.job.source.TargetSide.Reload;
import io.walferry.job.sql.ReloadSql;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Changes of structure in their place: when all writers have committed what came before, the target's structure is changed in
 * one transaction with the record of the step and of the source's structure after it; then the stream goes on with the tables in
 * their new form. A step has the position of its entry's message in the changelog, which no row has. So a start again finds
 * either the step recorded, and the structure with it, or no writer beyond it.
 */
final class StructureSteps {

    private static final Logger LOG = LoggerFactory.getLogger(StructureSteps.class);

    private static final long RETRY_WITHIN_NANOS = TimeUnit.MINUTES.toNanos(5);
    private static final long RETRY_AFTER_MS = 1_000;

    /** A lock that somebody else holds: it passes. */
    private static final Set<String> LOCKED = Set.of("55P03", "40P01", "55006");

    private final TargetSide target;
    private final Steps steps;
    private final RelationPlans plans;
    private final Reloads reloads;
    private final Pause pause;

    StructureSteps(TargetSide target, Steps steps, RelationPlans plans, Reloads reloads, Pause pause) {
        this.target = target;
        this.steps = steps;
        this.plans = plans;
        this.reloads = reloads;
        this.pause = pause;
    }

    /**
     * Does what the entry asks for, unless it is done.
     *
     * @throws SyncException if the target refuses it, or the task file says to stop
     */
    void run(ChangePosition position, int xid, StructureLogEntry entry) throws SQLException, InterruptedException {
        StructureSide structure = target.structure().orElse(null);
        if (structure == null) {
            return;
        }
        if (target.structureStepDone(position)) {
            reloads.after(position);
            return;
        }
        StructureChange change = change(structure, position, entry, plans.aheadOf(position, xid));
        if (!change.isEmpty() && reloads.isBusy()) {
            // A load has its table locked at the target, and may bring it in a newer form.
            reloads.finish(position);
            change = change(structure, position, entry, plans.aheadOf(position, xid));
        }
        if (change.isEmpty()) {
            return;
        }
        if (!change.isQuiet()) {
            steps.awaitApplied(position, true);
        }
        boolean emptied = apply(position, entry, change);
        structure.accept(change);
        for (TableSchema table : change.changed()) {
            plans.change(table);
        }
        change.dropped().forEach(plans::drop);
        if (emptied || !change.reload().isEmpty()) {
            reloads.after(position);
        }
    }

    /** What nobody can tell is for a person to decide. */
    private StructureChange change(
            StructureSide structure, ChangePosition position, StructureLogEntry entry, Set<Long> ahead)
            throws SQLException {
        try {
            return structure.changeOf(entry, position.commitLsn(), ahead, waiting());
        } catch (SyncException e) {
            if (e.kind() != FailureKind.NEEDS_OPERATOR) {
                throw e;
            }
            return StructureChange.refused(
                    e.finding().what() + ". " + e.finding().fix());
        }
    }

    private Set<Long> waiting() throws SQLException {
        return target.reloads().stream().map(Reload::oid).collect(Collectors.toSet());
    }

    /** @return whether tables that wait to be loaded anew were emptied for it */
    private boolean apply(ChangePosition position, StructureLogEntry entry, StructureChange change)
            throws SQLException, InterruptedException {
        long begin = System.nanoTime();
        StructureChange tried = change;
        while (true) {
            try {
                target.structureStep(position, entry, tried);
                if (!change.isQuiet()) {
                    LOG.info(
                            "{} at {} is applied in {} ms",
                            entry.tag(),
                            position,
                            TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
                }
                return tried != change;
            } catch (SQLException e) {
                boolean locked = LOCKED.contains(String.valueOf(e.getSQLState()));
                if (!locked && FailureKind.of(e) == FailureKind.TRANSIENT) {
                    throw e;
                }
                if (tried == change && FailureKind.of(e) == FailureKind.REJECTED_ROW) {
                    List<String> emptying = emptying(change);
                    if (!emptying.isEmpty()) {
                        tried = before(emptying, change);
                        continue;
                    }
                }
                if (!locked || System.nanoTime() - begin > RETRY_WITHIN_NANOS) {
                    throw refused(position, entry, change, e);
                }
                LOG.info("{} at {} waits for a lock at the target", entry.tag(), position);
            }
            pause.millis(RETRY_AFTER_MS);
        }
    }

    /** What removes rows that a load is to replace, and that may be in the way. */
    private List<String> emptying(StructureChange change) throws SQLException {
        Set<Long> changed = change.changed().stream().map(TableSchema::oid).collect(Collectors.toSet());
        return waiting().stream()
                .flatMap(oid -> Optional.ofNullable(plans.table(oid)).stream())
                .filter(TableFill::isAlone)
                .filter(former -> changed.contains(former.oid()) || isNamed(former, change.statements()))
                .map(former -> ReloadSql.deleteRows(former.mapping()))
                .toList();
    }

    /** A constraint makes no other table. */
    private static boolean isNamed(TableSchema table, List<String> statements) {
        String name = quoted(table.mapping().target());
        return statements.stream().anyMatch(sql -> sql.contains(name));
    }

    private static StructureChange before(List<String> first, StructureChange change) {
        List<String> statements = new ArrayList<>(first);
        statements.addAll(change.statements());
        return new StructureChange(
                change.alone(),
                statements,
                change.changed(),
                change.dropped(),
                change.reload(),
                change.publish(),
                change.ignored(),
                change.refused(),
                change.origin());
    }

    private SyncException refused(
            ChangePosition position, StructureLogEntry entry, StructureChange change, SQLException e)
            throws SQLException {
        target.structureStepFailed(position, entry, change, e.getMessage());
        return new SyncException(
                FailureKind.NEEDS_OPERATOR,
                entry.tag() + " at " + position,
                "the target refuses it (SQLSTATE " + e.getSQLState() + "): " + e.getMessage() + "; the statements are: "
                        + String.join("; ", change.statements()),
                "Remove what is in the way and start the task again, which retries it; or run walferry ddl skip, or walferry"
                        + " ddl apply with statements of your own, before the start",
                e);
    }
}
