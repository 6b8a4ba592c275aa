package io.walferry.job.catalog;

import io.walferry.job.sql.CatalogSql;
import io.walferry.job.sql.ObjectSql;
import io.walferry.job.sql.RemarkSql;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Text of the function {@code walferry.ddl_image(class text, oid oid)}: the image of an object as a whole, which is its rows in
 * the answers to the very queries that the catalog readers ask. {@link StoredCatalog} reads them again.
 */
public final class ImageFunction {

    /** What a relation has of its own beside columns: to be named where the object itself may be meant or these. */
    private static final String RELATION_PARTS =
            """
            ARRAY(SELECT the_oid
                  UNION ALL SELECT i.indexrelid FROM pg_catalog.pg_index i WHERE i.indrelid = the_oid
                  UNION ALL SELECT k.oid FROM pg_catalog.pg_constraint k WHERE k.conrelid = the_oid
                  UNION ALL SELECT t.oid FROM pg_catalog.pg_trigger t WHERE t.tgrelid = the_oid AND NOT t.tgisinternal
                  UNION ALL SELECT w.oid FROM pg_catalog.pg_rewrite w WHERE w.ev_class = the_oid
                  UNION ALL SELECT s.oid FROM pg_catalog.pg_statistic_ext s WHERE s.stxrelid = the_oid)""";

    private static final String TYPE_PARTS =
            """
            ARRAY(SELECT the_oid
                  UNION ALL SELECT t.typrelid FROM pg_catalog.pg_type t WHERE t.oid = the_oid
                  UNION ALL SELECT k.oid FROM pg_catalog.pg_constraint k WHERE k.contypid = the_oid)""";

    private static final String OIDS = "ARRAY[the_oid]";
    private static final String NONE = "ARRAY[]::oid[]";

    private final int version;

    private ImageFunction(int version) {
        this.version = version;
    }

    /** @param version {@code server_version_num} of the server */
    public static String create(int version) {
        return new ImageFunction(version).text();
    }

    private String text() {
        return """
            CREATE OR REPLACE FUNCTION walferry.ddl_image(the_class text, the_oid oid) RETURNS jsonb
            LANGUAGE plpgsql STABLE
            SET search_path = '' SET DateStyle = 'ISO, YMD' SET IntervalStyle = 'postgres' SET TimeZone = 'UTC'
            SET extra_float_digits = 3 SET bytea_output = 'hex' SET lock_timeout = '2s'%s%s
            AS $walferry$
            DECLARE
              the_kind "char";
              the_parts oid[];
              the_edges jsonb;
              the_result jsonb;
              the_start_classes text[] := ARRAY[]::text[];
              the_start_oids oid[] := ARRAY[]::oid[];
            BEGIN
              IF the_class = 'pg_class' THEN
                the_kind := (SELECT c.relkind FROM pg_catalog.pg_class c WHERE c.oid = the_oid);
                IF the_kind IS NULL OR the_kind NOT IN ('r', 'p', 'v', 'm', 'f', 'S') THEN
                  RETURN NULL;
                END IF;
              END IF;
            """
                        .formatted(
                                version < 110000 ? "" : " SET jit = off",
                                version < 120000 ? "" : " SET plan_cache_mode = force_generic_plan")
                + "  IF the_class = 'pg_class' AND the_kind <> 'S' THEN\n" + relation()
                + "  ELSIF the_class = 'pg_class' THEN\n" + single("pg_class", CatalogQuery.SEQUENCES, OIDS, NONE)
                + "  ELSIF the_class = 'pg_type' THEN\n" + type()
                + "  ELSIF the_class = 'pg_proc' THEN\n" + routine()
                + otherwise("pg_operator", CatalogQuery.OPERATORS)
                + otherwise("pg_opfamily", CatalogQuery.OPERATOR_FAMILIES)
                + otherwise("pg_opclass", CatalogQuery.OPERATOR_CLASSES)
                + otherwise("pg_cast", CatalogQuery.CASTS)
                + otherwise("pg_collation", CatalogQuery.COLLATIONS)
                + otherwise("pg_extension", CatalogQuery.EXTENSIONS)
                + "  ELSIF the_class = 'pg_namespace' THEN\n" + namespace()
                + "  END IF;\n  RETURN pg_catalog.jsonb_strip_nulls(the_result);\nEND\n$walferry$";
    }

    /** A plain table is most common, and the server plans only what is run: what it has not is not asked for. */
    private String relation() {
        StringBuilder text = new StringBuilder("the_parts := " + RELATION_PARTS + ";\n");
        Map<String, String> always = new LinkedHashMap<>();
        putText(always, CatalogQuery.RELATIONS, CatalogSql.someRelations(), OIDS);
        put(always, CatalogQuery.COLUMNS, OIDS);
        put(
                always,
                CatalogQuery.TYPES,
                "ARRAY(SELECT y.atttypid FROM pg_catalog.pg_attribute y WHERE y.attrelid = the_oid AND y.attnum > 0"
                        + " AND NOT y.attisdropped)");
        put(always, CatalogQuery.TABLES, OIDS);
        always.put(
                "published",
                """
                (SELECT pg_catalog.jsonb_agg(u.pubname) FROM pg_catalog.pg_publication u
                  WHERE u.puballtables OR EXISTS (SELECT FROM pg_catalog.pg_publication_rel v
                        WHERE v.prpubid = u.oid AND v.prrelid = the_oid))""");
        text.append("the_result := ").append(object(always)).append(";\n");
        Map<String, String> inheritance = new LinkedHashMap<>();
        putText(inheritance, CatalogQuery.INHERITANCE, CatalogSql.someInheritance(), OIDS);
        text.append(onlyIf("EXISTS (SELECT FROM pg_catalog.pg_inherits y WHERE y.inhrelid = the_oid)", inheritance));
        text.append(onlyIf(
                "EXISTS (SELECT FROM pg_catalog.pg_index y WHERE y.indrelid = the_oid)",
                sections(CatalogQuery.INDEXES, OIDS)));
        text.append(onlyIf(
                "EXISTS (SELECT FROM pg_catalog.pg_constraint y WHERE y.conrelid = the_oid AND y.contype = 'c')",
                sections(CatalogQuery.CHECKS, OIDS, NONE)));
        text.append(onlyIf(
                "EXISTS (SELECT FROM pg_catalog.pg_constraint y WHERE y.conrelid = the_oid AND y.contype = 'f')",
                sections(CatalogQuery.FOREIGN_KEYS, OIDS)));
        text.append(onlyIf("the_kind IN ('v', 'm')", sections(CatalogQuery.VIEWS, OIDS)));
        text.append(
                """
                SELECT pg_catalog.array_agg(o.class), pg_catalog.array_agg(o.oid) INTO the_start_classes, the_start_oids
                  FROM (SELECT 'pg_rewrite'::text AS class, w.oid FROM pg_catalog.pg_rewrite w
                         WHERE w.ev_class = the_oid AND w.rulename <> '_RETURN'
                        UNION ALL SELECT 'pg_trigger', t.oid FROM pg_catalog.pg_trigger t
                         WHERE t.tgrelid = the_oid AND NOT t.tgisinternal
                        UNION ALL SELECT 'pg_statistic_ext', s.oid FROM pg_catalog.pg_statistic_ext s
                         WHERE s.stxrelid = the_oid
                        UNION ALL SELECT 'pg_policy', p.oid FROM pg_catalog.pg_policy p WHERE p.polrelid = the_oid) AS o;
                """);
        Map<String, String> parts = sections(CatalogQuery.PARTS, OIDS, OIDS, OIDS, OIDS);
        put(parts, CatalogQuery.RULES, "the_parts");
        put(parts, CatalogQuery.TRIGGERS, "the_parts");
        put(parts, CatalogQuery.STATISTICS, "the_parts");
        text.append(onlyIf("the_start_oids IS NOT NULL", parts));
        return text + remarks() + needs(OIDS);
    }

    private Map<String, String> sections(CatalogQuery query, String... parameters) {
        Map<String, String> sections = new LinkedHashMap<>();
        put(sections, query, parameters);
        return sections;
    }

    private static String onlyIf(String condition, Map<String, String> sections) {
        return "IF " + condition + " THEN\n  the_result := the_result || " + object(sections) + ";\nEND IF;\n";
    }

    private String type() {
        Map<String, String> sections = new LinkedHashMap<>();
        putText(sections, CatalogQuery.CANDIDATES, ObjectSql.someCandidates(version, "pg_type"), OIDS);
        put(sections, CatalogQuery.USER_TYPES, OIDS);
        put(
                sections,
                CatalogQuery.COLUMNS,
                "ARRAY(SELECT y.typrelid FROM pg_catalog.pg_type y WHERE y.oid = the_oid AND y.typtype = 'c')");
        put(
                sections,
                CatalogQuery.TYPES,
                """
                ARRAY(SELECT the_oid
                      UNION ALL SELECT y.typarray FROM pg_catalog.pg_type y WHERE y.oid = the_oid AND y.typarray <> 0
                      UNION ALL SELECT a.atttypid FROM pg_catalog.pg_type y
                        JOIN pg_catalog.pg_attribute a ON a.attrelid = y.typrelid AND a.attnum > 0 AND NOT a.attisdropped
                       WHERE y.oid = the_oid AND y.typtype = 'c'%s)"""
                        .formatted(
                                version < 140000
                                        ? ""
                                        : """

                      UNION ALL SELECT g.rngmultitypid FROM pg_catalog.pg_range g WHERE g.rngtypid = the_oid"""));
        put(sections, CatalogQuery.CHECKS, NONE, OIDS);
        return "the_parts := " + TYPE_PARTS + ";\n" + rest("pg_type", sections);
    }

    private String routine() {
        Map<String, String> sections = new LinkedHashMap<>();
        putText(sections, CatalogQuery.CANDIDATES, ObjectSql.someCandidates(version, "pg_proc"), OIDS);
        put(sections, CatalogQuery.FUNCTIONS, OIDS);
        put(sections, CatalogQuery.AGGREGATES, OIDS);
        return "the_parts := " + OIDS + ";\n" + rest("pg_proc", sections);
    }

    private String namespace() {
        Map<String, String> sections = new LinkedHashMap<>();
        sections.put(
                "namespace",
                "(SELECT pg_catalog.to_jsonb(z.nspname) FROM pg_catalog.pg_namespace z WHERE z.oid = the_oid)");
        return "the_parts := " + OIDS + ";\nthe_result := " + object(sections) + ";\n" + remarks();
    }

    private String otherwise(String catalog, CatalogQuery query) {
        return "  ELSIF the_class = '" + catalog + "' THEN\n" + single(catalog, query, OIDS);
    }

    private String single(String catalog, CatalogQuery query, String... parameters) {
        Map<String, String> sections = new LinkedHashMap<>();
        putText(sections, CatalogQuery.CANDIDATES, ObjectSql.someCandidates(version, catalog), OIDS);
        put(sections, query, parameters);
        return "the_parts := " + OIDS + ";\n" + rest(catalog, sections);
    }

    private String rest(String catalog, Map<String, String> sections) {
        return "the_result := " + object(sections) + ";\n" + remarks() + "the_start_classes := ARRAY['" + catalog
                + "']; the_start_oids := ARRAY[the_oid];\n" + needs(NONE);
    }

    private String remarks() {
        Map<String, String> comments = new LinkedHashMap<>();
        putText(comments, CatalogQuery.COMMENTS, RemarkSql.someComments(), "the_parts");
        Map<String, String> grants = new LinkedHashMap<>();
        putText(grants, CatalogQuery.GRANTS, RemarkSql.someGrants(), OIDS, OIDS, OIDS, OIDS, OIDS);
        return onlyIf("EXISTS (SELECT FROM pg_catalog.pg_description y WHERE y.objoid = ANY (the_parts))", comments)
                + onlyIf(
                        """
                        EXISTS (SELECT FROM pg_catalog.pg_class y WHERE y.oid = the_oid AND y.relacl IS NOT NULL)
                        OR EXISTS (SELECT FROM pg_catalog.pg_attribute y WHERE y.attrelid = the_oid AND y.attacl IS NOT NULL)
                        OR EXISTS (SELECT FROM pg_catalog.pg_proc y WHERE y.oid = the_oid AND y.proacl IS NOT NULL)
                        OR EXISTS (SELECT FROM pg_catalog.pg_type y WHERE y.oid = the_oid AND y.typacl IS NOT NULL)
                        OR EXISTS (SELECT FROM pg_catalog.pg_namespace y WHERE y.oid = the_oid AND y.nspacl IS NOT NULL)""",
                        grants);
    }

    /** What the object needs, and what that is a part of; of a plain table nothing. */
    private String needs(String relations) {
        String edges = answer(
                CatalogQuery.EDGES,
                CatalogQuery.EDGES
                        .sql(version)
                        .replaceFirst("\\?::bigint\\[\\]::oid\\[\\]", relations)
                        .replaceFirst("\\?::text\\[\\]", "the_start_classes")
                        .replaceFirst("\\?::bigint\\[\\]", "the_start_oids"));
        List<String> parameters = new ArrayList<>();
        for (String catalog : List.of(
                "pg_class",
                "pg_type",
                "pg_attrdef",
                "pg_constraint",
                "pg_proc",
                "pg_rewrite",
                "pg_amop",
                "pg_amproc")) {
            parameters.add(
                    """
                ARRAY(SELECT (e ->> 'c2')::oid FROM pg_catalog.jsonb_array_elements(the_edges) e WHERE e ->> 'c1' = '%1$s'
                      UNION SELECT (e ->> 'c4')::oid FROM pg_catalog.jsonb_array_elements(the_edges) e
                       WHERE e ->> 'c3' = '%1$s')"""
                            .formatted(catalog));
        }
        Map<String, String> wholes = sections(CatalogQuery.WHOLES, parameters.toArray(new String[0]));
        String needy = relations.equals(NONE)
                ? "true"
                : """
                the_kind IN ('v', 'm') OR the_start_oids IS NOT NULL OR EXISTS (SELECT FROM pg_catalog.pg_depend y
                  WHERE y.objid = ANY (the_parts || ARRAY(SELECT d.oid FROM pg_catalog.pg_attrdef d WHERE d.adrelid = the_oid))
                    AND (y.refobjid >= 16384 AND NOT y.refobjid = ANY (the_parts)
                         AND y.refclassid <> 'pg_catalog.pg_namespace'::pg_catalog.regclass
                         OR y.refclassid IN ('pg_catalog.pg_collation'::pg_catalog.regclass,
                                             'pg_catalog.pg_extension'::pg_catalog.regclass,
                                             'pg_catalog.pg_language'::pg_catalog.regclass)))""";
        return "IF " + needy + " THEN\nthe_edges := " + edges + ";\nEND IF;\n"
                + "IF the_edges IS NOT NULL THEN\nthe_result := the_result || pg_catalog.jsonb_build_object('edges', the_edges) || "
                + object(wholes) + ";\nEND IF;\n";
    }

    private static String object(Map<String, String> sections) {
        List<String> members = new ArrayList<>();
        sections.forEach((name, sql) -> members.add("'" + name + "', " + sql));
        return "pg_catalog.jsonb_build_object(" + String.join(",\n", members) + ")";
    }

    private void put(Map<String, String> sections, CatalogQuery query, String... parameters) {
        putText(sections, query, query.sql(version), parameters);
    }

    private static void putText(Map<String, String> sections, CatalogQuery query, String text, String... parameters) {
        String sql = text;
        for (String parameter : parameters) {
            int at = sql.indexOf("?::bigint[]::oid[]");
            sql = sql.substring(0, at) + parameter + sql.substring(at + "?::bigint[]::oid[]".length());
        }
        sections.put(query.label(), answer(query, sql));
    }

    /** All rows as JSON, each an object of {@code c1}, {@code c2}, … */
    private static String answer(CatalogQuery query, String sql) {
        List<String> columns = new ArrayList<>();
        for (int i = 1; i <= query.columns(); i++) {
            columns.add("c" + i);
        }
        return "(SELECT pg_catalog.jsonb_agg(pg_catalog.to_jsonb(q)) FROM (" + sql + ") AS q ("
                + String.join(", ", columns) + "))";
    }
}
