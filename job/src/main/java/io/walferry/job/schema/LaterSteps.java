package io.walferry.job.schema;

import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.catalog.ObjectKind;
import io.walferry.job.catalog.ObjectName;
import io.walferry.job.catalog.SourceIndex;
import io.walferry.job.catalog.SourceObject;
import io.walferry.job.catalog.SourceObject.ForeignKey;
import io.walferry.job.catalog.SourceObject.Table;
import io.walferry.job.model.ReplicaIdentity;
import io.walferry.job.model.TableId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns what comes when rows are there into steps of one group: foreign keys, one after the other, as two that point at each
 * other would lock each other out; their validation, at the same time; then all else in the order in which it is given. No table
 * needs any of it.
 */
final class LaterSteps {

    private static final String GROUP = "later";

    private final Map<TableId, Table> tables;
    private final BeforeSteps plain;
    private final List<Step> steps = new ArrayList<>();
    private final List<Step> validations = new ArrayList<>();
    private int stage;

    /** @param tables all that are created */
    private LaterSteps(Map<TableId, Table> tables, BeforeSteps plain) {
        this.tables = tables;
        this.plain = plain;
    }

    static List<Step> of(List<SourceObject> objects, Map<TableId, Table> tables, BeforeSteps plain) {
        LaterSteps later = new LaterSteps(tables, plain);
        for (SourceObject object : objects) {
            if (object instanceof ForeignKey key) {
                later.foreignKey(key);
            }
        }
        later.stage++;
        later.validations.forEach(later::sameStage);
        tables.values().forEach(later::replicaIdentity);
        for (SourceObject object : objects) {
            later.other(object);
        }
        return later.steps;
    }

    private void foreignKey(ForeignKey key) {
        Table table = tables.get(key.id());
        boolean partitioned = isPartitioned(table);
        // A partitioned table takes no NOT VALID before 18, and validation does not reach the partitions of a parent.
        boolean late = !partitioned && key.enforced() && !(isPartitioned(tables.get(key.parent())) && key.validated());
        add(
                key.name(),
                late ? 0 : pages(table),
                Presence.constraint(key.id(), key.constraint()),
                List.of("ALTER TABLE " + (partitioned ? "" : "ONLY ") + quoted(key.id()) + " ADD CONSTRAINT "
                        + quoted(key.constraint()) + " " + ObjectDdl.definition(key) + (late ? " NOT VALID" : "")));
        if (late && key.validated()) {
            validations.add(step(
                            key.name(),
                            pages(table),
                            new Presence(Presence.Kind.VALID_CONSTRAINT, key.id(), key.constraint()),
                            List.of("ALTER TABLE " + quoted(key.id()) + " VALIDATE CONSTRAINT "
                                    + quoted(key.constraint())))
                    .called("valid " + key.name()));
        }
    }

    private static boolean isPartitioned(Table table) {
        return table != null && table.partitionKey().isPresent();
    }

    private static long pages(Table table) {
        return table == null ? 0 : table.pages();
    }

    private void replicaIdentity(Table table) {
        Optional<String> action =
                switch (table.replicaIdentity()) {
                    case FULL -> Optional.of("FULL");
                    case NOTHING -> Optional.of("NOTHING");
                    case INDEX -> identityIndex(table).map(index -> "USING INDEX " + quoted(index));
                    case DEFAULT -> Optional.empty();
                };
        String state = table.replicaIdentity() == ReplicaIdentity.FULL
                ? "f"
                : table.replicaIdentity() == ReplicaIdentity.NOTHING
                        ? "n"
                        : "i:" + identityIndex(table).orElse("");
        action.ifPresent(sql -> add(
                ObjectName.of(ObjectKind.REPLICA_IDENTITY, table.id()),
                0,
                new Presence(Presence.Kind.REPLICA_IDENTITY, table.id(), state),
                List.of("ALTER TABLE ONLY " + quoted(table.id()) + " REPLICA IDENTITY " + sql)));
    }

    private static Optional<String> identityIndex(Table table) {
        return table.indexes().stream()
                .filter(SourceIndex::replicaIdentity)
                .map(SourceIndex::name)
                .findFirst();
    }

    private void other(SourceObject object) {
        if (object instanceof SourceObject.MaterializedView view) {
            materializedView(view);
        } else if (object instanceof SourceObject.Rule rule) {
            add(
                    rule.name(),
                    0,
                    new Presence(Presence.Kind.RULE, rule.id(), rule.rule()),
                    withState(ObjectDdl.create(rule), rule.id(), "RULE", rule.rule(), rule.enabled()));
        } else if (object instanceof SourceObject.Trigger trigger) {
            add(
                    trigger.name(),
                    0,
                    new Presence(Presence.Kind.TRIGGER, trigger.id(), trigger.trigger()),
                    withState(
                            ObjectDdl.create(trigger), trigger.id(), "TRIGGER", trigger.trigger(), trigger.enabled()));
        } else if (object instanceof SourceObject.Grant grant) {
            add(grant.name(), 0, Presence.grant(grant), List.of(NameSql.grant(grant)));
        } else if (!(object instanceof ForeignKey)) {
            plain.of(object).ifPresent(step -> add(step.name(), 0, step.presence(), step.statements()));
        }
    }

    private void materializedView(SourceObject.MaterializedView view) {
        add(view.name(), 0, Presence.of(Presence.Kind.MATERIALIZED_VIEW, view.id()), ObjectDdl.create(view));
        for (SourceIndex index : view.indexes()) {
            TableId id = new TableId(view.id().schema(), index.name());
            add(
                    ObjectName.of(ObjectKind.INDEX, id),
                    index.pages(),
                    Presence.index(id, view.id()),
                    List.of(index.definition()));
        }
    }

    private static List<String> withState(String definition, TableId relation, String kind, String name, char enabled) {
        String state = enabled == 'D' ? "DISABLE " : enabled == 'R' ? "ENABLE REPLICA " : "ENABLE ALWAYS ";
        return enabled == 'O'
                ? List.of(definition)
                : List.of(definition, "ALTER TABLE " + quoted(relation) + " " + state + kind + " " + quoted(name));
    }

    private void add(ObjectName name, long weight, Presence presence, List<String> statements) {
        stage++;
        steps.add(step(name, weight, presence, statements));
    }

    private void sameStage(Step step) {
        steps.add(new Step(
                step.name(), step.object(), GROUP, stage, step.weight(), step.presence(), step.statements(), true));
    }

    private Step step(ObjectName name, long weight, Presence presence, List<String> statements) {
        return new Step(name, name.toString(), GROUP, stage, weight, presence, statements, true);
    }
}
