package io.walferry.job.sql;

/**
 * Queries that read a server's catalog in bulk, for servers 10 to 18; {@code version} is {@code server_version_num}. Array
 * parameters are {@code bigint[]} of OIDs: an OID may be larger than an {@code int}.
 *
 * @see <a href="https://www.postgresql.org/docs/current/catalogs.html">System catalogs</a>
 */
public final class CatalogSql {

    private static final int V11 = 110000;
    private static final int V12 = 120000;
    private static final int V14 = 140000;
    private static final int V18 = 180000;

    /** From version 18 on, NOT NULL may be declared over rows that hold NULL. */
    private static final String VALID_NOT_NULL = "a.attnotnull AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k"
            + " WHERE k.conrelid = a.attrelid AND k.contype = 'n' AND NOT k.convalidated AND a.attnum = ANY (k.conkey))";

    private CatalogSql() {}

    /** What a user would call a table, and what one might take for one; system, temporary and control schemas left out. */
    public static String relations() {
        return relations("");
    }

    /** Those of {@link #relations()} with these OIDs (the parameter). */
    public static String someRelations() {
        return relations(" AND c.oid = ANY (?::bigint[]::oid[])");
    }

    private static String relations(String condition) {
        return """
            SELECT c.oid::bigint, n.nspname, c.relname, c.relkind::text, c.relpersistence::text, c.relispartition,
                   c.relreplident::text, c.relpages::bigint, c.reltuples::bigint,
                   pg_catalog.row_security_active(c.oid),
                   pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_table_privilege(c.oid, 'SELECT'),
                   e.extname
              FROM pg_catalog.pg_class c
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
              LEFT JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                   AND d.objid = c.oid AND d.objsubid = 0 AND d.deptype = 'e'
              LEFT JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
             WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
               AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'walferry')%s
             ORDER BY n.nspname, c.relname"""
                .formatted(condition);
    }

    /** Who inherits from whom, partitions included, in the order of declaration. */
    public static String inheritance() {
        return inheritance("");
    }

    /** {@link #inheritance()} of these children (the parameter). */
    public static String someInheritance() {
        return inheritance(" AND i.inhrelid = ANY (?::bigint[]::oid[])");
    }

    private static String inheritance(String condition) {
        return """
            SELECT i.inhrelid::bigint, i.inhparent::bigint
              FROM pg_catalog.pg_inherits i
              JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
             WHERE c.relkind IN ('r', 'p', 'f')%s
             ORDER BY i.inhrelid, i.inhseqno"""
                .formatted(condition);
    }

    /**
     * Columns of tables (the parameter), dropped ones left out. The last three: the modifier in SQL, {@code (Point,4326)}, which of
     * a user-defined type only the type's own function can print; OID of the default; the value that rows have which are older
     * than the column.
     */
    public static String columns(int version) {
        return """
            SELECT a.attrelid::bigint, a.attnum::int, a.attname, a.atttypid::bigint, a.atttypmod, %s,
                   a.attidentity::text, %s, a.attislocal,
                   %s, CASE WHEN a.attcollation <> t.typcollation
                        THEN pg_catalog.quote_ident(cn.nspname) || '.' || pg_catalog.quote_ident(co.collname) END,
                   pg_catalog.pg_get_expr(d.adbin, d.adrelid),
                   CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage::text END, %s,
                   NULLIF(a.attstattarget, -1)::int, pg_catalog.array_to_string(a.attoptions, ', '),
                   CASE WHEN a.atttypmod <> -1 AND t.typnamespace <> 'pg_catalog'::pg_catalog.regnamespace
                        THEN pg_catalog.substr(pg_catalog.format_type(COALESCE(e.oid, t.oid), a.atttypmod),
                               pg_catalog.length(pg_catalog.format_type(COALESCE(e.oid, t.oid), NULL)) + 1) END,
                   d.oid::bigint, %s
              FROM pg_catalog.pg_attribute a
              JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
              LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem AND e.typarray = t.oid
              LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
              LEFT JOIN pg_catalog.pg_collation co ON co.oid = a.attcollation
              LEFT JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace
             WHERE a.attrelid = ANY (?::bigint[]::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
             ORDER BY a.attrelid, a.attnum"""
                .formatted(
                        version < V18 ? "a.attnotnull" : VALID_NOT_NULL,
                        version < V12 ? "''" : "a.attgenerated::text",
                        version < V12 ? "true" : "COALESCE(co.collisdeterministic, true)",
                        version < V14 ? "''" : "a.attcompression::text",
                        version < V11
                                ? "NULL"
                                : "CASE WHEN a.atthasmissing THEN (a.attmissingval::text::text[])[1] END");
    }

    /** Types of columns and the types that they are made of (parameter: OIDs to start with). */
    public static String types(int version) {
        return """
            WITH RECURSIVE used (oid) AS (
              SELECT pg_catalog.unnest(?::bigint[]::oid[])
              UNION
              SELECT made_of.oid
                FROM used
                JOIN pg_catalog.pg_type t ON t.oid = used.oid
                LEFT JOIN pg_catalog.pg_range r ON r.rngtypid = t.oid%s
               CROSS JOIN LATERAL (VALUES (t.typelem), (t.typbasetype), (r.rngsubtype)) AS made_of (oid)
               WHERE made_of.oid <> 0)
            SELECT t.oid::bigint, n.nspname, t.typname, t.typtype::text, t.typelem::bigint,
                   COALESCE(element.typarray = t.oid, false), t.typbasetype::bigint, t.typtypmod,
                   COALESCE(r.rngsubtype, 0)::bigint
              FROM used
              JOIN pg_catalog.pg_type t ON t.oid = used.oid
              JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
              LEFT JOIN pg_catalog.pg_type element ON element.oid = t.typelem
              LEFT JOIN pg_catalog.pg_range r ON r.rngtypid = t.oid%s"""
                .formatted(multirange(version), multirange(version));
    }

    private static String multirange(int version) {
        return version < V14 ? "" : " OR r.rngmultitypid = t.oid";
    }

    /** Indexes of tables (the parameter), with the constraint that an index belongs to. */
    public static String indexes(int version) {
        return """
            SELECT i.indexrelid::bigint, i.indrelid::bigint, c.relname, c.relkind = 'I', i.indisunique, i.indisprimary,
                   i.indisexclusion, i.indimmediate, i.indisvalid AND i.indisready, i.indisreplident,
                   i.indpred IS NOT NULL, i.indexprs IS NOT NULL,
                   (SELECT pg_catalog.array_agg(a.attname::text ORDER BY k.at)
                      FROM pg_catalog.unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, at)
                      JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
                     WHERE k.at <= %s),
                   COALESCE((SELECT pg_catalog.bool_and(a.attnotnull)
                      FROM pg_catalog.unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, at)
                      JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
                     WHERE k.at <= %s), false),
                   p.inhparent::bigint, c.relpages::bigint, con.conname, con.contype::text,
                   pg_catalog.pg_get_indexdef(i.indexrelid), pg_catalog.pg_get_constraintdef(con.oid),
                   con.condeferrable, con.condeferred, am.amname
              FROM pg_catalog.pg_index i
              JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
              JOIN pg_catalog.pg_am am ON am.oid = c.relam
              LEFT JOIN pg_catalog.pg_inherits p ON p.inhrelid = i.indexrelid
              LEFT JOIN pg_catalog.pg_constraint con
                   ON con.conrelid = i.indrelid AND con.conindid = i.indexrelid AND con.contype IN ('p', 'u', 'x')
             WHERE i.indrelid = ANY (?::bigint[]::oid[])
             ORDER BY i.indrelid, c.relname"""
                .formatted(
                        version < V11 ? "i.indnatts" : "i.indnkeyatts", version < V11 ? "i.indnatts" : "i.indnkeyatts");
    }

    private static final String BELOW =
            """
            WITH RECURSIVE below (oid) AS (
              SELECT ?::bigint::oid
               UNION
              SELECT h.inhrelid FROM below b JOIN pg_catalog.pg_inherits h ON h.inhparent = b.oid
                JOIN pg_catalog.pg_class c ON c.oid = h.inhrelid AND c.relispartition""";

    /**
     * Relations with what they are a part of in the end, and their names. Parameters: OID of a table, which comes with all below it;
     * OIDs of others.
     */
    public static String relationPlaces() {
        return BELOW
                + """

            ), above (part, oid) AS (
              SELECT c.oid, c.oid FROM pg_catalog.pg_class c
               WHERE c.oid IN (SELECT b.oid FROM below b UNION SELECT pg_catalog.unnest(?::bigint[]::oid[]))
               UNION ALL
              SELECT a.part, h.inhparent FROM above a JOIN pg_catalog.pg_class c ON c.oid = a.oid AND c.relispartition
                JOIN pg_catalog.pg_inherits h ON h.inhrelid = c.oid)
            SELECT a.part::bigint, a.oid::bigint, n.nspname, p.relname FROM above a
              JOIN pg_catalog.pg_class c ON c.oid = a.oid AND NOT c.relispartition
              JOIN pg_catalog.pg_class p ON p.oid = a.part
              JOIN pg_catalog.pg_namespace n ON n.oid = p.relnamespace""";
    }

    private static final String USED_TYPES =
            """
            WITH RECURSIVE used (oid) AS (
              SELECT a.atttypid FROM pg_catalog.pg_attribute a
               WHERE a.attrelid = ?::bigint::oid AND a.attnum > 0 AND NOT a.attisdropped
               UNION
              SELECT made.oid FROM used JOIN pg_catalog.pg_type t ON t.oid = used.oid
               CROSS JOIN LATERAL (VALUES (t.typelem), (t.typbasetype)) AS made (oid)
               WHERE made.oid <> 0)""";

    /** What the log tells that a snapshot, the parameter, does not see; to be closed by a parenthesis. */
    private static final String LOGGED_SINCE =
            """

            SELECT EXISTS (
              SELECT FROM walferry.ddl_log l
               CROSS JOIN LATERAL pg_catalog.jsonb_array_elements(
                 CASE pg_catalog.jsonb_typeof(l.objects) WHEN 'array' THEN l.objects ELSE '[]' END) AS o (object)
               WHERE NOT pg_catalog.txid_visible_in_snapshot(l.xid, ?::pg_catalog.text::pg_catalog.txid_snapshot)
            """;

    /** Enumerations that the columns of a table are made of, with their labels. Parameter: OID of the table. */
    public static String enumerations() {
        return USED_TYPES
                + """

            SELECT e.enumtypid::bigint, pg_catalog.array_agg(e.enumlabel::text)
              FROM pg_catalog.pg_enum e JOIN used ON used.oid = e.enumtypid
             GROUP BY e.enumtypid""";
    }

    /**
     * Whether a publication has the log of structure changes. Parameter: its name. Not by {@code pg_publication_tables}, which opens each
     * table that is published, so waits for locks on any of them.
     */
    public static String logPublished() {
        return """
            SELECT EXISTS (SELECT FROM pg_catalog.pg_publication p WHERE p.pubname = ? AND (p.puballtables OR EXISTS (
              SELECT FROM pg_catalog.pg_publication_rel r
               WHERE r.prpubid = p.oid AND r.prrelid = pg_catalog.to_regclass('walferry.ddl_log'))))""";
    }

    /** Whether the log tells of a change of one of them that a snapshot does not see. Parameters: OID of the table, snapshot. */
    public static String enumerationsAltered() {
        return USED_TYPES + LOGGED_SINCE
                + """
                 AND o.object ->> 'class' = 'pg_type'
                 AND (o.object ->> 'oid')::bigint IN (SELECT e.enumtypid::bigint
                   FROM pg_catalog.pg_enum e JOIN used ON used.oid = e.enumtypid))""";
    }

    /**
     * Whether the log tells of a command that a snapshot does not see and that may have attached a table to another one or detached it
     * from that, where one of them is the table or a partition below it. Parameters: OID of the table, snapshot.
     */
    public static String partitionsMoved() {
        return BELOW + ")" + LOGGED_SINCE
                + """
                 AND l.tag = 'ALTER TABLE'
                 AND (l.text ~* '\\m(attach|detach)\\M' OR l.text !~* '^\\s*alter\\s+table\\M')
                 AND o.object ->> 'class' = 'pg_class'
                 AND (o.object ->> 'oid')::bigint IN (SELECT below.oid::bigint FROM below))""";
    }
}
