package io.walferry.job.schema;

import io.walferry.job.catalog.MappedTables;
import io.walferry.job.catalog.Mentions;
import io.walferry.job.catalog.NewNames;
import io.walferry.job.catalog.ObjectKind;
import io.walferry.job.catalog.ObjectName;
import io.walferry.job.catalog.SourceObject;
import io.walferry.job.catalog.SourceObject.MaterializedView;
import io.walferry.job.catalog.SourceObject.Rule;
import io.walferry.job.catalog.SourceObject.Scripted;
import io.walferry.job.catalog.SourceObject.Trigger;
import io.walferry.job.catalog.SourceObject.View;
import io.walferry.job.catalog.TableChange;
import io.walferry.job.model.TableId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What is a text of the server: a view, a rule, a trigger, a function and the like. One that names what has a new name keeps its
 * text, and is marked for the target's server to put the new names in; what that cannot be done for is left out.
 */
final class MappedTexts {

    private final MappedTables mapped;
    private final MappedNames names;
    private final MappingLosses losses;

    MappedTexts(MappedTables mapped, MappedNames names, MappingLosses losses) {
        this.mapped = mapped;
        this.names = names;
        this.losses = losses;
    }

    /** The object at the target; empty if it cannot be there. */
    Optional<SourceObject> apply(SourceObject object) {
        TreeSet<TableId> used = new TreeSet<>(object.mentions().relations());
        used.add(object.id());
        List<NewNames.Renamed> renamed = new ArrayList<>();
        for (TableId relation : used) {
            Optional<String> obstacle = obstacle(object, relation);
            if (obstacle.isPresent()) {
                losses.leaveOut(object.name(), obstacle.get());
                return Optional.empty();
            }
            TableChange change = mapped.changes().get(relation);
            if (change != null && names.changes(relation)) {
                renamed.add(new NewNames.Renamed(relation, change.target(), change.rename(), isTarget(relation)));
            }
        }
        return Optional.of(renamed.isEmpty() ? object : marked(object, renamed));
    }

    /** Why the server cannot put the relation's new names into the text; empty if it can, or needs not. */
    private Optional<String> obstacle(SourceObject object, TableId relation) {
        if (!relation.equals(object.id()) || belongsToRelation(object)) {
            for (ObjectKind kind : List.of(ObjectKind.VIEW, ObjectKind.MATERIALIZED_VIEW)) {
                if (losses.dropped(ObjectName.of(kind, relation))) {
                    return Optional.of("it uses the " + kind.words() + " " + relation + ", which is left out");
                }
            }
        }
        if (!names.changes(relation)) {
            return Optional.empty();
        }
        TableChange change = mapped.changes().get(relation);
        if (change == null || !canFollow(object)) {
            return Optional.of("it names " + relation + ", which the mapping changes");
        }
        if (change.shared()) {
            return Optional.of("it names " + relation + ", which arrives in one table with others");
        }
        if (!change.created()) {
            return Optional.of("it names " + relation + ", whose table at the target was not created by the task");
        }
        return texts(object)
                .flatMap(text -> SqlTokens.of(text).stream())
                .filter(token -> token.name() && change.leftOut().contains(token.value()))
                .findFirst()
                .map(token -> "it names " + token.value() + ", and this column of " + relation + " is left out");
    }

    private static boolean canFollow(SourceObject object) {
        return object instanceof View
                || object instanceof MaterializedView
                || belongsToRelation(object)
                || object.name().kind() == ObjectKind.STATISTICS;
    }

    private static boolean belongsToRelation(SourceObject object) {
        return object instanceof Rule || object instanceof Trigger;
    }

    private static java.util.stream.Stream<String> texts(SourceObject object) {
        List<String> texts = new ArrayList<>();
        if (object instanceof View view) {
            texts.add(view.definition());
            texts.addAll(view.defaults().values());
        } else if (object instanceof MaterializedView view) {
            texts.add(view.definition());
        } else if (object instanceof Rule rule) {
            texts.add(rule.definition());
        } else if (object instanceof Trigger trigger) {
            texts.add(trigger.definition());
        } else if (object instanceof Scripted scripted) {
            texts.addAll(scripted.statements());
        }
        return texts.stream();
    }

    private boolean isTarget(TableId name) {
        return mapped.changes().values().stream()
                .anyMatch(change -> change.created() && change.target().equals(name));
    }

    private SourceObject marked(SourceObject object, List<NewNames.Renamed> renamed) {
        Mentions mentions = object.mentions().with(new NewNames(object.name(), renamed));
        TableId id = names.of(object.id());
        if (object instanceof View view) {
            return new View(view.id(), view.options(), view.definition(), view.defaults(), mentions);
        }
        if (object instanceof MaterializedView view) {
            return new MaterializedView(
                    view.id(),
                    view.options(),
                    view.definition(),
                    view.populated(),
                    view.columns(),
                    view.indexes(),
                    mentions);
        }
        if (object instanceof Rule rule) {
            return new Rule(id, rule.rule(), rule.ofView(), rule.event(), rule.enabled(), rule.definition(), mentions);
        }
        if (object instanceof Trigger trigger) {
            return new Trigger(
                    id,
                    trigger.trigger(),
                    trigger.ofView(),
                    trigger.ofPartitioned(),
                    trigger.enabled(),
                    trigger.definition(),
                    mentions);
        }
        return new Scripted(object.name(), ((Scripted) object).statements(), mentions);
    }
}
