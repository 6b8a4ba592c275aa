package io.walferry.job.source.wal;

import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.SyncException;
import io.walferry.job.model.ChangePosition;
import io.walferry.job.model.TableMapping;
import io.walferry.job.model.TableSchema;
import io.walferry.job.model.TimestampText;
import io.walferry.job.source.TargetSide;
import io.walferry.job.sql.DeadLetterSql;
import io.walferry.job.sql.HistorySql;
import io.walferry.job.sql.ReloadSql;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What concerns all writers at once, done by the reader between the changes before it and those after it: a marker goes to
 * every channel, the reader waits until all writers have committed up to it, acts on the target, and reads on.
 *
 * <p>A TRUNCATE's marker and step have the first ordinal of its own message, {@code (commitLsn, 2i)}. Every change before it is
 * lower and every change after it is higher, and no row has that position. So, whenever the task starts again: writers that
 * stored the marker drop what came before and nothing of what comes after; if the step is not recorded no writer has gone
 * further, because nothing was sent; and if it is recorded it is not run again.
 *
 * <p>A place between transactions, as an LSN up to which all is sent, is the position {@code endOf(lsn - 1)}: a later
 * transaction's commit record may start at {@code lsn} itself. That one is for a marker of a structure change alone, which nobody
 * may take for passed because of a note of the same place.
 */
final class Steps {

    private static final Logger LOG = LoggerFactory.getLogger(Steps.class);

    private static final String TRUNCATE = "truncate";
    private static final long POLL_FROM_MS = 5;
    private static final long POLL_TO_MS = 100;
    private static final long TELL_EVERY_NANOS = 60_000_000_000L;

    private final String task;
    private final TargetSide target;
    private final Outflow outflow;
    private final Pause pause;
    private long consistentFrom;
    private boolean consistent;

    /** @param windows of all loaded tables */
    Steps(String task, TargetSide target, Outflow outflow, Pause pause, Collection<TargetSide.LoadWindow> windows) {
        this.task = task;
        this.target = target;
        this.outflow = outflow;
        this.pause = pause;
        this.consistentFrom = consistentFrom(windows);
    }

    /**
     * Where every load window is passed. A position that is taken while the WAL ends at a page's end comes out after the next
     * page's header, where the server reports the same place as the page's start while nothing follows.
     */
    static long consistentFrom(Collection<TargetSide.LoadWindow> windows) {
        long highest =
                windows.stream().mapToLong(TargetSide.LoadWindow::maxLsn).max().orElse(0);
        long inPage = highest % 8192;
        return inPage <= 40 ? highest - inPage : highest;
    }

    /**
     * The changelog is complete before {@code lsn}, and no transaction is open. Once, when that passes every load window, lets
     * the target do what waits for it; on every start again, because it may not have been finished.
     */
    void complete(long lsn) throws SQLException, InterruptedException {
        if (consistent || lsn == 0 || Long.compareUnsigned(lsn, consistentFrom) < 0) {
            return;
        }
        awaitApplied(ChangePosition.justBeforeEndOf(lsn - 1), false);
        target.atConsistency();
        consistent = true;
    }

    /** A table is at this position of the source already, so only there are all tables at states of the source. */
    void consistentNotBefore(long lsn) {
        if (Long.compareUnsigned(lsn, consistentFrom) > 0) {
            consistentFrom = lsn;
        }
    }

    /**
     * Empties the tables at the target, as the source did at {@code position}, or marks their rows.
     *
     * @param commitTimeMicros since 1970
     * @param xid the transaction's id
     * @param apart others were emptied with them at the source, and are not to be here: a TRUNCATE of a table that one of those
     *     refers to would be refused
     */
    void truncate(
            ChangePosition position,
            long commitTimeMicros,
            int xid,
            List<RelationPlan> tables,
            boolean apart,
            boolean restartIdentity)
            throws SQLException, InterruptedException {
        awaitApplied(position, false);
        List<TableSchema> schemas = tables.stream().map(RelationPlan::schema).toList();
        String time = new String(TimestampText.of(commitTimeMicros), StandardCharsets.US_ASCII);
        List<TableSchema> emptied = new ArrayList<>();
        List<String> statements = new ArrayList<>();
        for (TableSchema schema : schemas) {
            TableMapping mapping = schema.mapping();
            if (mapping.deletionColumn().isPresent()) {
                statements.add(ReloadSql.markRows(mapping, time));
            } else {
                emptied.add(schema);
            }
            if (mapping.audit() != null) {
                statements.add(HistorySql.truncated(
                        mapping.audit(),
                        schema.id(),
                        position.commitLsn(),
                        position.ordinal(),
                        time,
                        Integer.toUnsignedLong(xid)));
            }
        }
        if (apart) {
            emptied.forEach(schema -> statements.add(ReloadSql.deleteRows(schema.mapping())));
        } else {
            statements.addAll(emptySql(emptied, restartIdentity));
        }
        schemas.stream()
                .filter(schema -> schema.mapping().statement() != null)
                .forEach(schema -> statements.add(DeadLetterSql.truncate(task, schema.id())));
        try {
            target.runStep(position, TRUNCATE, statements);
        } catch (SQLException e) {
            if (FailureKind.of(e) == FailureKind.TRANSIENT) {
                throw e;
            }
            throw new SyncException(
                    FailureKind.NEEDS_OPERATOR,
                    "target tables "
                            + tables.stream()
                                    .map(plan -> plan.table().table().toString())
                                    .collect(Collectors.joining(", ")),
                    "TRUNCATE at " + position + " is refused (SQLSTATE " + e.getSQLState() + ")",
                    "If a table that only the target has refers to one of them, drop that foreign key; if the role lacks the"
                            + " right, grant it. The task then goes on from here",
                    e);
        }
    }

    static List<String> emptySql(List<TableSchema> tables, boolean restartIdentity) {
        List<String> statements = new ArrayList<>();
        List<String> whole = new ArrayList<>();
        for (TableSchema table : tables) {
            TableMapping mapping = table.mapping();
            // The source names every table that it emptied, children too; a partitioned table cannot be taken alone.
            if (mapping.shared()) {
                statements.add(ReloadSql.deleteRows(mapping));
            } else {
                whole.add((mapping.partitioned() ? "" : "ONLY ") + quoted(mapping.target()));
            }
        }
        if (!whole.isEmpty()) {
            statements.add("TRUNCATE TABLE " + String.join(", ", whole) + (restartIdentity ? " RESTART IDENTITY" : ""));
        }
        return statements;
    }

    /**
     * Returns when all writers have committed everything up to the position; until the next element is sent, none of them
     * holds anything.
     *
     * @param structure the target's structure changes next
     */
    void awaitApplied(ChangePosition position, boolean structure) throws SQLException, InterruptedException {
        outflow.mark(position, structure);
        long pollMs = POLL_FROM_MS;
        long tellAt = System.nanoTime() + TELL_EVERY_NANOS;
        while (target.appliedByAll()
                .filter(applied -> applied.compareTo(position) >= 0)
                .isEmpty()) {
            pause.millis(pollMs);
            pollMs = Math.min(2 * pollMs, POLL_TO_MS);
            if (System.nanoTime() > tellAt) {
                LOG.info("Waiting for the writers to reach {}", position);
                tellAt = System.nanoTime() + TELL_EVERY_NANOS;
            }
        }
    }
}
