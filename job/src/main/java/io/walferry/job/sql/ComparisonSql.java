package io.walferry.job.sql;

import static io.walferry.job.sql.Identifier.literal;
import static io.walferry.job.sql.Identifier.quoted;

import io.walferry.job.model.TableId;
import java.util.Collection;
import java.util.stream.Collectors;

/** Queries for what a comparison of two tables depends on, for servers 10 to 18; they need the names that the catalogs have. */
public final class ComparisonSql {

    private ComparisonSql() {}

    /**
     * Columns of some tables (parameters: schemas and names, {@code text[]}): schema, table, column; built-in type under all
     * domains, or NULL; whether it is a domain; the type as SQL writes it; NOT NULL; and for a text what its order depends on:
     * {@code bytes}, or provider, locale and version of the collation, or NULL if that is not known.
     */
    public static String columns() {
        return """
            WITH RECURSIVE found AS (
              SELECT n.nspname, c.relname, a.attname, a.attnotnull, a.attcollation, a.atttypid, a.atttypmod,
                     a.atttypid AS base
                FROM ROWS FROM (pg_catalog.unnest(?::text[]), pg_catalog.unnest(?::text[])) AS wanted (schema, name)
                JOIN pg_catalog.pg_namespace n ON n.nspname = wanted.schema
                JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = wanted.name
                JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
               WHERE c.relkind IN ('r', 'p')
              UNION ALL
              SELECT f.nspname, f.relname, f.attname, f.attnotnull, f.attcollation, f.atttypid, f.atttypmod, t.typbasetype
                FROM found f JOIN pg_catalog.pg_type t ON t.oid = f.base
               WHERE t.typtype = 'd')
            SELECT f.nspname, f.relname, f.attname,
                   CASE WHEN n.nspname = 'pg_catalog' AND t.oid < 16384 THEN t.typname END,
                   f.base <> f.atttypid, pg_catalog.format_type(f.atttypid, f.atttypmod), f.attnotnull,
                   CASE WHEN f.attcollation = 0 THEN '' WHEN f.attcollation = 100 THEN database.ordering
                   ELSE (
                     SELECT CASE
                       WHEN x ->> 'collname' IN ('C', 'POSIX', 'ucs_basic', 'pg_c_utf8', 'pg_unicode_fast') THEN 'bytes'
                       WHEN (x ->> 'collisdeterministic')::pg_catalog.bool IS FALSE THEN NULL
                       ELSE pg_catalog.concat_ws(' ', x ->> 'collprovider', COALESCE(x ->> 'collcollate',
                            x ->> 'colliculocale', x ->> 'colllocale'), x ->> 'collicurules')
                            || ' ' || pg_catalog.pg_collation_actual_version(co.oid) END
                       FROM pg_catalog.pg_collation co, LATERAL (SELECT pg_catalog.to_jsonb(co) AS x) y
                      WHERE co.oid = f.attcollation) END
              FROM found f
              JOIN pg_catalog.pg_type t ON t.oid = f.base
              JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
             CROSS JOIN (
              SELECT CASE
                WHEN COALESCE(x ->> 'datlocprovider', 'c') = 'c'
                     AND pg_catalog.lower(x ->> 'datcollate') IN ('c', 'posix', 'c.utf-8', 'c.utf8') THEN 'bytes'
                WHEN x ->> 'datlocprovider' = 'b' THEN 'bytes'
                ELSE pg_catalog.concat_ws(' ', x ->> 'datlocprovider', CASE x ->> 'datlocprovider' WHEN 'i'
                     THEN COALESCE(x ->> 'daticulocale', x ->> 'datlocale') ELSE x ->> 'datcollate' END,
                     x ->> 'daticurules') || ' ' || (x ->> 'datcollversion') END AS ordering
                FROM pg_catalog.pg_database d, LATERAL (SELECT pg_catalog.to_jsonb(d) AS x) y
               WHERE d.datname = pg_catalog.current_database()) AS database
             WHERE t.typtype <> 'd'""";
    }

    /** The database's encoding. */
    public static String encoding() {
        return "SELECT pg_catalog.pg_encoding_to_char(encoding) FROM pg_catalog.pg_database"
                + " WHERE datname = pg_catalog.current_database()";
    }

    /**
     * Indexes that are not valid and constraints that rows may break, with the table they are on and a statement that mends
     * them.
     */
    public static String broken() {
        return """
            SELECT n.nspname, t.relname, 'index ' || n.nspname || '.' || c.relname, 'it is not valid',
                   pg_catalog.format('REINDEX INDEX %I.%I', n.nspname, c.relname)
              FROM pg_catalog.pg_index i
              JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
              JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
              JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
             WHERE NOT (i.indisvalid AND i.indisready)
            UNION ALL
            SELECT n.nspname, t.relname, 'constraint ' || k.conname || ' of table ' || n.nspname || '.' || t.relname,
                   'it is not validated', pg_catalog.format('ALTER TABLE %I.%I VALIDATE CONSTRAINT %I', n.nspname, t.relname,
                   k.conname)
              FROM pg_catalog.pg_constraint k
              JOIN pg_catalog.pg_class t ON t.oid = k.conrelid
              JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
             WHERE NOT k.convalidated AND k.contype IN ('c', 'f', 'n')
             ORDER BY 1, 2, 3""";
    }

    /** Those of some sequences that are there: schema, name. Parameters: schemas and names, {@code text[]}. */
    public static String sequences() {
        return """
            SELECT s.schemaname, s.sequencename
              FROM ROWS FROM (pg_catalog.unnest(?::text[]), pg_catalog.unnest(?::text[])) AS wanted (schema, name)
              JOIN pg_catalog.pg_sequences s ON s.schemaname = wanted.schema AND s.sequencename = wanted.name""";
    }

    /** Schema and name of each sequence, its last value, whether that has been given out. */
    public static String positions(Collection<TableId> sequences) {
        return sequences.stream()
                .map(sequence -> "SELECT " + literal(sequence.schema()) + ", " + literal(sequence.name())
                        + ", last_value, is_called FROM " + quoted(sequence))
                .collect(Collectors.joining(" UNION ALL "));
    }
}
