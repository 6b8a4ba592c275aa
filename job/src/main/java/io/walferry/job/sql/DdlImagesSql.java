package io.walferry.job.sql;

/** Queries for images of objects, and for what belongs together; they need the functions of {@link DdlCaptureSql#tables}. */
public final class DdlImagesSql {

    private DdlImagesSql() {}

    /** Images of all that is the user's: catalog, OID, image. */
    public static String images() {
        String ofUser = "n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'walferry')";
        StringBuilder sql = new StringBuilder(
                """
            SELECT o.class, o.oid::bigint, walferry.ddl_image(o.class, o.oid) FROM (
              SELECT 'pg_class'::text AS class, c.oid FROM pg_catalog.pg_class c
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
               WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND c.relpersistence <> 't' AND %1$s
              UNION ALL
              SELECT 'pg_type', t.oid FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
                LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
               WHERE (t.typtype IN ('d', 'e', 'r') OR t.typtype = 'c' AND c.relkind = 'c') AND %1$s
              UNION ALL
              SELECT 'pg_cast', c.oid FROM pg_catalog.pg_cast c WHERE c.oid >= 16384
              UNION ALL
              SELECT 'pg_namespace', n.oid FROM pg_catalog.pg_namespace n WHERE %1$s"""
                        .formatted(ofUser));
        String[][] others = {
            {"pg_proc", "pronamespace"},
            {"pg_operator", "oprnamespace"},
            {"pg_opfamily", "opfnamespace"},
            {"pg_opclass", "opcnamespace"},
            {"pg_collation", "collnamespace"},
            {"pg_extension", "extnamespace"}
        };
        for (String[] other : others) {
            // An extension may be in pg_catalog.
            sql.append(
                    """

              UNION ALL
              SELECT '%1$s', x.oid FROM pg_catalog.%1$s x JOIN pg_catalog.pg_namespace n ON n.oid = x.%2$s WHERE %3$s"""
                            .formatted(other[0], other[1], other[0].equals("pg_extension") ? "true" : ofUser));
        }
        return sql.append(
                        """
            ) AS o
             WHERE o.class = 'pg_extension' OR NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                   WHERE e.classid = ('pg_catalog.' || o.class)::pg_catalog.regclass AND e.objid = o.oid AND e.deptype = 'e')
             ORDER BY 1, 2""")
                .toString();
    }

    /** The table and all that goes with it: what inherits from it, sequences that it owns (OID, parameter). */
    public static String tableWithParts() {
        return """
            WITH RECURSIVE below (oid) AS (
              SELECT ?::bigint::oid
              UNION
              SELECT h.inhrelid FROM below b JOIN pg_catalog.pg_inherits h ON h.inhparent = b.oid
                JOIN pg_catalog.pg_class c ON c.oid = h.inhrelid AND c.relkind IN ('r', 'p', 'f'))
            SELECT 'pg_class', b.oid::bigint FROM below b
            UNION
            SELECT 'pg_class', d.objid FROM below b
              JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
               AND d.refobjid = b.oid AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
               AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
              JOIN pg_catalog.pg_class q ON q.oid = d.objid AND q.relkind = 'S'""";
    }

    /** What an object needs: catalog and OID (parameters, the OID twice). A member of an extension stands for that one. */
    public static String needs() {
        return """
            SELECT DISTINCT CASE WHEN e.refobjid IS NULL THEN w.class ELSE 'pg_extension' END,
                   COALESCE(e.refobjid, w.oid)::bigint
              FROM pg_catalog.pg_depend d
             CROSS JOIN LATERAL walferry.ddl_whole(d.refclassid::pg_catalog.regclass::text, d.refobjid) w
              LEFT JOIN pg_catalog.pg_depend e ON e.classid = d.refclassid AND e.objid = d.refobjid AND e.deptype = 'e'
             WHERE d.refobjid >= 16384 AND w.oid IS NOT NULL
               AND (d.classid = ('pg_catalog.' || ?)::pg_catalog.regclass AND d.objid = ?::bigint::oid
                    OR d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND d.objid IN (
                       SELECT a.oid FROM pg_catalog.pg_attrdef a WHERE a.adrelid = ?::bigint::oid))""";
    }

    /** The image of one object: two parameters. */
    public static String image() {
        return "SELECT walferry.ddl_image(?, ?::bigint::oid)";
    }
}
