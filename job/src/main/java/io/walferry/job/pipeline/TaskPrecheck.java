package io.walferry.job.pipeline;

import static io.walferry.job.failure.FailureKind.TRANSIENT;

import io.walferry.job.catalog.ObjectKind;
import io.walferry.job.catalog.ObjectName;
import io.walferry.job.catalog.SourceCatalog;
import io.walferry.job.config.TaskConfig;
import io.walferry.job.control.ControlStore;
import io.walferry.job.control.TaskRecord;
import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.FailureKind;
import io.walferry.job.failure.Finding;
import io.walferry.job.failure.RefusedException;
import io.walferry.job.failure.SyncException;
import io.walferry.job.model.OnExisting;
import io.walferry.job.model.Operation;
import io.walferry.job.model.TableId;
import io.walferry.job.model.TableMapping;
import io.walferry.job.model.TableSchema;
import io.walferry.job.precheck.Check;
import io.walferry.job.precheck.CheckContext;
import io.walferry.job.precheck.Checks;
import io.walferry.job.precheck.LeftoversCheck;
import io.walferry.job.precheck.Precheck;
import io.walferry.job.precheck.PrecheckReport;
import io.walferry.job.precheck.TargetRightsCheck;
import io.walferry.job.precheck.TargetTriggersCheck;
import io.walferry.job.schema.FormerObjects;
import io.walferry.job.schema.SchemaSync;
import io.walferry.job.schema.StructurePlan;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Everything that is looked at before a start: the checks of two servers, and those that only the features know. Nothing is
 * written to either side.
 */
public final class TaskPrecheck {

    private final CheckContext context;
    private final TaskConfig config;
    private final Precheck precheck;
    private SourceCatalog catalog;
    private StructurePlan structure;
    private Map<ObjectName, String> differing;

    TaskPrecheck(CheckContext context) {
        this.context = context;
        this.config = context.config();
        this.precheck = new Precheck(context);
    }

    /** Makes all checks that matter for the task's next start. */
    public static PrecheckReport run(TaskConfig config) throws SQLException {
        try (CheckContext context = new CheckContext(config)) {
            TaskPrecheck precheck = new TaskPrecheck(context);
            precheck.connect();
            return precheck.check();
        }
    }

    /** Checks the connections alone. */
    public static PrecheckReport testConnections(TaskConfig config) throws SQLException {
        try (CheckContext context = new CheckContext(config)) {
            TaskPrecheck precheck = new TaskPrecheck(context);
            precheck.connect();
            precheck.precheck.run(Checks.replicationConnection());
            return precheck.precheck.report();
        }
    }

    private void connect() {
        precheck.run(Checks.connections());
    }

    /**
     * Connects to both sides.
     *
     * @throws SyncException if one cannot be reached or refuses us
     */
    void connectOrRefuse() {
        connect();
        for (Finding.Side side : Finding.Side.values()) {
            if (context.failure(side).map(FailureKind::of).equals(Optional.of(TRANSIENT))) {
                CheckItem item =
                        side == Finding.Side.SOURCE ? CheckItem.SOURCE_CONNECTION : CheckItem.TARGET_CONNECTION;
                Finding finding =
                        precheck.report().result(item).orElseThrow().findings().get(0);
                throw new SyncException(
                        TRANSIENT,
                        finding.where(),
                        finding.what(),
                        finding.fix(),
                        context.failure(side).get());
            }
        }
        RefusedException.throwIfAny("task " + config.task(), precheck.report().findings());
    }

    /**
     * Makes all checks that matter now; both sides are connected.
     *
     * @param told gets every finding that does not keep the task from starting, unless it is accepted
     * @throws RefusedException with all errors
     */
    void checkOrRefuse(Consumer<String> told) throws SQLException {
        PrecheckReport report = check();
        RefusedException.throwIfAny("task " + config.task(), report.findings());
        for (Finding finding : report.toTell()) {
            told.accept((finding.severity() == Finding.Severity.WARNING ? "warning " : "note ")
                    + finding.item().label() + ": " + finding);
        }
    }

    private PrecheckReport check() throws SQLException {
        Optional<TaskRecord> record = record();
        List<Check> checks = new ArrayList<>(Checks.beforeEveryStart());
        if (record.filter(TaskRecord::started).isPresent()) {
            // Not OBJECTS: reading the source's catalog could meet a change of structure, and a task that follows those
            // has its own.
            checks.add(check(
                    CheckItem.TASK_RECORDS, Set.of(Check.Need.SOURCE, Check.Need.TARGET), () -> new ResumeFindings(
                                    context, controlStore(), tables())
                            .of(() -> catalog().tables())));
        } else {
            checks.addAll(Checks.replicationConnection());
            checks.addAll(Checks.beforeFirstStart());
            checks.add(new TargetRightsCheck(() -> structure().schemas(), this::existingTables));
            checks.add(new TargetTriggersCheck(this::targetTables));
            checks.add(check(CheckItem.STRUCTURE_CHANGES, () -> StructureFollowing.findings(config, context.source())));
            checks.add(new LeftoversCheck(record.isPresent()));
            checks.add(check(CheckItem.STRUCTURE, this::structureFindings));
            checks.add(check(CheckItem.STATEMENTS, this::statementFindings));
            checks.add(check(CheckItem.TARGET_CONFLICTS, this::conflicts));
            checks.add(check(CheckItem.TASK_RECORDS, this::versionFindings));
        }
        precheck.run(checks);
        return precheck.report();
    }

    /** The task as the target knows it; empty if it does not, or cannot be asked. */
    Optional<TaskRecord> record() throws SQLException {
        if (!context.connected(Finding.Side.TARGET)) {
            return Optional.empty();
        }
        ControlStore store = controlStore();
        return store.readable() && versionFindings().isEmpty() ? store.task() : Optional.empty();
    }

    /** What the task moves, under the names of the target; both sides are connected. */
    SourceCatalog catalog() throws SQLException {
        if (catalog == null) {
            catalog = tables().map(context.catalog(), context.target());
        }
        return catalog;
    }

    private TaskTables tables() throws SQLException {
        return new TaskTables(
                config, controlStore(), record().filter(TaskRecord::started).isPresent());
    }

    /** What is to be made at the target; both sides are connected. */
    StructurePlan structure() throws SQLException {
        if (structure == null) {
            structure = StructurePlan.of(catalog(), context.dialect());
        }
        return structure;
    }

    /** Tables that the target had, and whether the task may empty them. */
    private Map<TableId, Boolean> existingTables() throws SQLException {
        Map<TableId, Boolean> existing = new TreeMap<>();
        for (TableSchema table : catalog().tables()) {
            TableMapping mapping = table.mapping();
            if (mapping.existing()) {
                existing.merge(
                        mapping.target(),
                        mapping.onExisting() == OnExisting.TRUNCATE || mapping.replicates(Operation.TRUNCATE),
                        Boolean::logicalOr);
            }
        }
        return existing;
    }

    /** All that is written to, created or there already. */
    private Set<TableId> targetTables() throws SQLException {
        Set<TableId> names = new TreeSet<>(structure().tableNames());
        catalog().tables().forEach(table -> names.add(table.mapping().target()));
        return names;
    }

    private List<Finding> structureFindings() throws SQLException {
        List<Finding> findings = new ArrayList<>(catalog().findings().stream()
                .filter(finding -> finding.item() == CheckItem.STRUCTURE)
                .toList());
        findings.addAll(structure().findings());
        return findings;
    }

    private List<Finding> statementFindings() throws SQLException {
        List<Finding> findings = new ArrayList<>(catalog().findings().stream()
                .filter(finding -> finding.item() == CheckItem.STATEMENTS)
                .toList());
        if (findings.isEmpty()) {
            findings.addAll(StatementFindings.of(config.etl(), catalog().tables()));
        }
        return findings;
    }

    private List<Finding> conflicts() throws SQLException {
        Set<TableId> known = new HashSet<>(tables().created(catalog().tables()));
        if (record().isPresent()) {
            // Tables that arrive without rows have no place in the load's ledger.
            Set<String> recorded = controlStore().objects().identities(ObjectKind.TABLE.words());
            structure().emptyTables().stream()
                    .filter(table -> recorded.contains(table.toString()))
                    .forEach(known::add);
        }
        List<Finding> findings = new ArrayList<>(new SchemaSync(structure()).conflicts(context.target(), known));
        differing().forEach((object, reason) -> findings.add(FormerObjects.finding(object, reason)));
        findings.addAll(new HistoryTables(config).findings(catalog().tables(), context.target()));
        return findings;
    }

    /** What the target had before the task under names of the plan, and not as the task would make it. */
    Map<ObjectName, String> differing() throws SQLException {
        if (differing == null) {
            differing = FormerObjects.differing(
                    structure(),
                    context.target(),
                    context.dialect(),
                    record().isPresent() ? controlStore().objects().done() : Set.of());
        }
        return differing;
    }

    private List<Finding> versionFindings() throws SQLException {
        try {
            controlStore().refuseOtherVersion();
            return List.of();
        } catch (SyncException e) {
            return List.of(e.finding());
        }
    }

    /** Over the shared connection, so it must not be closed. */
    private ControlStore controlStore() {
        return new ControlStore(context.target(), config.task());
    }

    /** Finds over both connections, knowing what is selected. */
    @FunctionalInterface
    private interface Finder {
        List<Finding> find() throws SQLException;
    }

    private static Check check(CheckItem item, Finder finder) {
        return check(item, Set.of(Check.Need.OBJECTS, Check.Need.TARGET), finder);
    }

    private static Check check(CheckItem item, Set<Check.Need> needs, Finder finder) {
        return new Check() {
            @Override
            public CheckItem item() {
                return item;
            }

            @Override
            public Set<Need> needs() {
                return needs;
            }

            @Override
            public List<Finding> run(CheckContext unused) throws SQLException {
                return finder.find();
            }
        };
    }
}
