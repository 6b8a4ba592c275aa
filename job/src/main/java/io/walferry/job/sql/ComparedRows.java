package io.walferry.job.sql;

import static io.walferry.job.sql.Identifier.literal;
import static io.walferry.job.sql.Identifier.quoted;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * One side of two sets of rows that should be equal, and the queries that tell whether they are. Both sides have the same
 * columns under the names of the target, so both get the same texts of queries. Whatever is a query with these columns can be a
 * side.
 *
 * <p>Rows are told apart by their <em>identity</em>: the texts of the key as one array, or without a key the two hashes of the
 * whole row, so that equal rows have one identity and are counted.
 *
 * @param relation what stands after FROM, with the alias {@code r}; besides the columns it has {@link #VERSION}
 * @param columns names
 * @param canonical for each column an expression whose text is equal on both sides if the values are
 * @param hashed for each column an expression whose hash, if the server hashes rows, is equal on both sides if the values are, and
 *     as good as never if they are not
 * @param key names; empty: whole rows are compared as a multiset
 * @param keyTypes SQL types of the key, without modifier
 * @param range number of the key's first columns that both servers order alike; ranges are cut along them
 */
public record ComparedRows(
        String relation,
        List<String> columns,
        List<String> canonical,
        List<String> hashed,
        List<String> key,
        List<String> keyTypes,
        int range,
        RowHash hash)
        implements Serializable {

    /** Changes whenever a row is written, even with the values that it had. */
    public static final String VERSION = "walferry version";

    /** The version of a row of a table with the alias {@code t}. */
    public static final String VERSION_OF_ROW = "pg_catalog.concat_ws(':', t.xmin, t.tableoid::pg_catalog.oid, t.ctid)";

    /** The same, under its name. */
    public static final String VERSION_ITEM = VERSION_OF_ROW + " AS \"" + VERSION + '"';

    private static final String PARAMETER = "?";

    public ComparedRows {
        columns = List.copyOf(columns);
        canonical = List.copyOf(canonical);
        hashed = List.copyOf(hashed);
        key = List.copyOf(key);
        keyTypes = List.copyOf(keyTypes);
    }

    /** The same rows, wherever they are. */
    public ComparedRows at(String otherRelation) {
        return new ComparedRows(otherRelation, columns, canonical, hashed, key, keyTypes, range, hash);
    }

    public boolean keyless() {
        return key.isEmpty();
    }

    /**
     * A condition for some of the rows.
     *
     * @param lower texts of the first columns of the key, {@link #range} of them; empty: from the first row
     * @param upper the same; the rows are before it; empty: to the last row
     * @param percent of the rows, chosen by their identity so that both sides choose the same; 100: all
     */
    public String filter(List<String> lower, List<String> upper, double percent) {
        List<String> conditions = new ArrayList<>();
        if (!lower.isEmpty()) {
            conditions.add(comparison(">=", lower));
        }
        if (!upper.isEmpty()) {
            conditions.add(comparison("<", upper));
        }
        if (percent < 100) {
            String number = keyless() ? hash.secondOfRow(row()) : hash.second(hash.digest(identityText()));
            conditions.add("(" + number + " & 1048575) < " + Math.round(percent / 100 * (1 << 20)));
        }
        return conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
    }

    private String comparison(String operator, List<String> bound) {
        return list(bound.size(), i -> "r." + quoted(key.get(i))) + " " + operator + " "
                + list(bound.size(), i -> literal(bound.get(i)).strip() + "::" + keyTypes.get(i));
    }

    private static String list(int count, IntFunction<String> item) {
        String items = join(count, item);
        return count == 1 ? items : "(" + items + ")";
    }

    private static String join(int count, IntFunction<String> item) {
        return IntStream.range(0, count).mapToObj(item).collect(Collectors.joining(", "));
    }

    /** Number of rows. */
    public String count(String filter) {
        return "SELECT count(*), '0', '0' FROM " + relation + filter;
    }

    /** Number of rows and the two sums, as texts. */
    public String checksum(String filter) {
        return hash.sums(row(), relation + filter);
    }

    /** The same for each of some buckets of rows: bucket, number, sums. */
    public String bucketChecksums(String filter, int buckets) {
        return "SELECT b, count(*), sum(h1)::pg_catalog.text, sum(h2)::pg_catalog.text FROM (%s) y GROUP BY b"
                .formatted(hashed(relation + filter, buckets));
    }

    /** Bucket, identity, two hashes and version of all rows of some buckets, one bucket after the other. */
    public String identities(String filter, int buckets, List<Integer> wanted) {
        return "SELECT b, id, h1, h2, v FROM (%s) y WHERE b = ANY ('{%s}'::pg_catalog.int8[]) ORDER BY b"
                .formatted(
                        hashed(relation + filter, buckets),
                        wanted.stream().map(String::valueOf).collect(Collectors.joining(",")));
    }

    /** As {@link #identities} for rows given by their identities. Parameter: the identities, {@code text[]}. */
    public String lookUp() {
        return keyless()
                ? "SELECT 0, y.id, h1, h2, v FROM (%s) y JOIN pg_catalog.unnest(?::pg_catalog.text[]) AS e (id) ON y.id = e.id"
                        .formatted(hashed(relation, 1))
                : "SELECT 0, id, h1, h2, v FROM (%s) y".formatted(hashed(wantedByKey(PARAMETER), 1));
    }

    /**
     * Rows given by their identities: identity, version, then for each column a text by which values are compared, then for each
     * column its plain text. Without a key one row of each identity. Parameter: as {@link #lookUp}.
     */
    public String values() {
        String version = hash.first(hash.digest(version()));
        String texts = join(columns.size(), i -> "ROW(" + canonical.get(i) + ")::pg_catalog.text")
                + ", "
                + join(columns.size(), i -> "r." + quoted(columns.get(i)) + "::pg_catalog.text");
        if (!keyless()) {
            return "SELECT %s, %s, %s FROM %s".formatted(identityText(), version, texts, wantedByKey(PARAMETER));
        }
        String identity = hash.firstOfRow(row()) + " || ' ' || " + hash.secondOfRow(row());
        return "SELECT DISTINCT ON (1) %s, %s, %s FROM %s WHERE %s = ANY (?::pg_catalog.text[])"
                .formatted(identity, version, texts, relation, identity);
    }

    /**
     * Locks rows of a table, given by their identities, and leaves out those that somebody else has locked: identity, version,
     * {@link #VERSION} itself ({@code xmin:tableoid:ctid}), then the plain text of each column. Parameter: as {@link #lookUp}.
     */
    public String lock() {
        String version = hash.first(hash.digest(version())) + ", " + version();
        String texts = join(columns.size(), i -> "r." + quoted(columns.get(i)) + "::pg_catalog.text");
        String lock = " FOR UPDATE OF r SKIP LOCKED";
        if (!keyless()) {
            return "SELECT %s, %s, %s FROM %s".formatted(identityText(), version, texts, wantedByKey(PARAMETER)) + lock;
        }
        String identity = hash.firstOfRow(row()) + " || ' ' || " + hash.secondOfRow(row());
        return "SELECT %s, %s, %s FROM %s WHERE %s = ANY (?::pg_catalog.text[])"
                        .formatted(identity, version, texts, relation, identity)
                + lock;
    }

    /** COPY of all columns of some rows, as texts. */
    public String copy(String filter) {
        return copyOf(relation + filter);
    }

    /** The same for rows given by their identities; for rows with a key. */
    public String copyWanted(Collection<String> identities) {
        return copyOf(wantedByKey(identities.stream()
                .map(identity -> literal(identity).strip())
                .collect(Collectors.joining(", ", "ARRAY[", "]"))));
    }

    private String copyOf(String from) {
        return "COPY (SELECT " + join(columns.size(), i -> "r." + quoted(columns.get(i))) + " FROM " + from
                + ") TO STDOUT";
    }

    private String wantedByKey(String identities) {
        String join = IntStream.range(0, key.size())
                .mapToObj(i -> keyTypes.get(i).startsWith("pg_catalog.")
                        ? "r.%s = (e.id::pg_catalog.text[])[%d]::%s"
                                .formatted(quoted(key.get(i)), i + 1, keyTypes.get(i))
                        // Its operators may be in a schema that is not searched.
                        : "r.%s::pg_catalog.text = (e.id::pg_catalog.text[])[%d]".formatted(quoted(key.get(i)), i + 1))
                .collect(Collectors.joining(" AND "));
        return "pg_catalog.unnest(" + identities + "::pg_catalog.text[]) AS e (id) JOIN " + relation + " ON " + join;
    }

    /** Bucket, identity, hashes and version of each row. */
    private String hashed(String from, int buckets) {
        if (Integer.bitCount(buckets) != 1) {
            throw new IllegalArgumentException("buckets: " + buckets);
        }
        String mask = String.format(Locale.ROOT, "%d", buckets - 1);
        String version = hash.first("vd") + " AS v";
        if (keyless()) {
            return "SELECT h1 & %s AS b, h1 || ' ' || h2 AS id, h1, h2, v FROM (SELECT %s AS h1, %s AS h2, %s FROM (SELECT %s AS d, %s AS vd FROM %s OFFSET 0) w OFFSET 0) x"
                    .formatted(
                            mask,
                            hash.firstOfRow("d"),
                            hash.secondOfRow("d"),
                            version,
                            row(),
                            hash.digest(version()),
                            from);
        }
        return "SELECT %s & %s AS b, id, %s AS h1, %s AS h2, %s FROM (SELECT %s AS id, %s AS kd, %s AS d, %s AS vd FROM %s OFFSET 0) x"
                .formatted(
                        hash.first("kd"),
                        mask,
                        hash.firstOfRow("d"),
                        hash.secondOfRow("d"),
                        version,
                        identityText(),
                        hash.digest(identityText()),
                        row(),
                        hash.digest(version()),
                        from);
    }

    private static String version() {
        return "r." + quoted(VERSION);
    }

    private String identityText() {
        return identity("r", key);
    }

    /**
     * The identity of a row that has a key.
     *
     * @param alias of its table
     */
    public static String identity(String alias, List<String> key) {
        return "ARRAY[" + join(key.size(), i -> alias + "." + quoted(key.get(i)) + "::pg_catalog.text")
                + "]::pg_catalog.text";
    }

    /** NULL and an empty text differ in it, and no two rows have the same. */
    private String row() {
        return hash.row(canonical, hashed);
    }
}
