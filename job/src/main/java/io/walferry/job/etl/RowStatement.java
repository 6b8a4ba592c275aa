package io.walferry.job.etl;

import io.walferry.job.model.TableId;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A statement that makes a table's rows: a projection and a condition over one source table, and look-ups beside it. Its texts
 * are Flink SQL over a table that has the source's columns and the name {@link #alias()}.
 *
 * @param source the table whose rows go in
 * @param alias what the texts call it
 * @param outputs the columns of the result; empty: all of the source's
 * @param condition text of what decides whether a row arrives; empty if all do
 * @param deciding source columns in the condition and in what look-ups compare
 * @param lookups in order
 */
record RowStatement(
        TableId source,
        String alias,
        List<Output> outputs,
        Optional<String> condition,
        Set<String> deciding,
        List<Lookup> lookups) {

    RowStatement {
        outputs = List.copyOf(outputs);
        deciding = Set.copyOf(deciding);
        lookups = List.copyOf(lookups);
    }

    /**
     * A column of the result.
     *
     * @param passed the source's column if it is only passed on
     * @param expression text of what makes it
     * @param columns source columns in the expression
     * @param repeatable whether the same row gives the same value again
     */
    record Output(String name, Optional<String> passed, String expression, Set<String> columns, boolean repeatable) {
        Output {
            columns = Set.copyOf(columns);
        }

        /** For a column that is passed on under another name already. */
        Output asComputed() {
            return new Output(name, Optional.empty(), expression, columns, repeatable);
        }
    }

    /**
     * Another table's row that belongs to a row of the source.
     *
     * @param table text of its name
     * @param on text of the condition
     * @param required column of the other table, in text, that is not NULL if a row was found; empty if rows arrive without too
     */
    record Lookup(String table, String alias, String on, Optional<String> required) {}

    /** Whether a row that was left as it was arrives as it did before: nothing but the row decides. */
    boolean steady() {
        return lookups.stream().allMatch(lookup -> lookup.required().isEmpty()) && !conditionLooksUp();
    }

    private boolean conditionLooksUp() {
        return condition.isPresent() && !lookups.isEmpty();
    }

    /** Whether the same row gives the same result whenever it is put in. */
    boolean repeatable() {
        return lookups.isEmpty() && outputs.stream().allMatch(Output::repeatable);
    }
}
