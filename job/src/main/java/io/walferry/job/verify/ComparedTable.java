package io.walferry.job.verify;

import io.walferry.job.model.TableId;
import io.walferry.job.sql.ComparedRows;
import java.io.Serializable;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A table of the target with what it should have: the rows of one source table, of several, or of a query.
 *
 * @param number in the run, from 0
 * @param sourceName for people
 * @param source where its rows are made by statements, a query at the target, with placeholders for a worker's own tables
 * @param parts the source tables whose rows statements make; empty: PostgreSQL itself computes what is compared
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
        List<StatementPart> parts,
        List<String> types,
        Set<String> masked,
        boolean overridesIdentity,
        boolean partitioned,
        Set<DifferenceKind> counted,
        String note)
        implements Serializable {

    public ComparedTable {
        parts = List.copyOf(parts);
        types = List.copyOf(types);
        masked = Set.copyOf(masked);
        counted = Set.copyOf(counted);
    }

    /** The same comparison in another run. */
    public ComparedTable numbered(int other) {
        return new ComparedTable(
                other,
                target,
                sourceName,
                source,
                targetRows,
                parts,
                types,
                masked,
                overridesIdentity,
                partitioned,
                counted,
                note);
    }

    /** Tells this comparison from another one of the same table. */
    public String described() {
        return target + " " + source + " " + targetRows + " " + new java.util.TreeSet<>(counted)
                + parts.stream()
                        .map(part -> part.arriving().mapping().described())
                        .collect(Collectors.joining());
    }

    /** Whether statements of Flink SQL make its rows. */
    public boolean made() {
        return !parts.isEmpty();
    }

    /** An identity as it may be shown: a column of the key may be masked. */
    String shown(String identity) {
        return targetRows.key().stream().anyMatch(masked::contains)
                ? "*** " + Integer.toHexString(identity.hashCode())
                : identity;
    }
}
