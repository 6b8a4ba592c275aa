package io.walferry.job.schema;

import io.walferry.job.catalog.ObjectName;
import java.sql.SQLException;
import java.util.Collection;

/** Is told how far the structure is; called by the thread that waits for it. */
@FunctionalInterface
public interface StepListener {

    /**
     * Something is done.
     *
     * @param words for people: {@code created index shop.orders_at_idx, 3 of 20}
     */
    void activity(String words) throws SQLException;

    /** The objects have been made. */
    default void done(Collection<ObjectName> objects) throws SQLException {}

    /** Whether a former run has made the object and it is not made again, be it gone or not. */
    default boolean settled(ObjectName object) throws SQLException {
        return false;
    }

    /** The objects were at the target already, made by a former run or by somebody else. */
    default void present(Collection<ObjectName> objects) throws SQLException {
        done(objects);
    }

    /**
     * The object cannot be made, and the task goes on without it.
     *
     * @param message the server's, without values of rows
     */
    default void failed(ObjectName object, String message) throws SQLException {}
}
