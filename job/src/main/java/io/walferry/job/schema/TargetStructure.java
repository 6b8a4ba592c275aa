package io.walferry.job.schema;

import io.walferry.job.catalog.LeftOut;
import io.walferry.job.catalog.ObjectName;
import io.walferry.job.catalog.SourceCatalog;
import io.walferry.job.catalog.SourceObject;
import io.walferry.job.catalog.SourceObject.Table;
import io.walferry.job.dialect.TargetDialect;
import io.walferry.job.model.TableId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A structure as the target has it, and what makes each object of it: the same that a start makes, so that what comes later is no
 * different from what was there first.
 */
public final class TargetStructure {

    private final StructurePlan plan;
    private final List<SourceObject> objects;
    private final List<Made> steps;

    private TargetStructure(StructurePlan plan, List<SourceObject> objects, List<Made> steps) {
        this.plan = plan;
        this.objects = List.copyOf(objects);
        this.steps = List.copyOf(steps);
    }

    /**
     * What makes an object, or a part of it.
     *
     * @param stage of the plan: a table comes in the first, its indexes in the second
     */
    public record Made(ObjectName name, Stage stage, List<String> statements) {
        public Made {
            statements = List.copyOf(statements);
        }
    }

    /** When a step comes. */
    public enum Stage {
        BEFORE,
        /** Keys, and indexes that refuse no row. */
        INDEX,
        /** What refuses rows until both sides agree. */
        RESTRICTING,
        LATER
    }

    /** @param catalog under the names of the target */
    public static TargetStructure of(SourceCatalog catalog, TargetDialect target) {
        StructurePlan plan = StructurePlan.of(catalog, target);
        TargetFit fit = new TargetFit(target);
        List<SourceObject> objects = new ArrayList<>();
        Map<TableId, Table> tables = new LinkedHashMap<>();
        for (SourceObject object : catalog.structure()) {
            SourceObject fitted = fit.fit(object);
            objects.add(fitted);
            if (fitted instanceof Table table) {
                tables.put(table.id(), table);
            }
        }
        for (SourceObject object : catalog.others()) {
            fit.fitOther(object, tables).ifPresent(objects::add);
        }
        List<Made> steps = new ArrayList<>();
        add(steps, Stage.BEFORE, plan.before().stream());
        add(steps, Stage.INDEX, plan.afterLoad().stream());
        add(steps, Stage.RESTRICTING, plan.atConsistency().stream());
        add(steps, Stage.LATER, plan.later().stream());
        return new TargetStructure(plan, objects, steps);
    }

    private static void add(List<Made> made, Stage stage, Stream<Step> steps) {
        steps.filter(Step::makesObject).forEach(step -> made.add(new Made(step.name(), stage, step.statements())));
    }

    /** What a start would make. */
    public StructurePlan plan() {
        return plan;
    }

    /** All of it, each after what it needs. */
    public List<SourceObject> objects() {
        return objects;
    }

    /** What makes it, in order. */
    public List<Made> steps() {
        return steps;
    }

    /** What is selected and is not there, and why. */
    public List<LeftOut> leftOut() {
        return plan.leftOut();
    }
}
