package io.walferry.job.schema;

import io.walferry.job.catalog.ObjectName;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * A piece of structure to make at the target, in one transaction.
 *
 * @param name the object that it makes, alone or with other steps
 * @param object for people: {@code index shop.orders_at_idx}
 * @param group steps of one group follow the order of their stages; steps of different groups know nothing of each
 *     other; empty for what is made before any row is there
 * @param stage steps of one stage may be made at the same time
 * @param weight how long it takes, compared to others; the source's pages
 * @param presence how to see that it is there
 * @param dispensable rows are moved all the same when it cannot be made
 */
record Step(
        ObjectName name,
        String object,
        String group,
        int stage,
        long weight,
        Presence presence,
        List<String> statements,
        boolean dispensable)
        implements Serializable {

    Step {
        statements = List.copyOf(statements);
    }

    /** One that rows need. */
    Step(ObjectName name, String group, int stage, long weight, Presence presence, List<String> statements) {
        this(name, name.toString(), group, stage, weight, presence, statements, false);
    }

    /** The same with other words for people. */
    Step called(String words) {
        return new Step(name, words, group, stage, weight, presence, statements, dispensable);
    }

    Step followedBy(List<String> more) {
        List<String> all = new ArrayList<>(statements);
        all.addAll(more);
        return new Step(name, object, group, stage, weight, presence, all, dispensable);
    }

    /** Made over rows, not before them. */
    boolean readsRows() {
        return !group.isEmpty();
    }

    /** Makes an object; {@code ANALYZE} does not. */
    boolean makesObject() {
        return presence.kind() != Presence.Kind.NEVER;
    }
}
