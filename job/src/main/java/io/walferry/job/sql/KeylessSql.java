package io.walferry.job.sql;

import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.model.StreamTable;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Statements that take rows out of a table without a key. Two rows are the same if the texts of all their values are: the
 * only equality that every type has, and the one that tells {@code 1.0} from {@code 1.00}.
 */
public final class KeylessSql {

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

    /** Deletes a row of its own for every staged one; returns the entry of each that found none. */
    public String deleteStaged(String staging) {
        String image = "ROW(%s)::pg_catalog.text".formatted(columns(this::column));
        String stagedImage = "ROW(%s)::pg_catalog.text".formatted(columns(i -> "c" + i));
        return """
                WITH gone AS (
                  DELETE FROM %1$s AS t USING (
                    SELECT r.home, r.place, s.entry FROM
                      (SELECT tableoid AS home, ctid AS place, %2$s AS image,
                              pg_catalog.row_number() OVER (PARTITION BY %2$s) AS copy
                       FROM %1$s WHERE %2$s IN (SELECT %3$s FROM %4$s)) r
                    JOIN
                      (SELECT entry, %3$s AS image, pg_catalog.row_number() OVER (PARTITION BY %3$s) AS copy
                       FROM %4$s) s
                    ON s.image = r.image AND s.copy = r.copy) d
                  WHERE t.ctid = d.place AND t.tableoid = d.home
                  RETURNING d.entry)
                SELECT entry FROM %4$s EXCEPT ALL SELECT entry FROM gone"""
                .formatted(nameOnly(), image, stagedImage, staging);
    }

    /** Deletes one row that equals the parameters, all columns. */
    public String deleteRow() {
        return """
                /* shape %d */ DELETE FROM %s WHERE (tableoid, ctid) = (
                  SELECT tableoid, ctid FROM %s WHERE ROW(%s)::pg_catalog.text = ROW(%s)::pg_catalog.text LIMIT 1)"""
                .formatted(
                        table.id(),
                        nameOnly(),
                        nameOnly(),
                        columns(this::column),
                        columns(i -> "CAST(? AS " + table.columns().get(i).type() + ")"));
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
