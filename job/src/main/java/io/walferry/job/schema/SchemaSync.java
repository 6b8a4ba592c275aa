package io.walferry.job.schema;

import io.walferry.job.failure.Finding;
import io.walferry.job.model.TableId;
import io.walferry.job.sql.TargetSql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes what rows need before they can be loaded: the tables, without indexes, and what those are made of. */
public final class SchemaSync {

    private static final int TELL_EVERY = 100;

    private final StructurePlan plan;

    public SchemaSync(StructurePlan plan) {
        this.plan = plan;
    }

    /** Everything that is made, in its order. Nothing is changed. */
    public List<PlannedObject> outline(Connection target) throws SQLException {
        TargetObjects present = TargetObjects.read(target);
        List<PlannedObject> outline = new ArrayList<>();
        plan.before().forEach(step -> outline.add(planned(step, PlannedObject.When.BEFORE_LOAD, present)));
        plan.afterLoad().forEach(step -> outline.add(planned(step, PlannedObject.When.AFTER_LOAD, present)));
        plan.atConsistency().forEach(step -> outline.add(planned(step, PlannedObject.When.AT_CONSISTENCY, present)));
        plan.later().forEach(step -> outline.add(planned(step, PlannedObject.When.AT_CONSISTENCY, present)));
        return outline;
    }

    private static PlannedObject planned(Step step, PlannedObject.When when, TargetObjects present) {
        return new PlannedObject(
                step.object(),
                when,
                present.has(step.presence()),
                step.presence().kind() != Presence.Kind.NEVER,
                step.statements());
    }

    /**
     * What at the target is in the way. Nothing is changed.
     *
     * @param known target tables that are the task's own already, empty ones too
     */
    public List<Finding> conflicts(Connection target, Set<TableId> known) throws SQLException {
        TargetObjects present = TargetObjects.read(target);
        List<Finding> findings = new ArrayList<>();
        for (PlannedTable table : plan.tables()) {
            if (present.has(Presence.of(Presence.Kind.RELATION, table.id())) && !isOurs(table, present, known)) {
                findings.add(Finding.error(
                        "target table " + table.id(),
                        table.partitionOf()
                                .map(parent -> "it exists and is no partition of " + parent)
                                .orElse("it exists and was not created by this task"),
                        "Drop or rename it, map or exclude the table, or say on-existing: proceed or truncate in the task"
                                + " file"));
            }
        }
        for (TableId collation : plan.systemCollations()) {
            if (!present.has(Presence.of(Presence.Kind.COLLATION, collation))) {
                findings.add(Finding.error(
                        "collation " + collation,
                        "selected tables use it and the target does not have it",
                        "Install the locale at the target's operating system, then run SELECT"
                                + " pg_import_system_collations('pg_catalog')"));
            }
        }
        Map<String, String> schemas = extensionSchemas(target);
        for (Step step : plan.before()) {
            if (step.presence().kind() == Presence.Kind.EXTENSION) {
                String name = step.presence().id().name();
                String wanted = plan.extensionSchemas().get(name);
                String there = schemas.getOrDefault(name, wanted);
                if (!there.equals(wanted)) {
                    findings.add(Finding.error(
                            "target extension " + name,
                            "it is in the schema " + there + ", at the source in " + wanted,
                            "Run ALTER EXTENSION " + name + " SET SCHEMA " + wanted));
                }
            }
        }
        return findings;
    }

    /**
     * Creates what is not there; what is there is kept. Can be run again after any interruption.
     *
     * @param target in autocommit mode
     * @param listener is told of each object, and of the activity now and then
     * @throws io.walferry.job.failure.SyncException if the target refuses a statement
     */
    public void createBefore(Connection target, StepListener listener) throws SQLException {
        TargetObjects present = TargetObjects.read(target);
        StepExecution.prepare(target, plan.sessionStatements());
        List<Step> missing = plan.before().stream()
                .filter(step -> !present.has(step.presence()))
                .toList();
        OpenObjects objects = new OpenObjects(plan.before(), missing);
        listener.present(objects.present());
        if (missing.isEmpty()) {
            return;
        }
        int done = 0;
        synchronousCommit(target, "off");
        for (Step step : missing) {
            if (done == missing.size() - 1) {
                // The last commit makes all before it durable too.
                synchronousCommit(target, "on");
            }
            StepExecution.run(target, step, false, new RunningStatement());
            listener.done(objects.done(step));
            if (++done % TELL_EVERY == 0 || done == missing.size()) {
                listener.activity("created " + step.object() + ", " + done + " of " + missing.size());
            }
        }
    }

    private static void synchronousCommit(Connection target, String value) throws SQLException {
        try (Statement statement = target.createStatement()) {
            statement.execute("SET synchronous_commit = " + value);
        }
    }

    private static boolean isOurs(PlannedTable table, TargetObjects present, Set<TableId> known) {
        return table.partitionOf()
                .map(parent -> present.has(Presence.partition(table.id(), parent)))
                .orElseGet(() ->
                        known.contains(table.id()) || table.claims().stream().anyMatch(known::contains));
    }

    private static Map<String, String> extensionSchemas(Connection target) throws SQLException {
        Map<String, String> schemas = new HashMap<>();
        try (Statement statement = target.createStatement();
                ResultSet rows = statement.executeQuery(TargetSql.extensionSchemas())) {
            while (rows.next()) {
                schemas.put(rows.getString(1), rows.getString(2));
            }
        }
        return schemas;
    }
}
