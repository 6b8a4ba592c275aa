package io.walferry.job.sql;

import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.model.StreamTable;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Statements that take rows out of a table without a key. Two rows are the same if the texts of all their values are: the
 * only equality that every type has, and the one that tells {@code 1.0} from {@code 1.00}.
 */
public final class KeylessSql {

    private static final int CANDIDATE_COLUMNS = 3;

    /** Types without collation whose equal texts are equal values, to the default operator. */
    private static final Pattern PLAIN =
            Pattern.compile("pg_catalog\\.\"?(int2|int4|int8|oid|uuid|date|timestamp|timestamptz"
                    + "|numeric|float4|float8|time|timetz)\"?(\\([^)]*\\))?");

    private static final Pattern TEXT = Pattern.compile("pg_catalog\\.\"?(text|varchar|bpchar)\"?(\\([^)]*\\))?");

    private final StreamTable table;
    private final TargetFacts facts;

    public KeylessSql(StreamTable table, TargetFacts facts) {
        this.table = table;
        this.facts = facts;
    }

    /** One staged row for each row to delete; equal ones have one {@code entry}, which is the first column. */
    public String createStaging(String staging) {
        return "CREATE TEMPORARY TABLE %s (entry pg_catalog.int4, %s) ON COMMIT DELETE ROWS"
                .formatted(
                        staging,
                        columns(i -> "c" + i + " " + table.columns().get(i).type()));
    }

    /**
     * Deletes a row of its own for every staged one, of equal ones that which has been there the longest; returns the entry of each
     * that found none. So no row that was there before can outlast one that came later: who finds the very same rows again knows that
     * none has come in between.
     *
     * @param neverNull columns that are NULL in no staged row
     */
    public String deleteStaged(String staging, BitSet neverNull) {
        String image = "ROW(%s)::pg_catalog.text".formatted(columns(this::column));
        String stagedImage = "ROW(%s)::pg_catalog.text".formatted(columns(i -> "c" + i));
        return """
                WITH gone AS (
                  DELETE FROM %1$s AS t USING (
                    SELECT r.home, r.place, s.entry FROM
                      (SELECT tableoid AS home, ctid AS place, %2$s AS image,
                              pg_catalog.row_number() OVER (PARTITION BY %2$s ORDER BY pg_catalog.age(xmin) DESC) AS copy
                       FROM %1$s WHERE %5$s%2$s IN (SELECT %3$s FROM %4$s)) r
                    JOIN
                      (SELECT entry, %3$s AS image, pg_catalog.row_number() OVER (PARTITION BY %3$s) AS copy
                       FROM %4$s) s
                    ON s.image = r.image AND s.copy = r.copy) d
                  WHERE t.ctid = d.place AND t.tableoid = d.home
                  RETURNING d.entry)
                SELECT entry FROM %4$s EXCEPT ALL SELECT entry FROM gone"""
                .formatted(nameOnly(), image, stagedImage, staging, candidates(staging, neverNull));
    }

    /**
     * A condition that every row to delete meets and that costs little: comparing whole rows as text alone takes ten times as
     * long, and can use no index. Empty if no column is fit for it.
     */
    private String candidates(String staging, BitSet neverNull) {
        List<Integer> fit = fit(neverNull, PLAIN);
        String collation = "";
        if (fit.isEmpty()) {
            fit = fit(neverNull, TEXT);
            collation = " COLLATE pg_catalog.\"C\"";
        }
        if (fit.isEmpty()) {
            return "";
        }
        String collated = collation;
        return "(%s) IN (SELECT %s FROM %s) AND "
                .formatted(
                        fit.stream().map(i -> column(i) + collated).collect(Collectors.joining(", ")),
                        fit.stream().map(i -> "c" + i).collect(Collectors.joining(", ")),
                        staging);
    }

    private List<Integer> fit(BitSet neverNull, Pattern types) {
        return neverNull.stream()
                .filter(i -> types.matcher(table.columns().get(i).type()).matches())
                .limit(CANDIDATE_COLUMNS)
                .boxed()
                .toList();
    }

    private String column(int index) {
        return quoted(table.columns().get(index).name());
    }

    private String columns(IntFunction<String> text) {
        return IntStream.range(0, table.columns().size()).mapToObj(text).collect(Collectors.joining(", "));
    }

    private String nameOnly() {
        return facts.partitioned() ? quoted(table.table()) : "ONLY " + quoted(table.table());
    }
}
