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
            SELECT 'FUNCTION', n.nspname, p.proname,
                   pg_catalog.regexp_replace(pg_catalog.pg_get_function_identity_arguments(p.oid), '(^|, )IN ', '\\1', 'g')
              FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
             WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'walferry')
            UNION ALL
            SELECT 'RELATION', nspname, relname, '' FROM relation WHERE relkind <> 'c'
            UNION ALL
            SELECT CASE relkind WHEN 'v' THEN 'VIEW' ELSE 'MATERIALIZED_VIEW' END, nspname, relname, ''
              FROM relation WHERE relkind IN ('v', 'm')
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
              JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
            UNION ALL
            SELECT 'VALID_CONSTRAINT', r.nspname, r.relname, c.conname
              FROM pg_catalog.pg_constraint c JOIN relation r ON r.oid = c.conrelid
             WHERE c.convalidated
            UNION ALL
            SELECT 'REPLICA_IDENTITY', r.nspname, r.relname, CASE WHEN c.relreplident = 'i' THEN
                     (SELECT 'i:' || x.relname FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
                       WHERE i.indrelid = r.oid AND i.indisreplident)
                   ELSE c.relreplident::text END
              FROM relation r JOIN pg_catalog.pg_class c ON c.oid = r.oid
             WHERE c.relkind IN ('r', 'p') AND (c.relreplident IN ('f', 'n') OR EXISTS (SELECT FROM pg_catalog.pg_index i
                   WHERE i.indrelid = r.oid AND i.indisreplident))
            UNION ALL
            SELECT 'OPERATOR', n.nspname, o.oprname,
                   CASE WHEN o.oprleft = 0 THEN 'NONE' ELSE pg_catalog.format_type(o.oprleft, NULL) END || ', '
                   || CASE WHEN o.oprright = 0 THEN 'NONE' ELSE pg_catalog.format_type(o.oprright, NULL) END
              FROM pg_catalog.pg_operator o JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
             WHERE o.oprcode::oid <> 0 AND n.nspname !~ '^pg_'
            UNION ALL
            SELECT 'OPERATOR_FAMILY', n.nspname, f.opfname, am.amname
              FROM pg_catalog.pg_opfamily f
              JOIN pg_catalog.pg_am am ON am.oid = f.opfmethod
              JOIN pg_catalog.pg_namespace n ON n.oid = f.opfnamespace
             WHERE n.nspname !~ '^pg_'
            UNION ALL
            SELECT 'OPERATOR_CLASS', n.nspname, c.opcname, am.amname
              FROM pg_catalog.pg_opclass c
              JOIN pg_catalog.pg_am am ON am.oid = c.opcmethod
              JOIN pg_catalog.pg_namespace n ON n.oid = c.opcnamespace
             WHERE n.nspname !~ '^pg_'
            UNION ALL
            SELECT 'CAST', n.nspname, t.typname,
                   c.castsource::pg_catalog.regtype || ' AS ' || c.casttarget::pg_catalog.regtype
              FROM pg_catalog.pg_cast c
              JOIN pg_catalog.pg_type t ON t.oid = c.castsource
              JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
             WHERE c.oid >= 16384
            UNION ALL
            SELECT 'STATISTICS', n.nspname, s.stxname, ''
              FROM pg_catalog.pg_statistic_ext s JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace
            UNION ALL
            SELECT 'RULE', r.nspname, r.relname, w.rulename
              FROM pg_catalog.pg_rewrite w JOIN relation r ON r.oid = w.ev_class
            UNION ALL
            SELECT 'TRIGGER', r.nspname, r.relname, t.tgname
              FROM pg_catalog.pg_trigger t JOIN relation r ON r.oid = t.tgrelid
             WHERE NOT t.tgisinternal
            UNION ALL
            """
                + grants();
    }

    /**
     * What each role may do with an object, the defaults too. One that may grant a privilege has it also without that. An empty
     * privilege: PUBLIC may do nothing.
     */
    private static String grants() {
        return """
            (WITH object (schema, name, part, acl) AS (
              SELECT n.nspname, c.relname, ''::text, COALESCE(c.relacl,
                     pg_catalog.acldefault(CASE WHEN c.relkind = 'S' THEN 's' ELSE 'r' END::"char", c.relowner))
                FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
               WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S')
              UNION ALL
              SELECT n.nspname, c.relname, 'column ' || a.attname, a.attacl
                FROM pg_catalog.pg_attribute a
                JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
               WHERE a.attacl IS NOT NULL AND a.attnum > 0 AND NOT a.attisdropped
              UNION ALL
              SELECT n.nspname, p.proname, '(' || pg_catalog.regexp_replace(
                       pg_catalog.pg_get_function_identity_arguments(p.oid), '(^|, )IN ', '\\1', 'g') || ')',
                     COALESCE(p.proacl, pg_catalog.acldefault('f', p.proowner))
                FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
              UNION ALL
              SELECT n.nspname, t.typname, 'type', COALESCE(t.typacl, pg_catalog.acldefault('T', t.typowner))
                FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
              UNION ALL
              SELECT n.nspname, n.nspname, 'schema', COALESCE(n.nspacl, pg_catalog.acldefault('n', n.nspowner))
                FROM pg_catalog.pg_namespace n)
            SELECT 'GRANT', o.schema, o.name, o.part || '|' || x.privilege_type || '|' || COALESCE(r.rolname, '') || '|'
                   || may.pass
              FROM object o
             CROSS JOIN LATERAL pg_catalog.aclexplode(o.acl) x
             CROSS JOIN (VALUES (''), ('*')) AS may (pass)
              LEFT JOIN pg_catalog.pg_roles r ON r.oid = x.grantee
             WHERE o.schema !~ '^pg_' AND o.schema <> 'information_schema' AND (may.pass = '' OR x.is_grantable)
            UNION ALL
            SELECT 'GRANT', o.schema, o.name, o.part || '|||'
              FROM object o
             WHERE o.schema !~ '^pg_' AND o.schema <> 'information_schema' AND (o.part LIKE '(%' OR o.part = 'type')
               AND NOT EXISTS (SELECT FROM pg_catalog.aclexplode(o.acl) x WHERE x.grantee = 0))""";
    }

    /** Schema per extension. */
    public static String extensionSchemas() {
        return """
            SELECT e.extname, n.nspname
              FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace""";
    }
}
