package io.walferry.job.schema;

import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.catalog.LeftOut;
import io.walferry.job.catalog.ObjectKind;
import io.walferry.job.catalog.SourceObject;
import io.walferry.job.catalog.SourceObject.ForeignKey;
import io.walferry.job.catalog.SourceObject.Rule;
import io.walferry.job.catalog.SourceObject.Table;
import io.walferry.job.catalog.SourceObject.Trigger;
import io.walferry.job.dialect.Feature;
import io.walferry.job.dialect.TargetDialect;
import io.walferry.job.failure.Finding;
import io.walferry.job.model.TableId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decides on what comes when rows are there: whether the target can have it, and whether changes can be applied beside it.
 * The task writes with {@code session_replication_role = replica}, so what fires in that role would act a second time on what the
 * source has done already.
 */
final class LaterFit {

    static final String WITHOUT = "It is not created at the target; rows arrive all the same";

    private static final char UPDATE = '2';

    private final TargetDialect target;
    private final Map<TableId, Table> tables;

    /** @param tables all that are created */
    LaterFit(TargetDialect target, Map<TableId, Table> tables) {
        this.target = target;
        this.tables = tables;
    }

    /** @param object empty if it is left out */
    record Verdict(Optional<SourceObject> object, Optional<LeftOut> leftOut, List<Finding> findings) {}

    Verdict judge(SourceObject object) {
        if (object instanceof ForeignKey key) {
            return foreignKey(key);
        }
        if (object instanceof Rule rule) {
            return rule(rule);
        }
        if (object instanceof Trigger trigger) {
            return trigger(trigger);
        }
        if (object instanceof SourceObject.View view
                && view.options().stream().anyMatch(option -> option.startsWith("security_invoker="))) {
            return needs(object, Feature.SECURITY_INVOKER);
        }
        if (object.name().kind() == ObjectKind.STATISTICS
                && object instanceof SourceObject.Scripted statistics
                && statistics.statements().get(0).matches("(?s)[^(]*\\([^)]*\\bmcv\\b.*")) {
            return needs(object, Feature.MOST_COMMON_VALUES);
        }
        if (object instanceof SourceObject.Grant grant && grant.privilege().equals("MAINTAIN")) {
            return needs(object, Feature.MAINTAIN);
        }
        return kept(object);
    }

    private Verdict foreignKey(ForeignKey key) {
        if (!target.triggersCanBeSilenced()) {
            return fires(key);
        }
        Table parent = tables.get(key.parent());
        Feature needed = parent != null && parent.partitionKey().isPresent()
                ? Feature.PARTITIONED_PARENT
                : key.period()
                        ? Feature.PERIODS
                        : !key.setColumns().isEmpty()
                                ? Feature.SET_COLUMNS
                                : key.enforced() ? null : Feature.UNENFORCED_CHECK;
        return needed == null ? kept(key) : needs(key, needed);
    }

    private Verdict rule(Rule rule) {
        if (rule.ofView()) {
            return kept(rule);
        }
        if (rule.event() == UPDATE) {
            return leftOut(
                    rule,
                    "PostgreSQL refuses INSERT … ON CONFLICT, by which changes are applied, to a table with a rule for UPDATE",
                    "Create it when the task has ended"
                            + (rule.mentions().newNames().isEmpty()
                                    ? ": " + rule.definition()
                                    : ", with the new names"));
        }
        if (!target.triggersCanBeSilenced()) {
            return fires(rule);
        }
        if (firesInReplicaRole(rule.enabled())) {
            Rule substitute = new Rule(
                    rule.id(),
                    rule.rule(),
                    false,
                    rule.event(),
                    substitute(rule.enabled()),
                    rule.definition(),
                    rule.mentions());
            return new Verdict(
                    Optional.of(substitute), Optional.empty(), List.of(substituted(rule, rule.enabled(), "RULE")));
        }
        return kept(rule);
    }

    private Verdict trigger(Trigger trigger) {
        if (trigger.ofView()) {
            return kept(trigger);
        }
        if (!target.triggersCanBeSilenced()) {
            return fires(trigger);
        }
        if (trigger.ofPartitioned()
                && trigger.definition().contains(" BEFORE ")
                && trigger.definition().contains(" FOR EACH ROW ")
                && !target.supports(Feature.PARTITIONED_BEFORE_TRIGGER)) {
            return needs(trigger, Feature.PARTITIONED_BEFORE_TRIGGER);
        }
        if (firesInReplicaRole(trigger.enabled())) {
            Trigger substitute = new Trigger(
                    trigger.id(),
                    trigger.trigger(),
                    false,
                    trigger.ofPartitioned(),
                    substitute(trigger.enabled()),
                    trigger.definition(),
                    trigger.mentions());
            return new Verdict(
                    Optional.of(substitute),
                    Optional.empty(),
                    List.of(substituted(trigger, trigger.enabled(), "TRIGGER")));
        }
        return kept(trigger);
    }

    private static boolean firesInReplicaRole(char enabled) {
        return enabled == 'A' || enabled == 'R';
    }

    /** Always becomes as usual, which applications do not notice; only-in-replica-role becomes never. */
    private static char substitute(char enabled) {
        return enabled == 'A' ? 'O' : 'D';
    }

    private static Finding substituted(SourceObject object, char enabled, String kind) {
        String detail = object.name().detail();
        String state = enabled == 'A' ? "ENABLE ALWAYS" : "ENABLE REPLICA";
        return Finding.warning(
                object.name().toString(),
                "it is " + state
                        + " at the source, so it would fire again on changes that the task applies; at the target it is "
                        + (enabled == 'A' ? "enabled as usual" : "disabled"),
                "When the task has ended, run ALTER TABLE "
                        + quoted(object.id()) + " " + state + " " + kind + " "
                        + quoted(detail));
    }

    private Verdict fires(SourceObject object) {
        return leftOut(
                object,
                "the task's user may not set session_replication_role at the target, so it would act on changes that the task"
                        + " applies",
                "Allow the user to set it before the start, or create it when the task has ended");
    }

    private Verdict needs(SourceObject object, Feature feature) {
        return target.supports(feature)
                ? kept(object)
                : leftOut(
                        object,
                        "the target is " + target.name() + ", and " + feature.words() + " came with " + feature.since(),
                        WITHOUT);
    }

    private static Verdict kept(SourceObject object) {
        return new Verdict(Optional.of(object), Optional.empty(), List.of());
    }

    private static Verdict leftOut(SourceObject object, String reason, String fix) {
        return new Verdict(
                Optional.empty(),
                Optional.of(LeftOut.of(object.name(), reason)),
                List.of(Finding.warning(object.name().toString(), reason, fix)));
    }
}
