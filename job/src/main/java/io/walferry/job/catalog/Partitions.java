package io.walferry.job.catalog;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who inherits from whom; what a partition's root is and what partitions a root has. */
final class Partitions {

    private final Map<Long, Relation> relations = new HashMap<>();
    private final Map<Long, List<Long>> parents;
    private final Map<Long, List<Relation>> partitions = new HashMap<>();

    /** @param parents per child the tables that it inherits from, in the order of declaration */
    Partitions(List<Relation> all, Map<Long, List<Long>> parents) {
        this.parents = parents;
        all.forEach(relation -> relations.put(relation.oid(), relation));
        for (Relation relation : all) {
            if (relation.partition()) {
                parentOf(relation).ifPresent(parent -> partitions
                        .computeIfAbsent(parent.oid(), oid -> new ArrayList<>())
                        .add(relation));
            }
        }
        partitions.values().forEach(list -> list.sort(Comparator.comparing(Relation::id)));
    }

    /** Of a partition: its parent, unless that is in a schema that is never looked at. */
    Optional<Relation> parentOf(Relation partition) {
        return parents.getOrDefault(partition.oid(), List.of()).stream()
                .map(relations::get)
                .filter(parent -> parent != null)
                .findFirst();
    }

    /** The partitioned table at the top; the table itself if it is no partition. */
    Relation rootOf(Relation relation) {
        Relation root = relation;
        while (root.partition()) {
            Optional<Relation> parent = parentOf(root);
            if (parent.isEmpty()) {
                return root;
            }
            root = parent.get();
        }
        return root;
    }

    /** All partitions below, of every level, each after its parent. */
    List<Relation> below(Relation root) {
        List<Relation> all = new ArrayList<>();
        for (Relation partition : partitions.getOrDefault(root.oid(), List.of())) {
            all.add(partition);
            all.addAll(below(partition));
        }
        return all;
    }

    /** Tables that it inherits from as {@code INHERITS} says, or its parent if it is a partition. */
    List<Relation> parents(Relation child) {
        return parents.getOrDefault(child.oid(), List.of()).stream()
                .map(relations::get)
                .filter(parent -> parent != null)
                .toList();
    }
}
