package io.walferry.job.model;

import java.io.Serializable;
import java.util.Set;

/**
 * A way of its own to the target, with writers and progress of its own, for a table whose rows a statement makes. What travels
 * there are rows of the source; the lane makes the target's rows of them.
 *
 * @param number from 1; lane 0 is that of the tables which arrive as they are
 * @param steady whether a row arrives depends on the values of {@code deciding} alone
 * @param deciding source columns on which it depends whether a row arrives
 * @param everyColumn all of the source's columns arrive, so a new one would have to
 * @param stamped the statement asks for commit time or transaction id, so each change has to bring them
 * @param computing source columns whose values the statement needs, those of {@code deciding} too
 */
public record Lane(
        int number, boolean steady, boolean everyColumn, boolean stamped, Set<String> deciding, Set<String> computing)
        implements Serializable {

    /** Name of the lane of the tables that arrive as they are. */
    public static final String MAIN = "main";

    public Lane {
        deciding = Set.copyOf(deciding);
        computing = Set.copyOf(computing);
    }

    /** Name of a table's own lane in the control records: it lives as long as the table, and is short. */
    public static String nameOf(TableSchema table) {
        return "table " + table.oid();
    }

    /** First of the lane's channels; lanes follow one another. */
    public int firstChannel(int writers) {
        return number * writers;
    }
}
