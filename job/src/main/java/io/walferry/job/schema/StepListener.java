package io.walferry.job.schema;

import java.sql.SQLException;

/** Is told how far the structure is; called by the thread that waits for it. */
@FunctionalInterface
public interface StepListener {

    /**
     * Something is done.
     *
     * @param words for people: {@code created index shop.orders_at_idx, 3 of 20}
     */
    void activity(String words) throws SQLException;
}
