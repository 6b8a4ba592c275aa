package io.walferry.job.sql;

/**
 * Queries for aggregates and what is made of functions: operators, their families and classes, casts; each as complete
 * statements, for servers 10 to 18. See {@link ObjectSql} for what all such queries share.
 */
public final class RoutineSql {

    private static final int V11 = 110000;

    private RoutineSql() {}

    /** Statements that create aggregates: OID, schema, name, arguments, statement. */
    public static String aggregates(int version) {
        return """
            SELECT p.oid::bigint, n.nspname, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid),
                   pg_catalog.format('CREATE AGGREGATE %%I.%%I(%%s) (%%s)', n.nspname, p.proname,
                     COALESCE(NULLIF(pg_catalog.pg_get_function_arguments(p.oid), ''), '*'),
                     pg_catalog.concat_ws(', ',
                       'SFUNC = ' || a.aggtransfn::pg_catalog.regproc,
                       'STYPE = ' || pg_catalog.format_type(a.aggtranstype, NULL),
                       'SSPACE = ' || NULLIF(a.aggtransspace, 0),
                       'FINALFUNC = ' || NULLIF(a.aggfinalfn::oid, 0)::pg_catalog.regproc,
                       CASE WHEN a.aggfinalextra THEN 'FINALFUNC_EXTRA' END,
                       'COMBINEFUNC = ' || NULLIF(a.aggcombinefn::oid, 0)::pg_catalog.regproc,
                       'SERIALFUNC = ' || NULLIF(a.aggserialfn::oid, 0)::pg_catalog.regproc,
                       'DESERIALFUNC = ' || NULLIF(a.aggdeserialfn::oid, 0)::pg_catalog.regproc,
                       'INITCOND = ' || pg_catalog.quote_literal(a.agginitval),
                       'MSFUNC = ' || NULLIF(a.aggmtransfn::oid, 0)::pg_catalog.regproc,
                       'MINVFUNC = ' || NULLIF(a.aggminvtransfn::oid, 0)::pg_catalog.regproc,
                       'MSTYPE = ' || CASE WHEN a.aggmtranstype <> 0 THEN pg_catalog.format_type(a.aggmtranstype, NULL) END,
                       'MSSPACE = ' || NULLIF(a.aggmtransspace, 0),
                       'MFINALFUNC = ' || NULLIF(a.aggmfinalfn::oid, 0)::pg_catalog.regproc,
                       CASE WHEN a.aggmfinalextra THEN 'MFINALFUNC_EXTRA' END,
                       'MINITCOND = ' || pg_catalog.quote_literal(a.aggminitval),
                       'SORTOP = OPERATOR(' || (SELECT pg_catalog.quote_ident(s.nspname) || '.' || o.oprname
                          FROM pg_catalog.pg_operator o JOIN pg_catalog.pg_namespace s ON s.oid = o.oprnamespace
                         WHERE o.oid = a.aggsortop) || ')'%s,
                       CASE p.proparallel WHEN 's' THEN 'PARALLEL = SAFE' WHEN 'r' THEN 'PARALLEL = RESTRICTED' END,
                       CASE WHEN a.aggkind = 'h' THEN 'HYPOTHETICAL' END))
              FROM pg_catalog.pg_aggregate a
              JOIN pg_catalog.pg_proc p ON p.oid = a.aggfnoid
              JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
             WHERE p.oid = ANY (?::bigint[]::oid[])"""
                .formatted(
                        version < V11
                                ? ""
                                : """
                       ,
                       'FINALFUNC_MODIFY = ' || CASE a.aggfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE'
                          ELSE 'READ_WRITE' END,
                       CASE WHEN a.aggmtransfn::oid <> 0 THEN 'MFINALFUNC_MODIFY = ' || CASE a.aggmfinalmodify
                          WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END""");
    }

    /** Operators: OID, schema, name, types of the arguments, statement. */
    public static String operators() {
        return """
            SELECT o.oid::bigint, n.nspname, o.oprname,
                   CASE WHEN o.oprleft = 0 THEN 'NONE' ELSE pg_catalog.format_type(o.oprleft, NULL) END || ', '
                   || CASE WHEN o.oprright = 0 THEN 'NONE' ELSE pg_catalog.format_type(o.oprright, NULL) END,
                   pg_catalog.format('CREATE OPERATOR %I.%s (%s)', n.nspname, o.oprname, pg_catalog.concat_ws(', ',
                     'PROCEDURE = ' || o.oprcode,
                     'LEFTARG = ' || CASE WHEN o.oprleft <> 0 THEN pg_catalog.format_type(o.oprleft, NULL) END,
                     'RIGHTARG = ' || CASE WHEN o.oprright <> 0 THEN pg_catalog.format_type(o.oprright, NULL) END,
                     'COMMUTATOR = OPERATOR(' || pg_catalog.quote_ident(cn.nspname) || '.' || c.oprname || ')',
                     'NEGATOR = OPERATOR(' || pg_catalog.quote_ident(gn.nspname) || '.' || g.oprname || ')',
                     'RESTRICT = ' || NULLIF(o.oprrest::oid, 0)::pg_catalog.regproc,
                     'JOIN = ' || NULLIF(o.oprjoin::oid, 0)::pg_catalog.regproc,
                     CASE WHEN o.oprcanhash THEN 'HASHES' END,
                     CASE WHEN o.oprcanmerge THEN 'MERGES' END))
              FROM pg_catalog.pg_operator o
              JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
              LEFT JOIN pg_catalog.pg_operator c ON c.oid = o.oprcom
              LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = c.oprnamespace
              LEFT JOIN pg_catalog.pg_operator g ON g.oid = o.oprnegate
              LEFT JOIN pg_catalog.pg_namespace gn ON gn.oid = g.oprnamespace
             WHERE o.oid = ANY (?::bigint[]::oid[])""";
    }

    /** The members that an operator class ({@code i}) or family ({@code a}) has, as a list in SQL. */
    private static String members(String catalog, String oid, char dependency) {
        return """
            (SELECT pg_catalog.string_agg(item, ', ' ORDER BY item) FROM (
               SELECT 'OPERATOR ' || ao.amopstrategy || ' ' || ao.amopopr::pg_catalog.regoperator
                      || COALESCE(' FOR ORDER BY ' || (SELECT pg_catalog.quote_ident(sn.nspname) || '.'
                           || pg_catalog.quote_ident(sf.opfname)
                           FROM pg_catalog.pg_opfamily sf JOIN pg_catalog.pg_namespace sn ON sn.oid = sf.opfnamespace
                          WHERE sf.oid = ao.amopsortfamily), '')
                 FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_amop ao ON ao.oid = d.objid
                WHERE d.classid = 'pg_catalog.pg_amop'::pg_catalog.regclass AND d.deptype = '%3$s'
                  AND d.refclassid = 'pg_catalog.%1$s'::pg_catalog.regclass AND d.refobjid = %2$s
               UNION ALL
               SELECT pg_catalog.format('FUNCTION %%s (%%s, %%s) %%s', ap.amprocnum,
                        pg_catalog.format_type(ap.amproclefttype, NULL), pg_catalog.format_type(ap.amprocrighttype, NULL),
                        ap.amproc::pg_catalog.regprocedure)
                 FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_amproc ap ON ap.oid = d.objid
                WHERE d.classid = 'pg_catalog.pg_amproc'::pg_catalog.regclass AND d.deptype = '%3$s'
                  AND d.refclassid = 'pg_catalog.%1$s'::pg_catalog.regclass AND d.refobjid = %2$s) AS member (item))"""
                .formatted(catalog, oid, dependency);
    }

    /** Operator families: OID, schema, name, access method, statement, and one that adds the members of no class. */
    public static String operatorFamilies() {
        return """
            SELECT f.oid::bigint, n.nspname, f.opfname, am.amname,
                   pg_catalog.format('CREATE OPERATOR FAMILY %I.%I USING %I', n.nspname, f.opfname, am.amname),
                   pg_catalog.format('ALTER OPERATOR FAMILY %I.%I USING %I ADD ', n.nspname, f.opfname, am.amname) ||"""
                + members("pg_opfamily", "f.oid", 'a')
                + """

              FROM pg_catalog.pg_opfamily f
              JOIN pg_catalog.pg_am am ON am.oid = f.opfmethod
              JOIN pg_catalog.pg_namespace n ON n.oid = f.opfnamespace
             WHERE f.oid = ANY (?::bigint[]::oid[])""";
    }

    /** Operator classes: OID, schema, name, access method, statement. */
    public static String operatorClasses() {
        return """
            SELECT c.oid::bigint, n.nspname, c.opcname, am.amname,
                   pg_catalog.format('CREATE OPERATOR CLASS %I.%I%s FOR TYPE %s USING %I FAMILY %I.%I AS ', n.nspname, c.opcname,
                     CASE WHEN c.opcdefault THEN ' DEFAULT' ELSE '' END, pg_catalog.format_type(c.opcintype, NULL), am.amname,
                     fn.nspname, f.opfname)
                   || pg_catalog.concat_ws(', ', 'STORAGE ' || pg_catalog.format_type(
                        COALESCE(NULLIF(c.opckeytype, 0), c.opcintype), NULL),"""
                + members("pg_opclass", "c.oid", 'i')
                + """
            )
              FROM pg_catalog.pg_opclass c
              JOIN pg_catalog.pg_am am ON am.oid = c.opcmethod
              JOIN pg_catalog.pg_namespace n ON n.oid = c.opcnamespace
              JOIN pg_catalog.pg_opfamily f ON f.oid = c.opcfamily
              JOIN pg_catalog.pg_namespace fn ON fn.oid = f.opfnamespace
             WHERE c.oid = ANY (?::bigint[]::oid[])""";
    }

    /** Casts: OID, schema and name of a type, both types, statement. */
    public static String casts() {
        return """
            SELECT c.oid::bigint, n.nspname, t.typname,
                   c.castsource::pg_catalog.regtype || ' AS ' || c.casttarget::pg_catalog.regtype,
                   pg_catalog.format('CREATE CAST (%s AS %s) %s%s', c.castsource::pg_catalog.regtype,
                     c.casttarget::pg_catalog.regtype,
                     CASE c.castmethod WHEN 'f' THEN 'WITH FUNCTION ' || c.castfunc::pg_catalog.regprocedure
                          WHEN 'i' THEN 'WITH INOUT' ELSE 'WITHOUT FUNCTION' END,
                     CASE c.castcontext WHEN 'a' THEN ' AS ASSIGNMENT' WHEN 'i' THEN ' AS IMPLICIT' ELSE '' END)
              FROM pg_catalog.pg_cast c
              JOIN pg_catalog.pg_type t ON t.oid = c.castsource
              JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
             WHERE c.oid = ANY (?::bigint[]::oid[])""";
    }
}
