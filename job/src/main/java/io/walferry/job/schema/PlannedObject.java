package io.walferry.job.schema;

import java.util.List;

/**
 * A piece of structure as a person reads it.
 *
 * @param name {@code index shop.orders_at_idx}
 * @param present the target has it already, so nothing is done
 * @param visible whether it is there can be seen in the target's catalog
 * @param statements in their order
 */
public record PlannedObject(String name, When when, boolean present, boolean visible, List<String> statements) {

    /** When it is made. */
    public enum When {
        BEFORE_LOAD,
        AFTER_LOAD,
        /** When every table equals some state of its source. */
        AT_CONSISTENCY
    }

    public PlannedObject {
        statements = List.copyOf(statements);
    }
}
