package io.walferry.job.verify;

import io.walferry.job.model.StreamTable;
import io.walferry.job.model.TableSchema;
import java.util.Optional;
import java.util.Set;

/** Knows the statements of Flink SQL that make rows of some tables. */
public interface Statements {

    /**
     * A table whose rows go through a statement, with their version as one column more.
     *
     * @param arriving as they leave it, the version last
     * @param travelling as they go into it
     * @param stream the same, as the lane knows it
     * @param varying columns of the target that come out otherwise each time: they depend on the change or on the time of day
     * @param looksUp values of another table are part of it
     */
    record Shape(
            TableSchema arriving, TableSchema travelling, StreamTable stream, Set<String> varying, boolean looksUp) {

        public Shape {
            varying = Set.copyOf(varying);
        }
    }

    /**
     * What PostgreSQL itself can leave rows out by, over the table with the alias {@code t}, if that is all that the table's
     * statement does.
     */
    Optional<String> condition(TableSchema table);

    /** @param table with a statement or, as one of several that arrive at a table, without */
    Shape shape(TableSchema table);
}
