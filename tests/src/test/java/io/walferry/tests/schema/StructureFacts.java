package io.walferry.tests.schema;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * The structure of a database's user schemas as lines of text, by queries that are not the product's: two databases are alike
 * if their lines are.
 */
final class StructureFacts {

    private static final String OURS =
            "n.nspname NOT IN ('pg_catalog', 'pg_toast', 'information_schema', 'walferry') AND n.nspname !~ '^pg_'";

    /** Not compared: the identity of a partition, which it has from 17 on; the collation of {@code name}, from 12 on. */
    private static final List<String> QUERIES = List.of(
            """
            SELECT 'column', a.attrelid::regclass, row_number() OVER (PARTITION BY a.attrelid ORDER BY a.attnum), a.attname,
                   format_type(a.atttypid, a.atttypmod), a.attnotnull,
                   CASE WHEN NOT c.relispartition THEN a.attidentity END,
                   CASE WHEN a.atttypid <> 'name'::regtype THEN co.collname END, a.attislocal, a.attinhcount,
                   a.attstorage, coalesce(a.attstattarget, -1), a.attoptions, pg_get_expr(d.adbin, d.adrelid)
              FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
              LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
              LEFT JOIN pg_collation co ON co.oid = a.attcollation
             WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'c') AND c.relpersistence = 'p' AND""",
            """
            SELECT 'constraint', k.conrelid::regclass, k.contypid::regtype, k.conname, k.contype, k.condeferrable,
                   k.condeferred, k.convalidated, k.conislocal, k.coninhcount, pg_get_constraintdef(k.oid)
              FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace WHERE k.contype <> 'n' AND""",
            """
            SELECT 'index', i.indexrelid::regclass, i.indisvalid, i.indisunique, i.indisprimary, i.indisexclusion,
                   i.indimmediate, pg_get_indexdef(i.indexrelid),
                   (SELECT h.inhparent::regclass FROM pg_inherits h WHERE h.inhrelid = i.indexrelid)
              FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE""",
            """
            SELECT 'inherits', h.inhrelid::regclass, h.inhparent::regclass, h.inhseqno
              FROM pg_inherits h JOIN pg_class c ON c.oid = h.inhrelid JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind IN ('r', 'p') AND""",
            """
            SELECT 'relation', c.oid::regclass, c.relkind, c.reloptions, pg_get_partkeydef(c.oid),
                   pg_get_expr(c.relpartbound, c.oid), c.reloftype::regtype
              FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind IN ('r', 'p', 'c', 'S') AND c.relpersistence = 'p' AND""",
            """
            SELECT 'sequence', s.seqrelid::regclass, s.seqtypid::regtype, s.seqstart, s.seqincrement, s.seqmin, s.seqmax,
                   s.seqcache, s.seqcycle,
                   (SELECT d.refobjid::regclass || '.' || a.attname || d.deptype::text
                      FROM pg_depend d JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
                     WHERE d.classid = 'pg_class'::regclass AND d.objid = s.seqrelid AND d.deptype IN ('a', 'i'))
              FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE""",
            """
            SELECT 'type', t.oid::regtype, t.typtype, t.typnotnull, format_type(t.typbasetype, t.typtypmod), t.typdefault,
                   (SELECT array_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid),
                   r.rngsubtype::regtype, r.rngsubdiff, o.opcname
              FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace LEFT JOIN pg_range r ON r.rngtypid = t.oid
              LEFT JOIN pg_opclass o ON o.oid = r.rngsubopc
             WHERE t.typtype IN ('d', 'e', 'r') AND""",
            """
            SELECT 'collation', n.nspname, c.collname, c.collprovider
              FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace WHERE""",
            """
            SELECT 'function', pg_get_functiondef(p.oid)
              FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
             WHERE p.prokind = 'f' AND l.lanname IN ('sql', 'plpgsql')
               AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') AND""",
            """
            SELECT 'extension', e.extname, n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
             WHERE""",
            "SELECT 'schema', n.nspname FROM pg_namespace n WHERE ");

    private StructureFacts() {}

    static List<String> read(Connection connection) throws SQLException {
        TreeSet<String> lines = new TreeSet<>();
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET search_path = ''");
            for (String query : QUERIES) {
                try (ResultSet rows = statement.executeQuery(query + " " + OURS)) {
                    while (rows.next()) {
                        StringBuilder line = new StringBuilder();
                        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                            line.append(i == 1 ? "" : "|").append(rows.getString(i));
                        }
                        lines.add(line.toString());
                    }
                }
            }
        }
        return new ArrayList<>(lines);
    }
}
