package io.walferry.job.catalog;

import io.walferry.job.config.ObjectsConfig;
import io.walferry.job.failure.CheckItem;
import io.walferry.job.failure.Finding;
import io.walferry.job.model.TableId;
import io.walferry.job.sql.Identifier;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Decides which tables a task has: partitions belong to their root, what cannot be moved is left out with a reason. */
final class TableSelection {

    private final List<NamePattern> include;
    private final List<NamePattern> views;
    private final List<NamePattern> exclude;
    private final List<Relation> relations;
    private final Partitions partitions;

    private final Set<Relation> selected = new LinkedHashSet<>();
    private final List<Relation> selectedViews = new ArrayList<>();
    private final List<Relation> unlogged = new ArrayList<>();
    private final List<LeftOut> leftOut = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();

    /**
     * What was decided.
     *
     * @param tables tables that are no partitions, in the order of their names
     * @param unlogged tables that are created and stay empty
     * @param views views and materialized views
     */
    record Result(
            List<Relation> tables,
            List<Relation> unlogged,
            List<Relation> views,
            List<LeftOut> leftOut,
            List<Finding> findings) {}

    private TableSelection(ObjectsConfig objects, List<Relation> relations, Partitions partitions) {
        include = Stream.concat(
                        objects.schemas().stream().map(NamePattern::ofSchema),
                        objects.tables().stream().map(NamePattern::ofTable))
                .toList();
        views = Stream.concat(
                        objects.schemas().stream().map(NamePattern::ofSchema),
                        objects.views().stream().map(NamePattern::ofTable))
                .toList();
        exclude = objects.exclude().stream().map(NamePattern::ofTable).toList();
        this.relations = relations;
        this.partitions = partitions;
    }

    /** @param relations in the order of their names */
    static Result select(ObjectsConfig objects, List<Relation> relations, Partitions partitions) {
        TableSelection selection = new TableSelection(objects, relations, partitions);
        relations.forEach(selection::decide);
        relations.forEach(selection::decidePartition);
        selection.include.forEach(selection::checkInclude);
        objects.views().stream().map(NamePattern::ofTable).forEach(selection::checkInclude);
        selection.exclude.forEach(selection::checkExclude);
        return new Result(
                List.copyOf(selection.selected),
                selection.unlogged,
                selection.selectedViews,
                selection.leftOut,
                selection.findings);
    }

    private void decide(Relation relation) {
        if (isView(relation) && !excluded(relation.id()) && relation.extension().isEmpty() && isWantedView(relation)) {
            selectedViews.add(relation);
            return;
        }
        if (relation.partition() || !included(relation.id())) {
            return;
        }
        Optional<String> reason = reasonToLeaveOut(relation);
        if (reason.isPresent()) {
            boolean empty = relation.kind() == 'r'
                    && relation.persistence() == 'u'
                    && !excluded(relation.id())
                    && relation.extension().isEmpty();
            if (empty) {
                unlogged.add(relation);
                leftOut.add(new LeftOut("rows of table", relation.id().toString(), reason.get()));
            } else {
                leftOut.add(LeftOut.of(relation.objectName(), reason.get()));
            }
        } else {
            selected.add(relation);
            partitions.below(relation).forEach(partition -> checkPartition(relation, partition));
        }
    }

    private Optional<String> reasonToLeaveOut(Relation relation) {
        if (excluded(relation.id())) {
            return Optional.of("excluded by the task file");
        }
        if (relation.extension().isPresent()) {
            return Optional.of(
                    "belongs to the extension " + relation.extension().get());
        }
        return switch (relation.kind()) {
            case 'v', 'm' -> Optional.of("it comes with a whole schema, or when objects.views names it");
            case 'f' -> Optional.of("the rows of a foreign table are not in this database");
            default -> relation.persistence() == 'u'
                    ? Optional.of("it is UNLOGGED, so its changes are not in the changelog")
                    : Optional.empty();
        };
    }

    private static boolean isView(Relation relation) {
        return relation.kind() == 'v' || relation.kind() == 'm';
    }

    private boolean isWantedView(Relation relation) {
        return views.stream().anyMatch(pattern -> pattern.matches(relation.id()));
    }

    private void checkPartition(Relation root, Relation partition) {
        if (partition.kind() == 'f') {
            findings.add(Finding.error(
                    "source table " + root.id(),
                    "its partition " + partition.id() + " is a foreign table, whose changes are not in the changelog",
                    "Detach the partition, or exclude " + root.id()));
        } else if (partition.persistence() == 'u') {
            findings.add(Finding.error(
                    "source table " + root.id(),
                    "its partition " + partition.id() + " is UNLOGGED, so its changes are not in the changelog",
                    "Run ALTER TABLE " + Identifier.quoted(partition.id()) + " SET LOGGED"));
        }
    }

    private void decidePartition(Relation partition) {
        if (!partition.partition()) {
            return;
        }
        Relation root = partitions.rootOf(partition);
        boolean excluded = excluded(partition.id());
        if (selected.contains(root)) {
            if (excluded) {
                findings.add(Finding.error(
                        "source table " + partition.id(),
                        "it is excluded, but it is a partition of " + root.id() + ", which is selected",
                        "A partitioned table is moved as a whole: drop the exclusion, or exclude " + root.id()));
            }
        } else if (included(partition.id())) {
            if (excluded) {
                leftOut.add(LeftOut.of(partition.objectName(), "excluded by the task file"));
            } else if (included(root.id())) {
                leftOut.add(LeftOut.of(
                        partition.objectName(), "it is a partition of " + root.id() + ", which is left out"));
            } else {
                findings.add(Finding.error(
                        "source table " + partition.id(),
                        "it is a partition of " + root.id() + ", which is not selected",
                        "Select " + root.id() + ", or exclude the partition"));
            }
        }
    }

    static Finding nothingMatches(NamePattern pattern) {
        return Finding.error(
                        "pattern " + pattern.text(),
                        "no table or view of the source matches",
                        "Correct it or take it out; names are case-sensitive")
                .of(CheckItem.OBJECTS);
    }

    private void checkInclude(NamePattern pattern) {
        List<Relation> matches = relations.stream()
                .filter(relation -> pattern.matches(relation.id()))
                .toList();
        if (matches.stream()
                .anyMatch(relation -> selected.contains(partitions.rootOf(relation))
                        || selectedViews.contains(relation)
                        || unlogged.contains(relation))) {
            return;
        }
        if (matches.isEmpty()) {
            findings.add(nothingMatches(pattern));
        } else {
            findings.add(Finding.warning(
                    "pattern " + pattern.text(),
                    "nothing that it matches is moved: "
                            + matches.stream().limit(5).map(Relation::described).collect(Collectors.joining(", "))
                            + (matches.size() > 5 ? ", …" : ""),
                    "See what is left out, and why"));
        }
    }

    private void checkExclude(NamePattern pattern) {
        if (relations.stream().noneMatch(relation -> pattern.matches(relation.id()))) {
            findings.add(Finding.warning(
                    "exclude pattern " + pattern.text(),
                    "no table of the source matches",
                    "Correct it or take it out; names are case-sensitive"));
        }
    }

    private boolean included(TableId id) {
        return include.stream().anyMatch(pattern -> pattern.matches(id));
    }

    private boolean excluded(TableId id) {
        return exclude.stream().anyMatch(pattern -> pattern.matches(id));
    }
}
