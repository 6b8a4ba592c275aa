package io.walferry.job.pipeline;

import static io.walferry.job.failure.FailureKind.NEEDS_OPERATOR;

import io.walferry.job.catalog.SourceCatalog;
import io.walferry.job.config.TaskConfig;
import io.walferry.job.config.VerifyConfig;
import io.walferry.job.control.Phase;
import io.walferry.job.control.TaskRecord;
import io.walferry.job.dialect.TargetDialect;
import io.walferry.job.dialect.TypeProbe;
import io.walferry.job.failure.SyncException;
import io.walferry.job.jdbc.Database;
import io.walferry.job.model.TableSchema;
import io.walferry.job.precheck.CheckContext;
import io.walferry.job.source.snapshot.ChunkPlanner;
import io.walferry.job.sql.ComparisonSql;
import io.walferry.job.sql.RowHash;
import io.walferry.job.verify.CanonicalForm;
import io.walferry.job.verify.ComparedTable;
import io.walferry.job.verify.Comparisons;
import io.walferry.job.verify.DifferenceKind;
import io.walferry.job.verify.VerificationLedger;
import io.walferry.job.verify.VerificationLedger.Bounds;
import io.walferry.job.verify.VerifySettings;
import io.walferry.job.verify.VerifySettings.RepairMode;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What a verification compares and how, as the task and both sides are now. Holds a connection to each side until it is closed:
 * what is prepared needs none of them.
 */
final class VerificationScope implements AutoCloseable {

    private static final int SHORTEST_FLOATS_SINCE = 12;

    /** Shorter than a chunk of the load: what differs is looked at chunk by chunk, and a restart repeats the last one. */
    private static final long CHUNK_ROWS = 250_000;

    private final TaskConfig config;
    private final CheckContext context;
    private final TaskPrecheck precheck;
    private final Comparisons.Result comparisons;
    private final Database source;
    private final Database target;
    private final boolean live;

    private VerificationScope(TaskConfig config, CheckContext context, TaskPrecheck precheck, Consumer<String> told)
            throws SQLException {
        this.config = config;
        this.context = context;
        this.precheck = precheck;
        Optional<TaskRecord> record = precheck.record();
        refuseUnlessLoaded(record, told);
        TargetDialect dialect = context.dialect();
        comparisons = comparisons(precheck.catalog(), dialect);
        live = record.isPresent();
        source = new Database(config.source(), "walferry " + config.task() + " verify");
        Database writable = new Database(config.target(), "walferry " + config.task() + " verify")
                .withSessionStatements(dialect.sessionStatements());
        target = dialect.triggersCanBeSilenced() ? writable : writable.withoutSilencingTriggers();
    }

    /**
     * @param told gets a line if the task has no records
     * @throws SyncException if a side cannot be reached, or the task has not loaded its tables yet
     */
    static VerificationScope open(TaskConfig config, Consumer<String> told) throws SQLException {
        CheckContext context = new CheckContext(config);
        try {
            TaskPrecheck precheck = new TaskPrecheck(context);
            precheck.connectOrRefuse();
            return new VerificationScope(config, context, precheck, told);
        } catch (SQLException | RuntimeException e) {
            context.close();
            throw e;
        }
    }

    CheckContext context() {
        return context;
    }

    TaskPrecheck precheck() {
        return precheck;
    }

    Comparisons.Result comparisons() {
        return comparisons;
    }

    Database source() {
        return source;
    }

    Database target() {
        return target;
    }

    /** A task follows the source's changes. */
    boolean live() {
        return live;
    }

    private void refuseUnlessLoaded(Optional<TaskRecord> record, Consumer<String> told) {
        if (record.isEmpty()) {
            told.accept("the target has no record of this task: both sides are taken to be at rest");
        } else if (!record.get().phase().equals(Phase.CHANGES.label())) {
            throw new SyncException(
                    NEEDS_OPERATOR,
                    "task " + config.task(),
                    "it is at \"" + record.get().phase() + "\", so the target cannot be complete",
                    "Wait until it follows changes, then verify");
        }
    }

    private Comparisons.Result comparisons(SourceCatalog catalog, TargetDialect dialect) throws SQLException {
        int sourceVersion = catalog.serverVersion() / 10000;
        boolean floatsAsBytes = sourceVersion < SHORTEST_FLOATS_SINCE != dialect.majorVersion() < SHORTEST_FLOATS_SINCE;
        CanonicalForm form = new CanonicalForm(
                floatsAsBytes,
                TypeProbe.ask(context.target()).dateHasTime(),
                dialect.facts().emptyStringIsNull());
        RowHash hash = RowHash.of(
                sourceVersion,
                encoding(context.source()),
                dialect.majorVersion(),
                dialect.facts().encoding());
        Set<DifferenceKind> direction = EnumSet.allOf(DifferenceKind.class);
        if (config.verify().direction() == VerifyConfig.Direction.SOURCE) {
            direction.remove(DifferenceKind.EXTRA);
        } else if (config.verify().direction() == VerifyConfig.Direction.TARGET) {
            direction.remove(DifferenceKind.MISSING);
        }
        return new Comparisons(
                        context.source(),
                        context.target(),
                        form,
                        hash,
                        direction,
                        config.phases().load(),
                        Set.copyOf(config.verify().masked()),
                        config.task(),
                        new ComparedStatements())
                .of(catalog.tables());
    }

    private static String encoding(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(ComparisonSql.encoding())) {
            row.next();
            return row.getString(1);
        }
    }

    /** @param tables numbered from 0 */
    VerifySettings settings(long run, List<ComparedTable> tables, RepairMode repair) {
        VerifyConfig verify = config.verify();
        return new VerifySettings(
                config.task(),
                run,
                source,
                target,
                tables,
                live,
                verify.mode() == VerifyConfig.Mode.COUNT,
                verify.percent(),
                verify.parallelism(),
                verify.rowsPerSecond(),
                verify.kept(),
                verify.looks(),
                verify.patience().toMillis(),
                repair);
    }

    /**
     * Enters a table with chunks that have all of its rows.
     *
     * @param sources those that its rows come from
     */
    void plan(VerificationLedger ledger, long run, ComparedTable table, List<TableSchema> sources) throws SQLException {
        ChunkPlanner planner = new ChunkPlanner(context.source(), CHUNK_ROWS);
        List<Bounds> best = List.of(new Bounds(List.of(), List.of()));
        long rows = 0;
        for (TableSchema schema : sources) {
            ChunkPlanner.Plan plan = planner.plan(schema);
            rows += plan.estimatedRows();
            // Ranges are open at both ends, so those of one source table hold for all that arrive there.
            List<Bounds> bounds = bounds(plan, table.source().range());
            if (bounds.size() > best.size()) {
                best = bounds;
            }
        }
        ledger.plan(run, table, rows, best);
    }

    /** Chunks along the first columns of the key; bounds that are the same in these are one. */
    private static List<Bounds> bounds(ChunkPlanner.Plan plan, int columns) {
        List<Bounds> bounds = new ArrayList<>();
        List<String> lower = List.of();
        for (var chunk : plan.chunks()) {
            List<String> upper = chunk.upper().isEmpty() || columns == 0
                    ? List.of()
                    : List.copyOf(chunk.upper().subList(0, columns));
            if (!upper.isEmpty() && !upper.equals(lower)) {
                bounds.add(new Bounds(lower, upper));
                lower = upper;
            }
        }
        bounds.add(new Bounds(lower, List.of()));
        return bounds;
    }

    @Override
    public void close() throws SQLException {
        context.close();
    }
}
