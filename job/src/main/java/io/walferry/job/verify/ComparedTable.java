package io.walferry.job.verify;

import io.walferry.job.model.TableId;
import io.walferry.job.sql.ComparedRows;
import java.io.Serializable;
import java.util.List;
import java.util.Set;

/**
 * A table of the target with what it should have: the rows of one source table, of several, or of a query.
 *
 * @param number in the run, from 0
 * @param sourceName for people
 * @param types SQL types of the columns at the target
 * @param masked names of columns whose values are never shown
 * @param overridesIdentity a column is GENERATED ALWAYS AS IDENTITY
 * @param partitioned the target is
 * @param counted what counts as a difference: of the others the task file says that they may be
 * @param note what the reader of a report should know of this table; empty: nothing
 */
public record ComparedTable(
        int number,
        TableId target,
        String sourceName,
        ComparedRows source,
        ComparedRows targetRows,
        List<String> types,
        Set<String> masked,
        boolean overridesIdentity,
        boolean partitioned,
        Set<DifferenceKind> counted,
        String note)
        implements Serializable {

    public ComparedTable {
        types = List.copyOf(types);
        masked = Set.copyOf(masked);
        counted = Set.copyOf(counted);
    }

    /** Tells this comparison from another one of the same table. */
    public String described() {
        return target + " " + source + " " + targetRows + " " + new java.util.TreeSet<>(counted);
    }

    /** An identity as it may be shown: a column of the key may be masked. */
    String shown(String identity) {
        return targetRows.key().stream().anyMatch(masked::contains)
                ? "*** " + Integer.toHexString(identity.hashCode())
                : identity;
    }
}
