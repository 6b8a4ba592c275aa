package io.walferry.job.schema;

import io.walferry.job.catalog.ObjectKind;
import io.walferry.job.catalog.ObjectName;
import io.walferry.job.catalog.SourceObject.Comment;
import io.walferry.job.model.TableId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Adds comments to the steps that make what they are on: both are made in one transaction, and a comment on what the target had
 * already is left to the target.
 */
final class Comments {

    private final Map<ObjectName, List<String>> statements = new HashMap<>();

    /** @param steps all of the plan */
    Comments(List<Comment> comments, List<Step> steps) {
        Map<ObjectName, Step> made = new HashMap<>();
        Map<TableId, ObjectName> relations = new HashMap<>();
        Map<TableId, ObjectName> byIndex = new HashMap<>();
        for (Step step : steps) {
            ObjectName name = step.name();
            if (!step.makesObject()) {
                continue;
            }
            made.putIfAbsent(name, step);
            switch (name.kind()) {
                case TABLE, VIEW, MATERIALIZED_VIEW, TYPE, DOMAIN -> relations.put(name.id(), name);
                case CONSTRAINT -> byIndex.put(new TableId(name.id().schema(), name.detail()), name);
                default -> {}
            }
        }
        for (Comment comment : comments) {
            ObjectName on = comment.on();
            Optional<ObjectName> maker = made.containsKey(on)
                    ? Optional.of(on)
                    : Optional.ofNullable(
                            on.kind() == ObjectKind.INDEX ? byIndex.get(on.id()) : relations.get(on.id()));
            maker.ifPresent(name ->
                    statements.computeIfAbsent(name, key -> new ArrayList<>()).add(NameSql.comment(comment)));
        }
    }

    /** The steps, each with the comments on what it makes; call it once for each step, in the order in which they are made. */
    List<Step> addTo(List<Step> steps) {
        List<Step> commented = new ArrayList<>();
        for (Step step : steps) {
            List<String> comments = step.makesObject() ? statements.remove(step.name()) : null;
            commented.add(comments == null ? step : step.followedBy(comments));
        }
        return commented;
    }
}
