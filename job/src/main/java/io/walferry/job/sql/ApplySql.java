package io.walferry.job.sql;

import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.model.StreamColumn;
import io.walferry.job.model.StreamTable;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Statements that write one table's keyed changes. Sets of rows come from a staging table whose columns are named by their
 * index in the stream, {@code c0, c1, …}, so that no user's column name can clash; single rows come as parameters in the
 * order of the columns.
 */
public final class ApplySql {

    private final StreamTable table;
    private final TargetFacts facts;
    private final BitSet all = new BitSet();
    private final BitSet key = new BitSet();

    public ApplySql(StreamTable table, TargetFacts facts) {
        this.table = table;
        this.facts = facts;
        all.set(0, table.columns().size());
        table.key().forEach(key::set);
    }

    /** Every column. */
    public BitSet allColumns() {
        return (BitSet) all.clone();
    }

    /** The key's columns. */
    public BitSet keyColumns() {
        return (BitSet) key.clone();
    }

    /**
     * Whether existing rows can be overwritten where they are. If not, because no index fits ON CONFLICT or a column is
     * GENERATED ALWAYS AS IDENTITY and so refuses SET, a row is replaced: deleted and inserted.
     */
    public boolean canUpsert() {
        return facts.conflictTarget()
                && settable(all).stream().noneMatch(i -> table.columns().get(i).identityAlways());
    }

    public String copyInto() {
        return "COPY %s (%s) FROM STDIN".formatted(name(), names(all));
    }

    public String createStaging(String staging, BitSet columns) {
        return "CREATE TEMPORARY TABLE %s (%s) ON COMMIT DELETE ROWS"
                .formatted(staging, list(columns, i -> "c" + i + " " + column(i).type()));
    }

    public static String copyIntoStaging(String staging) {
        return "COPY %s FROM STDIN".formatted(staging);
    }

    /** Inserts every staged row. */
    public String insertStaged(String staging) {
        return "INSERT INTO %s (%s)%s SELECT %s FROM %s"
                .formatted(name(), names(all), overriding(), list(all, i -> "c" + i), staging);
    }

    /** Inserts every staged row, or overwrites the row that has its key. */
    public String upsertStaged(String staging) {
        return insertStaged(staging) + onConflict();
    }

    /** Deletes the rows whose key is staged. */
    public String deleteStaged(String staging) {
        return "DELETE FROM %s AS t USING %s AS s WHERE %s".formatted(nameOnly(), staging, keyEquals(i -> "s.c" + i));
    }

    /** Sets the staged columns besides the key, where the staged key is. */
    public String updateStaged(String staging, BitSet staged) {
        return "UPDATE %s AS t SET %s FROM %s AS s WHERE %s"
                .formatted(
                        nameOnly(),
                        join(assignable(staged), i -> quoted(column(i).name()) + " = s.c" + i),
                        staging,
                        keyEquals(i -> "s.c" + i));
    }

    /** As {@link #updateStaged}, for a table that cannot upsert: puts a new row in the place of the old one. */
    public String replacePartStaged(String staging, BitSet staged) {
        return "WITH old AS (DELETE FROM %s AS t USING %s AS s WHERE %s RETURNING %s) INSERT INTO %s (%s)%s SELECT %s FROM old"
                .formatted(
                        nameOnly(),
                        staging,
                        keyEquals(i -> "s.c" + i),
                        list(
                                all,
                                i -> (staged.get(i)
                                                ? "s.c" + i
                                                : "t." + quoted(column(i).name())) + " AS c" + i),
                        name(),
                        names(all),
                        overriding(),
                        list(all, i -> "c" + i));
    }

    /** Parameters: all columns. */
    public String insertRow() {
        return shape()
                + "INSERT INTO %s (%s)%s VALUES (%s)".formatted(name(), names(all), overriding(), list(all, i -> "?"));
    }

    /** Parameters: all columns. Only where {@link #canUpsert()}. */
    public String upsertRow() {
        return insertRow() + onConflict();
    }

    /** Parameters: the key's columns. */
    public String deleteRow() {
        return shape() + "DELETE FROM %s AS t WHERE %s".formatted(nameOnly(), keyEquals(this::cast));
    }

    /** Parameters: {@link #assignable} of the columns, then the key's columns. */
    public String updateRow(BitSet present) {
        return shape()
                + "UPDATE %s AS t SET %s WHERE %s"
                        .formatted(
                                nameOnly(),
                                join(assignable(present), i -> quoted(column(i).name()) + " = ?"),
                                keyEquals(this::cast));
    }

    /** Parameters: the key's columns, then the present columns besides the key. */
    public String replacePartOfRow(BitSet present) {
        BitSet given = (BitSet) present.clone();
        given.andNot(key);
        return shape()
                + "WITH old AS (DELETE FROM %s AS t WHERE %s RETURNING *) INSERT INTO %s (%s)%s SELECT %s FROM old"
                        .formatted(
                                nameOnly(),
                                keyEquals(this::cast),
                                name(),
                                names(all),
                                overriding(),
                                list(
                                        all,
                                        i -> given.get(i)
                                                ? cast(i)
                                                : "old." + quoted(column(i).name())));
    }

    /** Of the given columns those that an UPDATE sets: all but the key's, for the key stays as it is. */
    public List<Integer> assignable(BitSet columns) {
        return columns.stream().filter(i -> !key.get(i)).boxed().toList();
    }

    private List<Integer> settable(BitSet columns) {
        return table.looseKey() ? columns.stream().boxed().toList() : assignable(columns);
    }

    private String onConflict() {
        List<Integer> columns = settable(all);
        return " ON CONFLICT (%s) DO %s"
                .formatted(
                        names(key),
                        columns.isEmpty()
                                ? "NOTHING"
                                : "UPDATE SET "
                                        + join(
                                                columns,
                                                i -> quoted(column(i).name()) + " = excluded."
                                                        + quoted(column(i).name())));
    }

    private String keyEquals(IntFunction<String> other) {
        return IntStream.range(0, table.key().size())
                .boxed()
                .sorted((a, b) -> table.key().get(a) - table.key().get(b))
                .map(n -> "t.%s %s %s"
                        .formatted(
                                quoted(column(table.key().get(n)).name()),
                                facts.keyEquality().get(n),
                                other.apply(table.key().get(n))))
                .collect(Collectors.joining(" AND "));
    }

    private String overriding() {
        return table.columns().stream().anyMatch(StreamColumn::identityAlways) ? " OVERRIDING SYSTEM VALUE" : "";
    }

    // A server-side prepared statement keeps its parameters' types, so another shape of the table needs another text.
    private String shape() {
        return "/* shape " + table.id() + " */ ";
    }

    // A bare parameter beside a composite column would be read as record, which has no input.
    private String cast(int column) {
        return "CAST(? AS " + column(column).type() + ")";
    }

    private String name() {
        return quoted(table.table());
    }

    private String nameOnly() {
        return facts.partitioned() ? name() : "ONLY " + name();
    }

    private StreamColumn column(int index) {
        return table.columns().get(index);
    }

    private String names(BitSet columns) {
        return list(columns, i -> quoted(column(i).name()));
    }

    private static String list(BitSet columns, IntFunction<String> text) {
        return columns.stream().mapToObj(text).collect(Collectors.joining(", "));
    }

    private static String join(List<Integer> columns, IntFunction<String> text) {
        List<String> texts = new ArrayList<>(columns.size());
        columns.forEach(i -> texts.add(text.apply(i)));
        return String.join(", ", texts);
    }
}
