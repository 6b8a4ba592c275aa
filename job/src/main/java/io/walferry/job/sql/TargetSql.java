package io.walferry.job.sql;

/** Queries for what a target has already, for servers 11 and later. */
public final class TargetSql {

    private TargetSql() {}

    /** Kind, schema, name and detail of what is there, system schemas left out; see {@code schema.Presence}. */
    public static String presences() {
        return """
            WITH relation AS (
              SELECT c.oid, n.nspname, c.relname, c.relkind, c.relispartition
                FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
               WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'walferry'))
            SELECT 'SCHEMA', nspname::text, nspname::text, '' FROM pg_catalog.pg_namespace
            UNION ALL
            SELECT 'EXTENSION', '', extname, '' FROM pg_catalog.pg_extension
            UNION ALL
            SELECT 'COLLATION', n.nspname, c.collname, ''
              FROM pg_catalog.pg_collation c JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
             WHERE c.collencoding IN (-1, (SELECT encoding FROM pg_catalog.pg_database
                                            WHERE datname = pg_catalog.current_database()))
            UNION ALL
            SELECT 'TYPE', n.nspname, t.typname, ''
              FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
             WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'walferry')
            UNION ALL
            SELECT 'FUNCTION', n.nspname, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid)
              FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
             WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'walferry')
            UNION ALL
            SELECT 'RELATION', nspname, relname, '' FROM relation
            UNION ALL
            SELECT 'PARTITION', r.nspname, r.relname, p.nspname || '.' || p.relname
              FROM relation r
              JOIN pg_catalog.pg_inherits i ON i.inhrelid = r.oid
              JOIN relation p ON p.oid = i.inhparent
             WHERE r.relispartition AND r.relkind IN ('r', 'p')
            UNION ALL
            SELECT CASE WHEN i.indisvalid THEN 'INDEX' ELSE 'INVALID_INDEX' END, r.nspname, r.relname,
                   t.nspname || '.' || t.relname
              FROM relation r
              JOIN pg_catalog.pg_index i ON i.indexrelid = r.oid
              JOIN relation t ON t.oid = i.indrelid
            UNION ALL
            SELECT 'ATTACHED_INDEX', r.nspname, r.relname, p.nspname || '.' || p.relname
              FROM relation r
              JOIN pg_catalog.pg_inherits i ON i.inhrelid = r.oid
              JOIN relation p ON p.oid = i.inhparent
             WHERE r.relkind IN ('i', 'I')
            UNION ALL
            SELECT 'CONSTRAINT', r.nspname, r.relname, c.conname
              FROM pg_catalog.pg_constraint c JOIN relation r ON r.oid = c.conrelid
            UNION ALL
            SELECT 'CONSTRAINT', n.nspname, t.typname, c.conname
              FROM pg_catalog.pg_constraint c
              JOIN pg_catalog.pg_type t ON t.oid = c.contypid
              JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace""";
    }

    /** Schema per extension. */
    public static String extensionSchemas() {
        return """
            SELECT e.extname, n.nspname
              FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace""";
    }
}
