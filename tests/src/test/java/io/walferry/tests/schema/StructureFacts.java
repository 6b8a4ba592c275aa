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
public final class StructureFacts {

    private static final String OURS =
            "n.nspname NOT IN ('pg_catalog', 'pg_toast', 'information_schema', 'walferry') AND n.nspname !~ '^pg_'";

    /**
     * Not compared: the identity of a partition, which it has from 17 on; the collation of {@code name}, from 12 on; the name of
     * a foreign key that a partition has from its parent; a trigger of that kind.
     */
    private static final List<String> QUERIES = List.of(
            """
            SELECT 'column', a.attrelid::regclass, row_number() OVER (PARTITION BY a.attrelid ORDER BY a.attnum), a.attname,
                   format_type(a.atttypid, a.atttypmod), a.attnotnull,
                   CASE WHEN NOT c.relispartition THEN a.attidentity END,
                   CASE WHEN a.atttypid <> 'name'::regtype THEN co.collname END, a.attislocal, a.attinhcount,
                   a.attstorage, coalesce(a.attstattarget, -1), a.attoptions, pg_get_expr(d.adbin, d.adrelid),
                   coalesce(to_jsonb(a) ->> 'attgenerated', ''), coalesce(to_jsonb(a) ->> 'attcompression', '')
              FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
              LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
              LEFT JOIN pg_collation co ON co.oid = a.attcollation
             WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'c', 'v', 'm') AND""",
            """
            SELECT 'constraint', k.conrelid::regclass, k.contypid::regtype,
                   CASE WHEN k.contype <> 'f' OR coalesce(to_jsonb(k) ->> 'conparentid', '0') = '0' THEN k.conname END, k.contype, k.condeferrable,
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
                   pg_get_expr(c.relpartbound, c.oid), c.reloftype::regtype, c.relpersistence, c.relispopulated,
                   CASE WHEN c.relkind IN ('r', 'p') THEN c.relreplident END,
                   (SELECT i.indexrelid::regclass FROM pg_index i WHERE i.indrelid = c.oid AND i.indisreplident)
              FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind IN ('r', 'p', 'c', 'S', 'v', 'm') AND""",
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
            SELECT 'function', regexp_replace(pg_get_functiondef(p.oid), '([(,] ?)IN ', '\\1', 'g')
              FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
             WHERE NOT EXISTS (SELECT FROM pg_aggregate g WHERE g.aggfnoid = p.oid) AND l.lanname IN ('sql', 'plpgsql')
               AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') AND""",
            """
            SELECT 'extension', e.extname, n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
             WHERE""",
            // From 16 on, a column is qualified only where it has to be.
            """
            SELECT 'view', c.oid::regclass, c.relkind,
                   regexp_replace(regexp_replace(pg_get_viewdef(c.oid), '("[^"]+"|[a-z_0-9]+)\\.', '', 'g'), '[\\s()]+', '', 'g'),
                   (SELECT array_agg(DISTINCT pg_describe_object(d.refclassid, d.refobjid, 0)
                                     ORDER BY pg_describe_object(d.refclassid, d.refobjid, 0))
                      FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid
                     WHERE d.classid = 'pg_rewrite'::regclass AND r.ev_class = c.oid AND r.rulename = '_RETURN'
                       AND d.refobjid >= 16384)
              FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('v', 'm') AND""",
            """
            SELECT 'rule', r.ev_class::regclass, r.rulename, r.ev_enabled, r.is_instead,
                   regexp_replace(regexp_replace(pg_get_ruledef(r.oid), '("[^"]+"|[a-z_0-9]+)\\.', '', 'g'), '[\\s()]+', '', 'g')
              FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE r.rulename <> '_RETURN' AND""",
            """
            SELECT 'trigger', t.tgrelid::regclass, t.tgname, t.tgenabled,
                   replace(pg_get_triggerdef(t.oid), ' EXECUTE PROCEDURE ', ' EXECUTE FUNCTION ')
              FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE NOT t.tgisinternal AND coalesce(to_jsonb(t) ->> 'tgparentid', '0') = '0' AND""",
            """
            SELECT 'statistics', replace(pg_get_statisticsobjdef(s.oid), ' (ndistinct, dependencies)', ''), coalesce(to_jsonb(s) ->> 'stxstattarget', '-1')
              FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace WHERE""",
            """
            SELECT 'aggregate', a.aggfnoid::regprocedure, a.aggkind, a.aggnumdirectargs, a.aggtransfn, a.aggfinalfn,
                   a.aggcombinefn, a.aggserialfn, a.aggdeserialfn, a.aggmtransfn, a.aggminvtransfn, a.aggmfinalfn,
                   a.aggfinalextra, a.aggmfinalextra, a.aggsortop::regoperator, a.aggtranstype::regtype, a.aggtransspace,
                   a.aggmtranstype::regtype, a.aggmtransspace, a.agginitval, a.aggminitval, p.proparallel,
                   pg_get_function_arguments(p.oid)
              FROM pg_aggregate a JOIN pg_proc p ON p.oid = a.aggfnoid JOIN pg_namespace n ON n.oid = p.pronamespace
             WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') AND""",
            """
            SELECT 'operator', o.oid::regoperator, o.oprcode, o.oprresult::regtype, o.oprcom::regoperator,
                   o.oprnegate::regoperator, o.oprrest, o.oprjoin, o.oprcanhash, o.oprcanmerge
              FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace
             WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = o.oid AND d.deptype = 'e') AND""",
            """
            SELECT 'opclass', n.nspname, c.opcname, m.amname, f.opfname, c.opcintype::regtype, c.opcdefault, c.opckeytype::regtype
              FROM pg_opclass c JOIN pg_opfamily f ON f.oid = c.opcfamily JOIN pg_am m ON m.oid = c.opcmethod
              JOIN pg_namespace n ON n.oid = c.opcnamespace
             WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') AND""",
            """
            SELECT 'opfamily', n.nspname, f.opfname, m.amname,
                   (SELECT string_agg(o.amopstrategy || ' ' || o.amopopr::regoperator || o.amoppurpose::text, ', '
                           ORDER BY o.amopstrategy, o.amopopr::regoperator::text)
                      FROM pg_amop o WHERE o.amopfamily = f.oid),
                   (SELECT string_agg(o.amprocnum || ' ' || o.amproc, ', ' ORDER BY o.amprocnum, o.amproc::text)
                      FROM pg_amproc o WHERE o.amprocfamily = f.oid)
              FROM pg_opfamily f JOIN pg_am m ON m.oid = f.opfmethod JOIN pg_namespace n ON n.oid = f.opfnamespace
             WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = f.oid AND d.deptype = 'e') AND""",
            """
            SELECT 'cast', c.castsource::regtype, c.casttarget::regtype, c.castfunc::regprocedure, c.castcontext, c.castmethod
              FROM pg_cast c CROSS JOIN (SELECT 'any' AS nspname) n
             WHERE c.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype IN ('e', 'i')) AND""",
            """
            SELECT 'comment', i.type, i.identity, d.description
              FROM pg_description d CROSS JOIN pg_identify_object(d.classoid, d.objoid, d.objsubid) i
             CROSS JOIN (SELECT 'any' AS nspname) n
             WHERE d.objoid >= 16384 AND d.classoid <> 'pg_extension'::regclass
               AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = d.classoid AND e.objid = d.objoid AND e.deptype = 'e')
               AND""",
            "SELECT 'schema', n.nspname FROM pg_namespace n WHERE ");

    private StructureFacts() {}

    private static final List<String> GRANTS = List.of(
            """
            SELECT 'relation', c.oid::regclass, x.privilege_type, x.grantee::regrole, x.is_grantable
              FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace CROSS JOIN aclexplode(c.relacl) x WHERE""",
            """
            SELECT 'column', c.oid::regclass, a.attname, x.privilege_type, x.grantee::regrole, x.is_grantable
              FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
             CROSS JOIN aclexplode(a.attacl) x WHERE NOT a.attisdropped AND""",
            """
            SELECT 'routine', p.oid::regprocedure, x.privilege_type, x.grantee::regrole, x.is_grantable
              FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace CROSS JOIN aclexplode(p.proacl) x WHERE""",
            """
            SELECT 'schema', n.nspname, x.privilege_type, x.grantee::regrole, x.is_grantable
              FROM pg_namespace n CROSS JOIN aclexplode(n.nspacl) x WHERE n.nspname <> 'public' AND""");

    public static List<String> read(Connection connection) throws SQLException {
        return lines(connection, QUERIES);
    }

    /** Privileges that are not the defaults. */
    static List<String> grants(Connection connection) throws SQLException {
        return lines(connection, GRANTS);
    }

    private static List<String> lines(Connection connection, List<String> queries) throws SQLException {
        TreeSet<String> lines = new TreeSet<>();
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET search_path = ''");
            for (String query : queries) {
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
