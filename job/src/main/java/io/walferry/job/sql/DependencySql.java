package io.walferry.job.sql;

/**
 * Queries for what a table's structure is made of, for servers 10 to 18; {@code version} is {@code server_version_num}. Array
 * parameters are {@code bigint[]} of OIDs.
 *
 * @see <a href="https://www.postgresql.org/docs/current/catalog-pg-depend.html">pg_depend</a>
 */
public final class DependencySql {

    private static final int V11 = 110000;
    private static final int V12 = 120000;
    private static final int V14 = 140000;
    private static final int V15 = 150000;
    private static final int V16 = 160000;
    private static final int V17 = 170000;

    private DependencySql() {}

    /**
     * All user-defined objects that relations (OIDs) and other objects (classes as {@code text[]}, OIDs) need, as edges: class
     * and OID of the one that needs, class and OID of the one that is needed. A member of an extension needs the extension
     * alone; a sequence does not need the column that owns it.
     */
    public static String edges() {
        return """
            WITH RECURSIVE edge (classid, objid, refclassid, refobjid) AS (
              SELECT 0::oid, 0::oid, start.classid, start.objid
                FROM (WITH tables AS (SELECT pg_catalog.unnest(?::bigint[]::oid[]) AS oid)
                      SELECT 'pg_catalog.pg_class'::pg_catalog.regclass::oid, oid FROM tables
                      UNION ALL
                      SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, i.indexrelid
                        FROM tables JOIN pg_catalog.pg_index i ON i.indrelid = tables.oid
                      UNION ALL
                      SELECT 'pg_catalog.pg_attrdef'::pg_catalog.regclass, a.oid
                        FROM tables JOIN pg_catalog.pg_attrdef a ON a.adrelid = tables.oid
                      UNION ALL
                      SELECT 'pg_catalog.pg_constraint'::pg_catalog.regclass, c.oid
                        FROM tables JOIN pg_catalog.pg_constraint c ON c.conrelid = tables.oid
                       WHERE c.contype IN ('c', 'x')
                      UNION ALL
                      SELECT o.class::pg_catalog.regclass, o.oid::oid
                        FROM ROWS FROM (pg_catalog.unnest(?::text[]), pg_catalog.unnest(?::bigint[])) AS o (class, oid))
                     AS start (classid, objid)
              UNION
              SELECT edge.refclassid, edge.refobjid, needed.classid, needed.objid
                FROM edge
               CROSS JOIN LATERAL (
                 SELECT d.refclassid, d.refobjid
                   FROM pg_catalog.pg_depend d
                  WHERE d.classid = edge.refclassid AND d.objid = edge.refobjid
                    AND (d.refobjid >= 16384 OR d.refclassid IN ('pg_catalog.pg_collation'::pg_catalog.regclass,
                         'pg_catalog.pg_extension'::pg_catalog.regclass, 'pg_catalog.pg_language'::pg_catalog.regclass))
                    AND (d.deptype = 'e' OR d.deptype IN ('n', 'a', 'i')
                         AND d.refclassid <> 'pg_catalog.pg_namespace'::pg_catalog.regclass
                         AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                              WHERE e.classid = d.classid AND e.objid = d.objid AND e.deptype = 'e')
                         AND (d.deptype = 'n' OR d.classid <> 'pg_catalog.pg_class'::pg_catalog.regclass
                              OR NOT EXISTS (SELECT FROM pg_catalog.pg_class s
                                   WHERE s.oid = d.objid AND s.relkind = 'S')))
                 UNION ALL
                 SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, c.oid
                   FROM pg_catalog.pg_class c
                  WHERE edge.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass
                    AND c.reltype = edge.refobjid AND c.relkind = 'c'
                    AND c.oid = (SELECT t.typrelid FROM pg_catalog.pg_type t WHERE t.oid = edge.refobjid)
                 UNION ALL
                 SELECT 'pg_catalog.pg_constraint'::pg_catalog.regclass, c.oid
                   FROM pg_catalog.pg_constraint c
                  WHERE edge.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass AND c.contypid = edge.refobjid
                 UNION ALL
                 SELECT 'pg_catalog.pg_rewrite'::pg_catalog.regclass, r.oid
                   FROM pg_catalog.pg_rewrite r
                  WHERE edge.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND r.ev_class = edge.refobjid
                    AND r.rulename = '_RETURN'
                 UNION ALL
                 SELECT m.classid, m.objid
                   FROM pg_catalog.pg_depend m
                  WHERE edge.refclassid IN ('pg_catalog.pg_opclass'::pg_catalog.regclass,
                                            'pg_catalog.pg_opfamily'::pg_catalog.regclass)
                    AND m.refclassid = edge.refclassid AND m.refobjid = edge.refobjid
                    AND m.classid IN ('pg_catalog.pg_amop'::pg_catalog.regclass, 'pg_catalog.pg_amproc'::pg_catalog.regclass)
                    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                         WHERE e.classid = edge.refclassid AND e.objid = edge.refobjid AND e.deptype = 'e'))
                 AS needed (classid, objid))
            SELECT classid::pg_catalog.regclass::text, objid::bigint, refclassid::pg_catalog.regclass::text, refobjid::bigint
              FROM edge
             WHERE classid <> 0""";
    }

    /**
     * What an object of {@link #edges()} is a part of (parameters: OIDs of each class, in the order pg_class,
     * pg_type, pg_attrdef, pg_constraint, pg_proc, pg_rewrite, pg_amop, pg_amproc): a default of its table, a row type of its table, an array of its element, …; the
     * object itself where it is no part. With {@code relkind} or {@code typtype}.
     */
    public static String wholes(int version) {
        return """
            SELECT 'pg_class', c.oid::bigint,
                   CASE WHEN c.relkind = 'c' THEN 'pg_type' ELSE 'pg_class' END,
                   CASE WHEN c.relkind = 'c' THEN c.reltype ELSE COALESCE(i.indrelid, c.oid) END::bigint, c.relkind::text
              FROM pg_catalog.pg_class c
              LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
             WHERE c.oid = ANY (?::bigint[]::oid[])
            UNION ALL
            SELECT 'pg_type', t.oid,
                   CASE WHEN c.relkind <> 'c' THEN 'pg_class' ELSE 'pg_type' END,
                   CASE WHEN c.relkind <> 'c' THEN c.oid
                        WHEN element.typarray = t.oid THEN element.oid
                        ELSE COALESCE(r.rngtypid, t.oid) END, t.typtype::text
              FROM pg_catalog.pg_type t
              LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
              LEFT JOIN pg_catalog.pg_type element ON element.oid = t.typelem
              LEFT JOIN pg_catalog.pg_range r ON %s
             WHERE t.oid = ANY (?::bigint[]::oid[])
            UNION ALL
            SELECT 'pg_attrdef', a.oid, 'pg_class', a.adrelid, ''
              FROM pg_catalog.pg_attrdef a
             WHERE a.oid = ANY (?::bigint[]::oid[])
            UNION ALL
            SELECT 'pg_constraint', c.oid, CASE WHEN c.conrelid = 0 THEN 'pg_type' ELSE 'pg_class' END,
                   CASE WHEN c.conrelid = 0 THEN c.contypid ELSE c.conrelid END, ''
              FROM pg_catalog.pg_constraint c
             WHERE c.oid = ANY (?::bigint[]::oid[])
            UNION ALL
            SELECT 'pg_proc', d.objid, 'pg_type', d.refobjid, ''
              FROM pg_catalog.pg_depend d
             WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = ANY (?::bigint[]::oid[])
               AND d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.deptype = 'i'
            UNION ALL
            SELECT 'pg_rewrite', r.oid, CASE WHEN r.rulename = '_RETURN' THEN 'pg_class' ELSE 'pg_rewrite' END,
                   CASE WHEN r.rulename = '_RETURN' THEN r.ev_class ELSE r.oid END, ''
              FROM pg_catalog.pg_rewrite r
             WHERE r.oid = ANY (?::bigint[]::oid[])
            UNION ALL
            SELECT d.classid::pg_catalog.regclass::text, d.objid, d.refclassid::pg_catalog.regclass::text, d.refobjid, ''
              FROM pg_catalog.pg_depend d
             WHERE (d.classid = 'pg_catalog.pg_amop'::pg_catalog.regclass AND d.objid = ANY (?::bigint[]::oid[])
                    OR d.classid = 'pg_catalog.pg_amproc'::pg_catalog.regclass AND d.objid = ANY (?::bigint[]::oid[]))
               AND (d.refclassid = 'pg_catalog.pg_opclass'::pg_catalog.regclass AND d.deptype = 'i'
                    OR d.refclassid = 'pg_catalog.pg_opfamily'::pg_catalog.regclass AND d.deptype = 'a')"""
                .formatted(version < V14 ? "false" : "r.rngmultitypid = t.oid");
    }

    /** For people, what objects are: classes ({@code text[]}) and OIDs, two parameters. */
    public static String descriptions() {
        return """
            SELECT pg_catalog.pg_describe_object(o.class::pg_catalog.regclass, o.oid::oid, 0)
              FROM ROWS FROM (pg_catalog.unnest(?::text[]), pg_catalog.unnest(?::bigint[]))
                   WITH ORDINALITY AS o (class, oid, at)
             ORDER BY o.at""";
    }

    /** User-defined types with what each kind of them has. */
    public static String userTypes(int version) {
        return """
            SELECT t.oid::bigint, n.nspname, t.typname, t.typtype::text, t.typrelid::bigint,
                   (SELECT pg_catalog.array_agg(e.enumlabel::text ORDER BY e.enumsortorder)
                      FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid),
                   t.typbasetype::bigint, t.typtypmod, t.typnotnull, pg_catalog.pg_get_expr(t.typdefaultbin, 0),
                   CASE WHEN t.typtype = 'd' AND t.typcollation <> base.typcollation
                        THEN pg_catalog.quote_ident(tcn.nspname) || '.' || pg_catalog.quote_ident(tc.collname) END,
                   r.rngsubtype::bigint,
                   pg_catalog.quote_ident(opn.nspname) || '.' || pg_catalog.quote_ident(op.opcname),
                   pg_catalog.quote_ident(rcn.nspname) || '.' || pg_catalog.quote_ident(rc.collname),
                   NULLIF(r.rngcanonical::oid, 0)::pg_catalog.regproc::text,
                   NULLIF(r.rngsubdiff::oid, 0)::pg_catalog.regproc::text, %s,
                   CASE WHEN t.typtypmod <> -1 THEN
                     pg_catalog.substr(pg_catalog.format_type(COALESCE(element.oid, base.oid), t.typtypmod),
                       pg_catalog.length(pg_catalog.format_type(COALESCE(element.oid, base.oid), NULL)) + 1) END
              FROM pg_catalog.pg_type t
              JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
              LEFT JOIN pg_catalog.pg_type base ON base.oid = t.typbasetype
              LEFT JOIN pg_catalog.pg_type element ON element.oid = base.typelem AND element.typarray = base.oid
              LEFT JOIN pg_catalog.pg_collation tc ON tc.oid = t.typcollation
              LEFT JOIN pg_catalog.pg_namespace tcn ON tcn.oid = tc.collnamespace
              LEFT JOIN pg_catalog.pg_range r ON r.rngtypid = t.oid
              LEFT JOIN pg_catalog.pg_opclass op ON op.oid = r.rngsubopc
              LEFT JOIN pg_catalog.pg_namespace opn ON opn.oid = op.opcnamespace
              LEFT JOIN pg_catalog.pg_collation rc ON rc.oid = r.rngcollation
              LEFT JOIN pg_catalog.pg_namespace rcn ON rcn.oid = rc.collnamespace
             WHERE t.oid = ANY (?::bigint[]::oid[])"""
                .formatted(
                        version < V14
                                ? "NULL"
                                : "(SELECT m.typname FROM pg_catalog.pg_type m WHERE m.oid = r.rngmultitypid)");
    }

    /** CHECK constraints of tables and domains, two parameters. */
    public static String checks(int version) {
        return """
            SELECT c.conrelid::bigint, c.contypid::bigint, c.conname, pg_catalog.pg_get_constraintdef(c.oid),
                   c.conislocal, c.coninhcount > 0, c.convalidated, %s, c.oid::bigint
              FROM pg_catalog.pg_constraint c
             WHERE c.contype = 'c' AND (c.conrelid = ANY (?::bigint[]::oid[]) OR c.contypid = ANY (?::bigint[]::oid[]))
             ORDER BY c.conrelid, c.contypid, c.conname"""
                .formatted(version < 180000 ? "true" : "c.conenforced");
    }

    /** Functions and procedures; the definition of an aggregate is NULL. */
    public static String functions(int version) {
        return """
            SELECT p.oid::bigint, n.nspname, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid), l.lanname,
                   CASE WHEN %s THEN pg_catalog.pg_get_functiondef(p.oid) END, %s
              FROM pg_catalog.pg_proc p
              JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
              JOIN pg_catalog.pg_language l ON l.oid = p.prolang
             WHERE p.oid = ANY (?::bigint[]::oid[])"""
                .formatted(
                        version < V11 ? "NOT p.proisagg" : "p.prokind IN ('f', 'p', 'w')",
                        version < V11 ? "false" : "p.prokind = 'p'");
    }

    /** Collations. */
    public static String collations(int version) {
        return """
            SELECT c.oid::bigint, n.nspname, c.collname, c.collprovider::text, c.collcollate, c.collctype, %s, %s, %s
              FROM pg_catalog.pg_collation c
              JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
             WHERE c.oid = ANY (?::bigint[]::oid[])"""
                .formatted(
                        version < V15 ? "c.collcollate" : version < V17 ? "c.colliculocale" : "c.colllocale",
                        version < V12 ? "true" : "c.collisdeterministic",
                        version < V16 ? "NULL" : "c.collicurules");
    }

    /** Extensions. */
    public static String extensions() {
        return """
            SELECT e.oid::bigint, e.extname, n.nspname, e.extversion
              FROM pg_catalog.pg_extension e
              JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
             WHERE e.oid = ANY (?::bigint[]::oid[])""";
    }

    /** Sequences, and those that columns of tables own (two parameters), with the column that owns them. */
    public static String sequences() {
        return """
            SELECT c.oid::bigint, n.nspname, c.relname, 'pg_catalog.' || t.typname, s.seqstart, s.seqincrement,
                   s.seqmin, s.seqmax, s.seqcache, s.seqcycle, d.refobjid::bigint, a.attname, d.deptype = 'i',
                   pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_sequence_privilege(c.oid, 'SELECT')
              FROM pg_catalog.pg_sequence s
              JOIN pg_catalog.pg_type t ON t.oid = s.seqtypid
              JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
              LEFT JOIN pg_catalog.pg_depend d
                   ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid
                  AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjsubid > 0
                  AND d.deptype IN ('a', 'i')
              LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
             WHERE c.oid = ANY (?::bigint[]::oid[]) OR d.refobjid = ANY (?::bigint[]::oid[])
             ORDER BY n.nspname, c.relname""";
    }

    /** What tables have besides columns. */
    public static String tables(int version) {
        return """
            SELECT c.oid::bigint, pg_catalog.array_to_string(ARRAY(
                     SELECT option.name || '=' || pg_catalog.quote_literal(option.value)
                       FROM (SELECT pg_catalog.split_part(o, '=', 1), pg_catalog.substr(o, pg_catalog.strpos(o, '=') + 1)
                               FROM pg_catalog.unnest(c.reloptions) AS o) AS option (name, value)), E'\\n'),
                   pg_catalog.pg_get_partkeydef(c.oid), pg_catalog.pg_get_expr(c.relpartbound, c.oid),
                   NULLIF(c.reloftype, 0)::pg_catalog.regtype::text, %s
              FROM pg_catalog.pg_class c
             WHERE c.oid = ANY (?::bigint[]::oid[])"""
                .formatted(
                        version < V12
                                ? "'heap'"
                                : "COALESCE((SELECT amname FROM pg_catalog.pg_am am WHERE am.oid = c.relam), 'heap')");
    }
}
