package io.walferry.job.schema;

import java.io.Serializable;
import java.util.List;

/**
 * A piece of structure to make at the target, in one transaction.
 *
 * @param object for people: {@code index shop.orders_at_idx}
 * @param group steps of one group follow the order of their stages; steps of different groups know nothing of each
 *     other; empty for what is made before any row is there
 * @param stage steps of one stage may be made at the same time
 * @param weight how long it takes, compared to others; the source's pages
 * @param presence how to see that it is there
 */
record Step(String object, String group, int stage, long weight, Presence presence, List<String> statements)
        implements Serializable {

    Step {
        statements = List.copyOf(statements);
    }

    /** Made over rows, not before them. */
    boolean readsRows() {
        return !group.isEmpty();
    }
}
