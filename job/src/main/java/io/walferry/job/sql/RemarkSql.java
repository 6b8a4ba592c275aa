package io.walferry.job.sql;

/** Queries for what is said about objects: comments and privileges; for servers 10 to 18. */
public final class RemarkSql {

    private RemarkSql() {}

    /**
     * All comments on user objects: catalog, OID, name of the column or the constraint, text, and for a constraint OIDs of its
     * table or domain. The catalog of a composite type's column is {@code pg_type}.
     */
    public static String comments() {
        return comments("");
    }

    /** {@link #comments()} on what has one of these OIDs (the parameter). */
    public static String someComments() {
        return comments(" AND d.objoid = ANY (?::bigint[]::oid[])");
    }

    private static String comments(String condition) {
        return """
            SELECT CASE WHEN c.relkind = 'c' THEN 'pg_type' ELSE d.classoid::pg_catalog.regclass::text END,
                   CASE WHEN c.relkind = 'c' THEN c.reltype ELSE d.objoid END::bigint,
                   COALESCE(a.attname, k.conname, n.nspname)::text, d.description, COALESCE(k.conrelid, 0)::bigint,
                   COALESCE(k.contypid, 0)::bigint
              FROM pg_catalog.pg_description d
              LEFT JOIN pg_catalog.pg_class c
                   ON d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass AND c.oid = d.objoid
              LEFT JOIN pg_catalog.pg_attribute a
                   ON d.objsubid > 0 AND a.attrelid = c.oid AND a.attnum = d.objsubid
              LEFT JOIN pg_catalog.pg_constraint k
                   ON d.classoid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND k.oid = d.objoid
              LEFT JOIN pg_catalog.pg_namespace n
                   ON d.classoid = 'pg_catalog.pg_namespace'::pg_catalog.regclass AND n.oid = d.objoid
             WHERE d.objoid >= 16384 AND d.classoid <> 'pg_catalog.pg_largeobject'::pg_catalog.regclass%s
             ORDER BY 1, 2, d.objsubid, 3"""
                .formatted(condition);
    }

    /**
     * Privileges on user objects that others than the owner have: catalog, OID, column or schema, privilege, grantee (empty
     * for PUBLIC), grantable. An empty privilege says that PUBLIC has lost what it has by default.
     */
    public static String grants() {
        return grants("");
    }

    /** {@link #grants()} on what has one of these OIDs (the parameter, five times). */
    public static String someGrants() {
        return grants(" AND %s = ANY (?::bigint[]::oid[])");
    }

    private static String grants(String condition) {
        return """
            WITH object (class, oid, part, owner, acl, public) AS (
              SELECT 'pg_class', c.oid, NULL::text, c.relowner, c.relacl, false FROM pg_catalog.pg_class c
               WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S')%s
              UNION ALL
              SELECT 'pg_class', a.attrelid, a.attname, c.relowner, a.attacl, false
                FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
               WHERE a.attacl IS NOT NULL AND a.attnum > 0 AND NOT a.attisdropped%s
              UNION ALL
              SELECT 'pg_proc', p.oid, NULL, p.proowner, p.proacl, true FROM pg_catalog.pg_proc p
               WHERE true%s
              UNION ALL
              SELECT 'pg_type', t.oid, NULL, t.typowner, t.typacl, true FROM pg_catalog.pg_type t
               WHERE true%s
              UNION ALL
              SELECT 'pg_namespace', n.oid, n.nspname, n.nspowner, n.nspacl, false FROM pg_catalog.pg_namespace n
               WHERE n.nspname <> 'public'%s)
            SELECT o.class, o.oid::bigint, o.part, x.privilege_type, COALESCE(r.rolname, '')::text, x.is_grantable
              FROM object o
             CROSS JOIN LATERAL pg_catalog.aclexplode(o.acl) x
              LEFT JOIN pg_catalog.pg_roles r ON r.oid = x.grantee
             WHERE o.oid >= 16384 AND x.grantee <> o.owner AND (x.grantee = 0 OR r.oid IS NOT NULL)
            UNION ALL
            SELECT o.class, o.oid, o.part, '', '', false
              FROM object o
             WHERE o.oid >= 16384 AND o.public AND o.acl IS NOT NULL
               AND NOT EXISTS (SELECT FROM pg_catalog.aclexplode(o.acl) x WHERE x.grantee = 0)
             ORDER BY 1, 2, 3, 5, 4"""
                .formatted(
                        condition.replace("%s", "c.oid"),
                        condition.replace("%s", "a.attrelid"),
                        condition.replace("%s", "p.oid"),
                        condition.replace("%s", "t.oid"),
                        condition.replace("%s", "n.oid"));
    }
}
