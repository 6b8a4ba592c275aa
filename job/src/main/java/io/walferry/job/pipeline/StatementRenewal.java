package io.walferry.job.pipeline;

import static io.walferry.job.failure.FailureKind.NEEDS_OPERATOR;
import static io.walferry.job.failure.FailureKind.TRANSIENT;
import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.catalog.CurrentTable;
import io.walferry.job.config.TaskConfig;
import io.walferry.job.control.ControlStore;
import io.walferry.job.control.ReloadQueue;
import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.RefusedException;
import io.walferry.job.failure.SyncException;
import io.walferry.job.jdbc.Database;
import io.walferry.job.model.Lsn;
import io.walferry.job.model.TableMapping;
import io.walferry.job.model.TableSchema;
import io.walferry.job.schema.ddl.DdlEffect;
import io.walferry.job.schema.ddl.SourceStructure;
import io.walferry.job.source.wal.PublicationGrowth;
import io.walferry.job.source.wal.TableFill;
import io.walferry.job.sql.DeadLetterSql;
import io.walferry.job.sql.ReloadSql;
import io.walferry.job.sql.SnapshotSql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Tables with a filter or statement that are to be loaded anew: their rows go through Flink, so the job's reader cannot do it in the
 * stream. Before a job begins, each such table gets the form that its statement makes of the source's table as it is now, empty, and
 * its load is planned again, all in one transaction with the record of the snapshot in which the source's form was read. The job
 * then loads it like at the start of the task, from one snapshot; the stream leaves out what that has seen.
 */
final class StatementRenewal {

    private static final String LOCK_TIMEOUT = "SET LOCAL lock_timeout = '5s'";

    private final TaskConfig config;
    private final Database source;
    private final int version;
    private final Connection target;
    private final ControlStore store;
    private final Consumer<String> told;

    /**
     * @param version {@code server_version_num} of the source
     * @param target a connection on which no trigger fires
     * @param told gets a line for each table
     */
    StatementRenewal(TaskConfig config, Database source, int version, Connection target, Consumer<String> told) {
        this.config = config;
        this.source = source;
        this.version = version;
        this.target = target;
        this.store = new ControlStore(target, config.task());
        this.told = told;
    }

    /** @throws SyncException if a statement is another one than the target's table was made by, or does not fit its table */
    void run() throws SQLException, InterruptedException {
        Map<Long, RecordedStatement> recorded = new HashMap<>();
        store.chunks().statements().forEach((oid, json) -> recorded.put(oid, RecordedStatement.parse(json)));
        Map<Long, ReloadQueue.Waiting> waiting = new HashMap<>();
        store.reloads().waiting().forEach(table -> waiting.put(table.oid(), table));
        List<ReloadQueue.Waiting> renewed = new ArrayList<>();
        List<String> others = new ArrayList<>();
        for (TableSchema table : StructureFollowing.restoreWithNew(config, version, store, target)
                .tables()) {
            RecordedStatement record = recorded.get(table.oid());
            String now = table.mapping().statementFingerprint();
            if ((record != null || now != null) && waiting.containsKey(table.oid())) {
                renewed.add(waiting.get(table.oid()));
            } else if (!Objects.equals(record == null ? null : record.fingerprint(), now)) {
                others.add(table.id().toString());
            }
        }
        if (!others.isEmpty()) {
            throw new SyncException(
                    NEEDS_OPERATOR,
                    "task " + config.task(),
                    "its filters or statements are not those it was started with, for " + String.join(", ", others),
                    "Make the task file say the same again; or run walferry reload --no-wait for these tables, and start the"
                            + " task again, which loads them by what the file says then");
        }
        for (ReloadQueue.Waiting table : renewed) {
            told.accept("preparing " + table.table() + " to be loaded anew: " + table.reason());
            renew(table);
        }
    }

    private void renew(ReloadQueue.Waiting waiting) throws SQLException, InterruptedException {
        long oid = waiting.oid();
        new PublicationGrowth(source, config.publication(), Thread::sleep).add(oid);
        try (Connection reading = source.open();
                Statement statement = reading.createStatement()) {
            Optional<CurrentTable> found = CurrentTable.find(reading, oid);
            statement.execute(SnapshotSql.BEGIN + "; " + LOCK_TIMEOUT);
            if (found.isPresent()) {
                // The lock before the snapshot: the form must not change while it is read.
                statement.execute("LOCK TABLE " + quoted(found.get().id()) + " IN ACCESS SHARE MODE");
            }
            ReloadQueue.Window seen;
            try (ResultSet row = statement.executeQuery(SnapshotSql.snapshot(version / 10_000))) {
                row.next();
                // Less by one, so that the load, which is later, has a higher one also where nothing happens in
                // between.
                seen = new ReloadQueue.Window(
                        Lsn.parse(row.getString(2)) - 1, Optional.of(row.getString(1)), Optional.empty());
            }
            SourceStructure known = StructureFollowing.restoreWithNew(config, version, store, target)
                    .source();
            DdlEffect effect = known.effectOfRenewal(
                    reading, oid, StructureFollowing.renewingScope(config, version, store, target, oid));
            Optional<TableSchema> table = effect.dropped().contains(oid)
                    ? Optional.empty()
                    : effect.changed().stream()
                            .filter(changed -> changed.oid() == oid)
                            .findFirst()
                            .or(() -> known.table(oid));
            if (table.isPresent()) {
                requireRenewable(table.get());
            }
            apply(waiting, table, effect, seen);
        }
    }

    private void requireRenewable(TableSchema table) {
        String where = "source table " + table.id();
        if (table.mapping().statement() == null) {
            throw new SyncException(
                    NEEDS_OPERATOR,
                    where,
                    "it had a filter or statement, and the task file has none for a table of this name",
                    "Name the table so in the ETL file, or give it its name back at the source, and start again; or end the task"
                            + " and start it anew");
        }
        RefusedException.throwIfAny(where, StatementFindings.of(config.etl(), List.of(table)));
        if (!TableFill.replaces(table)) {
            throw new SyncException(
                    NEEDS_OPERATOR,
                    where,
                    "it is to be loaded anew, and the target has rows of it that are not the source's or outlive it: because of"
                            + " soft-delete, operations or on-existing",
                    "End the task and start it anew");
        }
    }

    private void apply(
            ReloadQueue.Waiting waiting, Optional<TableSchema> table, DdlEffect effect, ReloadQueue.Window seen)
            throws SQLException {
        List<String> statements = new ArrayList<>(effect.statements());
        if (table.isPresent()) {
            TableMapping mapping = table.get().mapping();
            statements.add("DELETE FROM " + (mapping.partitioned() ? "" : "ONLY ") + quoted(mapping.target())
                    + ReloadSql.ownRows(mapping));
        }
        statements.add(DeadLetterSql.truncate(config.task(), waiting.table()));
        try {
            for (String alone : effect.alone()) {
                store.structure().change(List.of(alone), () -> {});
            }
            store.structure().change(statements, () -> record(waiting, table, effect, seen));
        } catch (SQLException e) {
            if (FailureKind.of(e) == TRANSIENT) {
                throw e;
            }
            throw new SyncException(
                    NEEDS_OPERATOR,
                    "target table for source table " + waiting.table(),
                    "the target refuses a statement (SQLSTATE " + e.getSQLState() + "): " + e.getMessage(),
                    "Remove what is in the way, then start again",
                    e);
        }
    }

    private void record(
            ReloadQueue.Waiting waiting, Optional<TableSchema> table, DdlEffect effect, ReloadQueue.Window seen)
            throws SQLException {
        store.structure().put(effect.images());
        for (TableSchema changed : effect.changed()) {
            store.chunks().follow(changed.id(), changed.oid(), TaskTables.arrivalOf(changed));
        }
        if (table.isPresent()) {
            store.chunks().planAnew(table.get().id(), waiting.oid());
            store.chunks().recordStatement(waiting.oid(), RecordedStatement.of(table.get()));
        }
        if (!store.reloads().done(waiting, seen, ReloadQueue.LATER)) {
            throw new SyncException(
                    TRANSIENT,
                    "target table for source table " + waiting.table(),
                    "somebody else has prepared it to be loaded anew, or refused that, meanwhile",
                    "Start again: the task goes on from what the records say by then");
        }
    }
}
