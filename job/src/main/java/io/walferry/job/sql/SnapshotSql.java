package io.walferry.job.sql;

import static io.walferry.job.sql.Identifier.literal;
import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.model.Column;
import io.walferry.job.model.CopyFormat;
import io.walferry.job.model.MappedColumn;
import io.walferry.job.model.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Statements that cut a source table into chunks and read one of them. A bound is the text of each key column; comparison is
 * left to the server, so any key type with a btree order will do.
 *
 * <p>A comparison operator is looked up by name, while ORDER BY and DISTINCT take the type's own order. For a type of an
 * extension the two differ as long as the extension's schema is not searched: {@link #searchKeyOperators} makes them agree.
 */
public final class SnapshotSql {

    /** Begins the transaction of a reader; row security that would hide rows makes its queries fail. */
    public static final String BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL row_security = off";

    private SnapshotSql() {}

    /**
     * The transaction's snapshot as text, then a WAL position taken after it.
     *
     * @param serverVersion major version of the source
     * @see <a href="https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-PG-SNAPSHOT">snapshots</a>
     */
    public static String snapshot(int serverVersion) {
        return "SELECT pg_catalog." + (serverVersion >= 13 ? "pg_current_snapshot" : "txid_current_snapshot")
                + "()::pg_catalog.text, pg_catalog.pg_current_wal_insert_lsn()::pg_catalog.text";
    }

    /** Keeps the table, with its partitions, as it is until the transaction ends; others may still be attached to it. */
    public static String lock(TableSchema table) {
        return "LOCK TABLE " + source(table) + " IN ACCESS SHARE MODE";
    }

    /**
     * Reads the rows of a chunk, {@code lower <= key < upper}. Those of partitions that the snapshot does not see are left out: the
     * server itself looks for partitions as they are when the query begins.
     *
     * @param lower empty: from the first row
     * @param upper empty: to the last row
     */
    public static String copy(TableSchema table, List<String> lower, List<String> upper, CopyFormat format) {
        List<String> conditions = conditions(table, lower, upper);
        if (table.partitioned()) {
            conditions.add("tableoid = ANY (ARRAY(WITH RECURSIVE part (oid) AS (SELECT " + table.oid()
                    + "::pg_catalog.oid" + parts(table) + ") SELECT oid FROM part))");
        }
        return copy(table, where(conditions), format);
    }

    /** Reads a few rows, whichever they are. */
    public static String copySample(TableSchema table, int rows, CopyFormat format) {
        return copy(table, " LIMIT " + rows, format);
    }

    private static String copy(TableSchema table, String which, CopyFormat format) {
        String columns =
                table.mapping().columns().stream().map(SnapshotSql::item).collect(Collectors.joining(", "));
        return "COPY (SELECT " + columns + " FROM " + source(table) + which + ") TO STDOUT (FORMAT "
                + format.name().toLowerCase(Locale.ROOT) + ")";
    }

    private static String item(MappedColumn column) {
        if (column.deletion()) {
            return "NULL::" + column.type();
        }
        return column.isConstant()
                ? literal(column.constant()).strip() + "::" + column.type()
                : quoted(column.source());
    }

    /** Fails where the key types' comparison operators are not {@code >=} and {@code <}; reads nothing. */
    public static String checkRange(TableSchema table, List<String> bound) {
        return "SELECT FROM " + source(table) + where(conditions(table, bound, bound)) + " LIMIT 0";
    }

    private static String where(List<String> conditions) {
        return conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
    }

    private static List<String> conditions(TableSchema table, List<String> lower, List<String> upper) {
        List<String> conditions = new ArrayList<>(3);
        if (!lower.isEmpty()) {
            conditions.add(comparison(table, ">=", lower));
        }
        if (!upper.isEmpty()) {
            conditions.add(comparison(table, "<", upper));
        }
        return conditions;
    }

    private static String comparison(TableSchema table, String operator, List<String> bound) {
        List<Column> key = keyColumns(table);
        if (key.size() != bound.size()) {
            throw new IllegalArgumentException(
                    "a bound of " + table.id() + " has " + bound.size() + " values for " + key.size() + " key columns");
        }
        List<String> values = new ArrayList<>(bound.size());
        for (int i = 0; i < bound.size(); i++) {
            values.add(literal(bound.get(i)).strip() + "::" + key.get(i).bareType());
        }
        return list(quotedKey(key)) + " " + operator + " " + list(values);
    }

    /** A row comparison only where there are several columns, so that any index on a single one is considered. */
    private static String list(List<String> items) {
        return items.size() == 1 ? items.get(0) : "(" + String.join(", ", items) + ")";
    }

    /** Whether a key column's type may have its comparison operators outside {@code pg_catalog}. */
    public static boolean needsKeyOperators(TableSchema table) {
        return keyColumns(table).stream().anyMatch(column -> !column.bareType().startsWith("pg_catalog."));
    }

    /**
     * Sets the transaction's search path to the schemas of the key types' own btree operators; {@code pg_catalog} still
     * comes first.
     *
     * @see <a href="https://www.postgresql.org/docs/current/typeconv-oper.html">operator type resolution</a>
     */
    public static String searchKeyOperators(TableSchema table) {
        String names = table.key().stream().map(name -> literal(name).strip()).collect(Collectors.joining(", "));
        return """
                WITH RECURSIVE base (oid, basetype) AS (
                  SELECT t.oid, t.typbasetype FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
                  WHERE a.attrelid = %d AND a.attname IN (%s)
                  UNION ALL
                  SELECT t.oid, t.typbasetype FROM base JOIN pg_catalog.pg_type t ON t.oid = base.basetype)
                SELECT pg_catalog.set_config('search_path',
                  coalesce(pg_catalog.string_agg(DISTINCT pg_catalog.quote_ident(n.nspname), ', '), ''), true)
                FROM base
                JOIN pg_catalog.pg_opclass c ON c.opcintype = base.oid AND c.opcdefault
                JOIN pg_catalog.pg_am m ON m.oid = c.opcmethod AND m.amname = 'btree'
                JOIN pg_catalog.pg_amop o ON o.amopfamily = c.opcfamily
                  AND o.amoplefttype = c.opcintype AND o.amoprighttype = c.opcintype
                JOIN pg_catalog.pg_operator p ON p.oid = o.amopopr
                JOIN pg_catalog.pg_namespace n ON n.oid = p.oprnamespace
                WHERE n.nspname <> 'pg_catalog'"""
                .formatted(table.oid(), names);
    }

    /**
     * Size of the table, or of all partitions together: pages, rows in those that statistics know, pages of the others.
     */
    public static String size(TableSchema table) {
        return """
                WITH RECURSIVE part (oid) AS (
                  SELECT %d::pg_catalog.oid
                %s), sized AS (
                  SELECT c.reltuples::pg_catalog.float8 AS tuples, c.relpages,
                    pg_catalog.pg_relation_size(c.oid) / pg_catalog.current_setting('block_size')::pg_catalog.int8 AS pages
                  FROM part JOIN pg_catalog.pg_class c ON c.oid = part.oid WHERE c.relkind = 'r')
                SELECT coalesce(sum(pages), 0)::pg_catalog.int8,
                  coalesce(sum(tuples / relpages * pages) FILTER (WHERE tuples > 0 AND relpages > 0), 0)::pg_catalog.int8,
                  coalesce(sum(pages) FILTER (WHERE NOT (tuples > 0 AND relpages > 0)), 0)::pg_catalog.int8
                FROM sized"""
                .formatted(table.oid(), parts(table));
    }

    /** Bytes of the table, or of all partitions together, with what is stored out of line and without indexes. */
    public static String bytes(TableSchema table) {
        return """
                WITH RECURSIVE part (oid) AS (
                  SELECT %d::pg_catalog.oid
                %s)
                SELECT coalesce(sum(pg_catalog.pg_table_size(oid::pg_catalog.regclass)), 0)::pg_catalog.int8 FROM part"""
                .formatted(table.oid(), parts(table));
    }

    private static String parts(TableSchema table) {
        return table.partitioned()
                ? "  UNION ALL SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN part ON i.inhparent = part.oid"
                : "";
    }

    /** Number of rows on a sample of the table's pages. */
    public static String sampledRows(TableSchema table, double percent) {
        return "SELECT count(*) FROM " + source(table) + sample(percent);
    }

    /**
     * Texts of the keys that cut a sample of the table into {@code chunks} parts of equal size, in order and each greater
     * than the one before; at most {@code chunks - 1}.
     */
    public static String bounds(TableSchema table, double percent, int chunks) {
        List<Column> key = keyColumns(table);
        List<String> columns = quotedKey(key);
        String names = names(key.size(), "k%d");
        return """
                SELECT %s FROM (
                  SELECT DISTINCT %s FROM (
                    SELECT %s, row_number() OVER (ORDER BY %s) AS n, count(*) OVER () AS c
                    FROM %s%s) AS sample (%s, n, c)
                  WHERE n > 1 AND (n - 1) * %d / c > (n - 2) * %d / c) AS bound
                ORDER BY %s"""
                .formatted(
                        names(key.size(), "bound.k%d::pg_catalog.text"),
                        names,
                        String.join(", ", columns),
                        String.join(", ", columns),
                        source(table),
                        sample(percent),
                        names,
                        chunks,
                        chunks,
                        names(key.size(), "bound.k%d"));
    }

    private static String names(int count, String form) {
        return IntStream.range(0, count).mapToObj(form::formatted).collect(Collectors.joining(", "));
    }

    /** Rows of children belong to the children's own chunks, unless they are partitions. */
    private static String source(TableSchema table) {
        return (table.partitioned() ? "" : "ONLY ") + quoted(table.id());
    }

    private static String sample(double percent) {
        return percent >= 100 ? "" : String.format(Locale.ROOT, " TABLESAMPLE SYSTEM (%.6f)", percent);
    }

    private static List<String> quotedKey(List<Column> key) {
        return key.stream().map(column -> quoted(column.name())).collect(Collectors.toList());
    }

    private static List<Column> keyColumns(TableSchema table) {
        return table.key().stream()
                .map(name -> table.columns().stream()
                        .filter(column -> column.name().equals(name))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException(
                                "key column " + name + " is not a column of " + table.id())))
                .collect(Collectors.toList());
    }
}
