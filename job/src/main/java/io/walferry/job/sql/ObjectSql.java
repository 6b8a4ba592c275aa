package io.walferry.job.sql;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Queries for what a schema has besides tables and their columns, for servers 10 to 18; {@code version} is {@code
 * server_version_num}. Array parameters are {@code bigint[]} of OIDs. The session's {@code search_path} is empty, so that the
 * server qualifies every name in the texts that it makes.
 */
public final class ObjectSql {

    private static final int V11 = 110000;
    private static final int V13 = 130000;
    private static final int V15 = 150000;
    private static final int V18 = 180000;

    private static final String OF_USER = "n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'walferry')";

    private ObjectSql() {}

    private static String ofNoExtension(String catalog, String oid) {
        return "NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog." + catalog
                + "'::pg_catalog.regclass AND e.objid = " + oid + " AND e.deptype = 'e')";
    }

    /**
     * What user schemas have besides relations, extensions' own left out: catalog, OID, kind, schema, name, detail, and why it
     * cannot be moved, if so.
     */
    public static String candidates(int version) {
        List<String> parts = new ArrayList<>();
        candidateParts(version).values().forEach(part -> parts.add(part + " "));
        return String.join("UNION ALL\n", parts) + "\nORDER BY 1, 4, 5, 6";
    }

    /** Those of {@link #candidates} that are rows of a catalog and have one of these OIDs (the parameter). */
    public static String someCandidates(int version, String catalog) {
        String part = candidateParts(version).get(catalog);
        int comma = part.indexOf(',');
        String oid = part.substring(comma + 1, part.indexOf(".oid", comma) + 4).strip();
        return part + " AND " + oid + " = ANY (?::bigint[]::oid[])";
    }

    private static Map<String, String> candidateParts(int version) {
        String kind = version < V11
                ? "CASE WHEN p.proisagg THEN 'AGGREGATE' ELSE 'FUNCTION' END"
                : "CASE p.prokind WHEN 'a' THEN 'AGGREGATE' WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END";
        String aggregate = version < V11 ? "p.proisagg" : "p.prokind = 'a'";
        Map<String, String> parts = new LinkedHashMap<>();
        parts.put(
                "pg_extension",
                """
            SELECT 'pg_extension', x.oid::bigint, 'EXTENSION', n.nspname::text, x.extname::text, '', NULL
              FROM pg_catalog.pg_extension x JOIN pg_catalog.pg_namespace n ON n.oid = x.extnamespace
             WHERE %s"""
                        .formatted(OF_USER));
        parts.put(
                "pg_collation",
                """
            SELECT 'pg_collation', c.oid::bigint, 'COLLATION', n.nspname::text, c.collname::text, '', NULL
              FROM pg_catalog.pg_collation c JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
             WHERE %s AND %s"""
                        .formatted(OF_USER, ofNoExtension("pg_collation", "c.oid")));
        parts.put(
                "pg_type",
                """
            SELECT 'pg_type', t.oid::bigint, CASE WHEN t.typtype = 'd' THEN 'DOMAIN' ELSE 'TYPE' END, n.nspname::text,
                   t.typname::text, '', CASE WHEN t.typtype = 'b' THEN 'it is a base type, whose functions are in C' END
              FROM pg_catalog.pg_type t
              JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
              LEFT JOIN pg_catalog.pg_class r ON r.oid = t.typrelid
              LEFT JOIN pg_catalog.pg_type element ON element.oid = t.typelem
             WHERE %s AND %s AND (t.typtype IN ('d', 'e', 'r') OR t.typtype = 'c' AND r.relkind = 'c'
                   OR t.typtype = 'b' AND element.typarray IS DISTINCT FROM t.oid)"""
                        .formatted(OF_USER, ofNoExtension("pg_type", "t.oid")));
        parts.put(
                "pg_proc",
                """
            SELECT 'pg_proc', p.oid::bigint, %s, n.nspname::text, p.proname::text,
                   pg_catalog.pg_get_function_identity_arguments(p.oid),
                   CASE WHEN NOT %s AND l.lanname IN ('c', 'internal') THEN 'its language is ' || l.lanname END
              FROM pg_catalog.pg_proc p
              JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
              JOIN pg_catalog.pg_language l ON l.oid = p.prolang
             WHERE %s AND %s AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                   WHERE d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid AND d.deptype = 'i'
                     AND d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass)"""
                        .formatted(kind, aggregate, OF_USER, ofNoExtension("pg_proc", "p.oid")));
        parts.put(
                "pg_operator",
                """
            SELECT 'pg_operator', o.oid::bigint, 'OPERATOR', n.nspname::text, o.oprname::text, '', NULL
              FROM pg_catalog.pg_operator o JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
             WHERE %s AND %s AND o.oprcode::oid <> 0"""
                        .formatted(OF_USER, ofNoExtension("pg_operator", "o.oid")));
        parts.put(
                "pg_opfamily",
                """
            SELECT 'pg_opfamily', f.oid::bigint, 'OPERATOR_FAMILY', n.nspname::text, f.opfname::text, am.amname::text, NULL
              FROM pg_catalog.pg_opfamily f
              JOIN pg_catalog.pg_am am ON am.oid = f.opfmethod
              JOIN pg_catalog.pg_namespace n ON n.oid = f.opfnamespace
             WHERE %s AND %s"""
                        .formatted(OF_USER, ofNoExtension("pg_opfamily", "f.oid")));
        parts.put(
                "pg_opclass",
                """
            SELECT 'pg_opclass', c.oid::bigint, 'OPERATOR_CLASS', n.nspname::text, c.opcname::text, am.amname::text, NULL
              FROM pg_catalog.pg_opclass c
              JOIN pg_catalog.pg_am am ON am.oid = c.opcmethod
              JOIN pg_catalog.pg_namespace n ON n.oid = c.opcnamespace
             WHERE %s AND %s"""
                        .formatted(OF_USER, ofNoExtension("pg_opclass", "c.oid")));
        parts.put(
                "pg_cast",
                """
            SELECT DISTINCT ON (c.oid) 'pg_cast', c.oid::bigint, 'CAST', n.nspname::text, t.typname::text,
                   c.castsource::pg_catalog.regtype || ' AS ' || c.casttarget::pg_catalog.regtype, NULL
              FROM pg_catalog.pg_cast c
              LEFT JOIN pg_catalog.pg_proc p ON p.oid = c.castfunc
              JOIN pg_catalog.pg_type t ON t.oid IN (c.castsource, c.casttarget)
              JOIN pg_catalog.pg_namespace n ON n.oid IN (t.typnamespace, p.pronamespace)
             WHERE c.oid >= 16384 AND %s AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                   WHERE e.classid = 'pg_catalog.pg_cast'::pg_catalog.regclass AND e.objid = c.oid AND e.deptype IN ('e', 'i'))"""
                        .formatted(OF_USER));
        parts.put(
                "pg_class",
                """
            SELECT 'pg_class', c.oid::bigint, 'SEQUENCE', n.nspname::text, c.relname::text, '', NULL
              FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind = 'S' AND c.relpersistence <> 't' AND %s AND %s"""
                        .formatted(OF_USER, ofNoExtension("pg_class", "c.oid")));
        parts.put(
                "pg_ts_config",
                """
            SELECT 'pg_ts_config', c.oid::bigint, 'TEXT_SEARCH', n.nspname::text, c.cfgname::text, 'configuration',
                   'text search is not moved'
              FROM pg_catalog.pg_ts_config c JOIN pg_catalog.pg_namespace n ON n.oid = c.cfgnamespace
             WHERE %s AND %s"""
                        .formatted(OF_USER, ofNoExtension("pg_ts_config", "c.oid")));
        parts.put(
                "pg_ts_dict",
                """
            SELECT 'pg_ts_dict', d.oid::bigint, 'TEXT_SEARCH', n.nspname::text, d.dictname::text, 'dictionary',
                   'text search is not moved'
              FROM pg_catalog.pg_ts_dict d JOIN pg_catalog.pg_namespace n ON n.oid = d.dictnamespace
             WHERE %s AND %s"""
                        .formatted(OF_USER, ofNoExtension("pg_ts_dict", "d.oid")));
        parts.put(
                "pg_conversion",
                """
            SELECT 'pg_conversion', c.oid::bigint, 'CONVERSION', n.nspname::text, c.conname::text, '', 'its function is in C'
              FROM pg_catalog.pg_conversion c JOIN pg_catalog.pg_namespace n ON n.oid = c.connamespace
             WHERE %s AND %s"""
                        .formatted(OF_USER, ofNoExtension("pg_conversion", "c.oid")));
        return parts;
    }

    /**
     * What relations (the parameter, three times) have: catalog, OID, kind, OID of the relation, name, and why it cannot be
     * moved.
     */
    public static String parts(int version) {
        return """
            SELECT 'pg_rewrite', r.oid::bigint, 'RULE', r.ev_class::bigint, r.rulename::text, NULL
              FROM pg_catalog.pg_rewrite r
             WHERE r.rulename <> '_RETURN' AND r.ev_class = ANY (?::bigint[]::oid[])
            UNION ALL
            SELECT 'pg_trigger', t.oid, 'TRIGGER', t.tgrelid, t.tgname, NULL
              FROM pg_catalog.pg_trigger t
             WHERE NOT t.tgisinternal AND %s AND t.tgrelid = ANY (?::bigint[]::oid[])
            UNION ALL
            SELECT 'pg_statistic_ext', s.oid, 'STATISTICS', s.stxrelid, s.stxname, NULL
              FROM pg_catalog.pg_statistic_ext s
             WHERE s.stxrelid = ANY (?::bigint[]::oid[])
            UNION ALL
            SELECT 'pg_policy', p.oid, 'POLICY', p.polrelid, p.polname, 'row security is not moved'
              FROM pg_catalog.pg_policy p
             WHERE p.polrelid = ANY (?::bigint[]::oid[])
             ORDER BY 1, 4, 5"""
                .formatted(version < V13 ? "true" : "t.tgparentid = 0");
    }

    /** Views and materialized views. */
    public static String views() {
        return """
            SELECT c.oid::bigint, c.relkind = 'm', pg_catalog.pg_get_viewdef(c.oid), c.relispopulated,
                   pg_catalog.array_to_string(ARRAY(
                     SELECT option.name || '=' || pg_catalog.quote_literal(option.value)
                       FROM (SELECT pg_catalog.split_part(o, '=', 1), pg_catalog.substr(o, pg_catalog.strpos(o, '=') + 1)
                               FROM pg_catalog.unnest(c.reloptions) AS o) AS option (name, value)), E'\\n'),
                   (SELECT pg_catalog.array_agg(a.attname::text ORDER BY d.oid)
                      FROM pg_catalog.pg_attrdef d
                      JOIN pg_catalog.pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
                     WHERE d.adrelid = c.oid),
                   (SELECT pg_catalog.array_agg(pg_catalog.pg_get_expr(d.adbin, d.adrelid) ORDER BY d.oid)
                      FROM pg_catalog.pg_attrdef d WHERE d.adrelid = c.oid)
              FROM pg_catalog.pg_class c
             WHERE c.oid = ANY (?::bigint[]::oid[])""";
    }

    /** Rules. */
    public static String rules() {
        return """
            SELECT r.oid::bigint, r.ev_class::bigint, c.relkind = 'v', r.ev_type::text, r.ev_enabled::text,
                   pg_catalog.pg_get_ruledef(r.oid), r.rulename
              FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class c ON c.oid = r.ev_class
             WHERE r.oid = ANY (?::bigint[]::oid[])""";
    }

    /** Triggers. */
    public static String triggers() {
        return """
            SELECT t.oid::bigint, t.tgrelid::bigint, c.relkind = 'v', c.relkind = 'p', t.tgenabled::text,
                   pg_catalog.pg_get_triggerdef(t.oid), t.tgname
              FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
             WHERE t.oid = ANY (?::bigint[]::oid[])""";
    }

    /** Extended statistics: OID, schema, name, statement, and one that sets its target. */
    public static String statistics(int version) {
        return """
            SELECT s.oid::bigint, n.nspname, s.stxname, pg_catalog.pg_get_statisticsobjdef(s.oid), %s
              FROM pg_catalog.pg_statistic_ext s JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace
             WHERE s.oid = ANY (?::bigint[]::oid[])"""
                .formatted(
                        version < V13
                                ? "NULL"
                                : "CASE WHEN s.stxstattarget >= 0 THEN pg_catalog.format("
                                        + "'ALTER STATISTICS %I.%I SET STATISTICS %s', n.nspname, s.stxname, s.stxstattarget) END");
    }

    /** Foreign keys of tables (the parameter), those that a partition has from its parent left out. */
    public static String foreignKeys(int version) {
        return """
            SELECT c.conrelid::bigint, c.conname, pn.nspname, p.relname, p.oid::bigint,
                   (SELECT pg_catalog.array_agg(a.attname::text ORDER BY k.at)
                      FROM pg_catalog.unnest(c.conkey) WITH ORDINALITY AS k (attnum, at)
                      JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum),
                   (SELECT pg_catalog.array_agg(a.attname::text ORDER BY k.at)
                      FROM pg_catalog.unnest(c.confkey) WITH ORDINALITY AS k (attnum, at)
                      JOIN pg_catalog.pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.attnum),
                   %s,
                   CASE c.confmatchtype WHEN 'f' THEN ' MATCH FULL' WHEN 'p' THEN ' MATCH PARTIAL' ELSE '' END
                   || CASE c.confupdtype WHEN 'r' THEN ' ON UPDATE RESTRICT' WHEN 'c' THEN ' ON UPDATE CASCADE'
                        WHEN 'n' THEN ' ON UPDATE SET NULL' WHEN 'd' THEN ' ON UPDATE SET DEFAULT' ELSE '' END
                   || CASE c.confdeltype WHEN 'r' THEN ' ON DELETE RESTRICT' WHEN 'c' THEN ' ON DELETE CASCADE'
                        WHEN 'n' THEN ' ON DELETE SET NULL' WHEN 'd' THEN ' ON DELETE SET DEFAULT' ELSE '' END,
                   %s,
                   CASE WHEN c.condeferrable THEN ' DEFERRABLE' ELSE '' END
                   || CASE WHEN c.condeferred THEN ' INITIALLY DEFERRED' ELSE '' END,
                   c.convalidated, %s, c.oid::bigint
              FROM pg_catalog.pg_constraint c
              JOIN pg_catalog.pg_class p ON p.oid = c.confrelid
              JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
             WHERE c.contype = 'f' AND c.conrelid = ANY (?::bigint[]::oid[])%s
             ORDER BY c.conrelid, c.conname"""
                .formatted(
                        version < V18 ? "false" : "c.conperiod",
                        version < V15
                                ? "NULL::text[]"
                                : "(SELECT pg_catalog.array_agg(a.attname::text ORDER BY k.at)"
                                        + " FROM pg_catalog.unnest(c.confdelsetcols) WITH ORDINALITY AS k (attnum, at)"
                                        + " JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum)",
                        version < V18 ? "true" : "c.conenforced",
                        version < V11 ? "" : " AND c.conparentid = 0");
    }
}
