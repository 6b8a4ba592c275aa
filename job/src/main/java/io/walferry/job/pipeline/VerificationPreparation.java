package io.walferry.job.pipeline;

import static io.walferry.job.failure.FailureKind.NEEDS_OPERATOR;

import io.walferry.job.catalog.SourceCatalog;
import io.walferry.job.config.TaskConfig;
import io.walferry.job.config.VerifyConfig;
import io.walferry.job.control.ControlStore;
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
import io.walferry.job.verify.VerificationReport;
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
import java.util.stream.Collectors;

/** Makes what a run of {@code walferry verify} needs: what is compared and how, the records, the chunks; checks the structure. */
public final class VerificationPreparation {

    private static final int SHORTEST_FLOATS_SINCE = 12;

    /** Shorter than a chunk of the load: what differs is looked at chunk by chunk, and a restart repeats the last one. */
    private static final long CHUNK_ROWS = 250_000;

    private final TaskConfig config;
    private final VerificationOptions options;
    private final Consumer<String> told;

    private VerificationPreparation(TaskConfig config, VerificationOptions options, Consumer<String> told) {
        this.config = config;
        this.options = options;
        this.told = told;
    }

    /**
     * Prepares a run, or finds one that was interrupted.
     *
     * @param told gets a line for each part that takes time
     * @throws SyncException if there is nothing that could be compared
     */
    public static PreparedVerification prepare(TaskConfig config, VerificationOptions options, Consumer<String> told)
            throws SQLException {
        return new VerificationPreparation(config, options, told).prepare();
    }

    private PreparedVerification prepare() throws SQLException {
        try (CheckContext context = new CheckContext(config)) {
            TaskPrecheck precheck = new TaskPrecheck(context);
            precheck.connectOrRefuse();
            Optional<TaskRecord> record = precheck.record();
            refuseUnlessLoaded(record);
            TargetDialect dialect = context.dialect();
            SourceCatalog catalog = precheck.catalog();
            Comparisons.Result comparisons = comparisons(context, catalog, dialect);
            Database source = new Database(config.source(), "walferry " + config.task() + " verify");
            Database target = new Database(config.target(), "walferry " + config.task() + " verify")
                    .withSessionStatements(dialect.sessionStatements());
            if (!dialect.triggersCanBeSilenced()) {
                target = target.withoutSilencingTriggers();
            }
            try (ControlStore store = new ControlStore(target.open(), config.task());
                    VerificationLedger ledger = new VerificationLedger(target.open())) {
                store.install();
                String definition = definition(comparisons.tables());
                Optional<Long> unfinished =
                        options.anew() ? Optional.empty() : ledger.unfinished(config.task(), definition);
                long run = unfinished.isPresent()
                        ? unfinished.get()
                        : ledger.begin(config.task(), described(), definition);
                ledger.dropLeftovers(config.task(), run);
                if (ledger.state(run).equals("planning")) {
                    List<VerificationReport.ObjectDifference> structure = new ArrayList<>(comparisons.absent());
                    structure.addAll(new StructureVerification(context, precheck)
                            .differences(options.repair() == RepairMode.WRITE));
                    ledger.objects(run, structure);
                    plan(context.source(), ledger, run, comparisons);
                    ledger.state(run, "scanning");
                }
                return new PreparedVerification(
                        config.etl(),
                        settings(run, source, target, comparisons.tables(), record.isPresent()),
                        unfinished.isPresent());
            }
        }
    }

    private void refuseUnlessLoaded(Optional<TaskRecord> record) {
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

    private Comparisons.Result comparisons(CheckContext context, SourceCatalog catalog, TargetDialect dialect)
            throws SQLException {
        int sourceVersion = catalog.serverVersion() / 10000;
        boolean floatsAsBytes = sourceVersion < SHORTEST_FLOATS_SINCE != dialect.majorVersion() < SHORTEST_FLOATS_SINCE;
        CanonicalForm form = new CanonicalForm(
                floatsAsBytes,
                TypeProbe.ask(context.target()).dateHasTime(),
                dialect.facts().emptyStringIsNull());
        RowHash hash = RowHash.of(
                sourceVersion, encoding(context.source()), dialect.facts().encoding());
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

    private VerifySettings settings(
            long run, Database source, Database target, List<ComparedTable> tables, boolean live) {
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
                options.repair());
    }

    private void plan(Connection source, VerificationLedger ledger, long run, Comparisons.Result comparisons)
            throws SQLException {
        told.accept("planning the comparison of " + comparisons.tables().size() + " tables");
        ChunkPlanner planner = new ChunkPlanner(source, CHUNK_ROWS);
        for (ComparedTable table : comparisons.tables()) {
            List<Bounds> best = List.of(new Bounds(List.of(), List.of()));
            long rows = 0;
            for (TableSchema schema : comparisons.sources().get(table.number())) {
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

    private String described() {
        VerifyConfig verify = config.verify();
        return verify.mode().label() + (verify.percent() < 100 ? ", sample of " + verify.percent() + " %" : "")
                + ", direction " + verify.direction().label()
                + switch (options.repair()) {
                    case NONE -> "";
                    case DRY_RUN -> ", repair (dry run)";
                    case WRITE -> ", repair";
                };
    }

    private String definition(List<ComparedTable> tables) {
        return Integer.toHexString(tables.stream()
                        .map(ComparedTable::described)
                        .collect(Collectors.joining("\n"))
                        .hashCode())
                + " " + described();
    }
}
