package io.walferry.job.sql;

/** Functions at the source with which the triggers find out what a command has touched, and see to new tables. */
final class DdlObjectsSql {

    /**
     * Whether a row was written by the transaction, or one within it: those have locks on their own ids. A row's age does not tell, for
     * a frozen one keeps an id that is used again.
     */
    private static final String OWN_XIDS =
            "(SELECT l.transactionid FROM pg_catalog.pg_locks l WHERE l.locktype = 'transactionid'"
                    + " AND l.pid = pg_catalog.pg_backend_pid() AND l.granted AND l.mode = 'ExclusiveLock')";

    private DdlObjectsSql() {}

    /** The whole that an object is a part of: an index of its table, a row type of its table; nothing if it is never moved. */
    static String whole(int version) {
        return """
            CREATE OR REPLACE FUNCTION walferry.ddl_whole(the_class text, the_oid oid, OUT class text, OUT oid oid)
            LANGUAGE plpgsql STABLE AS $walferry$
            DECLARE
              found record;
            BEGIN
              class := the_class;
              oid := the_oid;
              CASE the_class
                WHEN 'pg_class' THEN
                  SELECT c.relkind, c.relpersistence, c.reltype, i.indrelid INTO found
                    FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid WHERE c.oid = the_oid;
                  IF found.relpersistence = 't' OR found.relkind = 't' OR found.relkind IS NULL THEN
                    oid := NULL;
                  ELSIF found.relkind = 'c' THEN
                    class := 'pg_type';
                    oid := found.reltype;
                  ELSIF found.relkind IN ('i', 'I') THEN
                    oid := found.indrelid;
                  END IF;
                WHEN 'pg_type' THEN
                  SELECT t.typrelid, c.relkind, c.relpersistence, e.oid AS element, r.rngtypid INTO found
                    FROM pg_catalog.pg_type t
                    LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
                    LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem AND e.typarray = t.oid
                    LEFT JOIN pg_catalog.pg_range r ON %s
                   WHERE t.oid = the_oid;
                  IF found.relpersistence = 't' THEN
                    oid := NULL;
                  ELSIF found.relkind <> 'c' THEN
                    class := 'pg_class';
                    oid := found.typrelid;
                  ELSE
                    oid := COALESCE(found.element, found.rngtypid, the_oid);
                  END IF;
                WHEN 'pg_constraint' THEN
                  SELECT CASE WHEN k.conrelid = 0 THEN 'pg_type' ELSE 'pg_class' END,
                         CASE WHEN k.conrelid = 0 THEN k.contypid ELSE k.conrelid END INTO class, oid
                    FROM pg_catalog.pg_constraint k WHERE k.oid = the_oid;
                WHEN 'pg_trigger' THEN
                  SELECT 'pg_class', t.tgrelid INTO class, oid FROM pg_catalog.pg_trigger t WHERE t.oid = the_oid;
                WHEN 'pg_rewrite' THEN
                  SELECT 'pg_class', w.ev_class INTO class, oid FROM pg_catalog.pg_rewrite w WHERE w.oid = the_oid;
                WHEN 'pg_policy' THEN
                  SELECT 'pg_class', p.polrelid INTO class, oid FROM pg_catalog.pg_policy p WHERE p.oid = the_oid;
                WHEN 'pg_attrdef' THEN
                  SELECT 'pg_class', a.adrelid INTO class, oid FROM pg_catalog.pg_attrdef a WHERE a.oid = the_oid;
                WHEN 'pg_statistic_ext' THEN
                  SELECT 'pg_class', s.stxrelid INTO class, oid FROM pg_catalog.pg_statistic_ext s WHERE s.oid = the_oid;
                WHEN 'pg_proc', 'pg_operator', 'pg_opclass', 'pg_opfamily', 'pg_cast', 'pg_collation', 'pg_extension',
                     'pg_namespace' THEN
                ELSE
                  oid := NULL;
              END CASE;
              IF class = 'pg_class' AND EXISTS (SELECT FROM pg_catalog.pg_class c
                   WHERE c.oid = ddl_whole.oid AND c.relpersistence = 't') THEN
                oid := NULL;
              END IF;
            END
            $walferry$"""
                .formatted(version < 140000 ? "false" : "r.rngmultitypid = t.oid");
    }

    /**
     * Wholes with all that changes with them and that the server does not name: what inherits, sequences that go with a table, what is
     * in a schema, what has been attached or detached.
     */
    static String touched() {
        return """
            CREATE OR REPLACE FUNCTION walferry.ddl_touched(the_tag text, INOUT the_objects jsonb)
            LANGUAGE plpgsql STABLE AS $walferry$
            DECLARE
              more jsonb;
            BEGIN
              IF the_tag = 'ALTER SCHEMA' THEN
                SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('class', o.class, 'oid', o.oid)) INTO more
                  FROM pg_catalog.jsonb_array_elements(the_objects) s
                 CROSS JOIN LATERAL (
                   SELECT 'pg_class', c.oid FROM pg_catalog.pg_class c
                    WHERE c.relnamespace = (s ->> 'oid')::oid AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND c.relpersistence <> 't'
                   UNION ALL
                   SELECT 'pg_type', t.oid FROM pg_catalog.pg_type t
                    WHERE t.typnamespace = (s ->> 'oid')::oid AND (t.typtype IN ('e', 'd', 'r') OR t.typtype = 'c' AND EXISTS (
                          SELECT FROM pg_catalog.pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c'))
                   UNION ALL
                   SELECT 'pg_operator', p.oid FROM pg_catalog.pg_operator p WHERE p.oprnamespace = (s ->> 'oid')::oid
                   UNION ALL
                   SELECT 'pg_opfamily', p.oid FROM pg_catalog.pg_opfamily p WHERE p.opfnamespace = (s ->> 'oid')::oid
                   UNION ALL
                   SELECT 'pg_opclass', p.oid FROM pg_catalog.pg_opclass p WHERE p.opcnamespace = (s ->> 'oid')::oid
                   UNION ALL
                   SELECT 'pg_collation', p.oid FROM pg_catalog.pg_collation p WHERE p.collnamespace = (s ->> 'oid')::oid
                   UNION ALL
                   SELECT 'pg_extension', p.oid FROM pg_catalog.pg_extension p WHERE p.extnamespace = (s ->> 'oid')::oid
                   UNION ALL
                   SELECT 'pg_proc', p.oid FROM pg_catalog.pg_proc p WHERE p.pronamespace = (s ->> 'oid')::oid) AS o (class, oid)
                 WHERE s ->> 'class' = 'pg_namespace' AND NOT EXISTS (
                       SELECT FROM pg_catalog.pg_depend e WHERE e.classid = ('pg_catalog.' || o.class)::pg_catalog.regclass
                          AND e.objid = o.oid AND e.deptype = 'e');
                the_objects := the_objects || COALESCE(more, '[]');
              END IF;
              IF the_tag = 'ALTER TABLE' AND EXISTS (
                   SELECT FROM pg_catalog.jsonb_array_elements(the_objects) s JOIN pg_catalog.pg_class p ON p.oid = (s ->> 'oid')::oid
                    WHERE p.relkind = 'p' AND s ->> 'class' = 'pg_class') THEN
                -- A partition that was detached is no longer below its table, but its row of pg_class is new.
                SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('class', 'pg_class', 'oid', c.oid)) INTO more
                  FROM pg_catalog.pg_class c
                 WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
                   AND c.xmin IN %s;
                the_objects := the_objects || COALESCE(more, '[]');
              END IF;
              IF the_tag IN ('ALTER TYPE', 'ALTER DOMAIN') THEN
                SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('class', o.class, 'oid', o.oid)) INTO more
                  FROM pg_catalog.jsonb_array_elements(the_objects) s
                 CROSS JOIN LATERAL (
                   SELECT 'pg_class', c.oid FROM pg_catalog.pg_class c
                    WHERE c.reloftype = (s ->> 'oid')::oid AND c.relpersistence <> 't'
                   UNION
                   SELECT 'pg_proc', d.objid FROM pg_catalog.pg_depend d
                    WHERE d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.refobjid = (s ->> 'oid')::oid
                      AND d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.deptype = 'n') AS o (class, oid)
                 WHERE s ->> 'class' = 'pg_type';
                the_objects := the_objects || COALESCE(more, '[]');
              END IF;
              WITH RECURSIVE below (oid) AS (
                SELECT (s ->> 'oid')::oid FROM pg_catalog.jsonb_array_elements(the_objects) s WHERE s ->> 'class' = 'pg_class'
                UNION
                SELECT h.inhrelid FROM below b JOIN pg_catalog.pg_inherits h ON h.inhparent = b.oid
                  JOIN pg_catalog.pg_class c ON c.oid = h.inhrelid AND c.relkind IN ('r', 'p', 'f'))
              SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('class', 'pg_class', 'oid', o.oid)) INTO more
                FROM (SELECT b.oid FROM below b
                      UNION
                      SELECT d.objid FROM below b
                        JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
                         AND d.refobjid = b.oid AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
                         AND d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                        JOIN pg_catalog.pg_class q ON q.oid = d.objid AND q.relkind = 'S') AS o;
              the_objects := the_objects || COALESCE(more, '[]');
            END
            $walferry$"""
                .formatted(OWN_XIDS);
    }

    /**
     * The value that a command has given a sequence, which no image has: changing a definition only leaves the row of {@code pg_class}
     * as it was. An ALTER SEQUENCE keeps other sessions from taking values until its transaction ends.
     */
    static String restarted() {
        return """
            CREATE OR REPLACE FUNCTION walferry.ddl_restarted(the_tag text, the_class text, the_oid oid) RETURNS jsonb
            LANGUAGE plpgsql STABLE AS $walferry$
            DECLARE
              the_value jsonb;
            BEGIN
              IF the_class = 'pg_class' AND the_tag IN ('ALTER SEQUENCE', 'ALTER TABLE') AND EXISTS (
                   SELECT FROM pg_catalog.pg_class c WHERE c.oid = the_oid AND c.relkind = 'S' AND c.xmin IN %s) THEN
                EXECUTE pg_catalog.format($q$SELECT pg_catalog.jsonb_build_object('value',
                  pg_catalog.jsonb_build_object('last', last_value, 'called', is_called)) FROM %%s$q$,
                  the_oid::pg_catalog.regclass) INTO the_value;
              END IF;
              RETURN the_value;
            END
            $walferry$"""
                .formatted(OWN_XIDS);
    }

    /**
     * Puts a table into the publications of the tasks that select it, before it can have a row.
     */
    static String publish(int version) {
        return """
            CREATE OR REPLACE FUNCTION walferry.ddl_publish(the_oid oid) RETURNS void
            LANGUAGE plpgsql AS $walferry$
            DECLARE
              the_root oid := the_oid;
              the_table record;
              the_task record;
            BEGIN
              FOR i IN 1 .. 20 LOOP
                EXIT WHEN NOT (SELECT c.relispartition FROM pg_catalog.pg_class c WHERE c.oid = the_root);
                the_root := (SELECT h.inhparent FROM pg_catalog.pg_inherits h WHERE h.inhrelid = the_root);
              END LOOP;
              SELECT c.oid, n.nspname, c.relname INTO the_table
                FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
               WHERE c.oid = the_root AND c.relkind IN ('r', 'p') AND c.relpersistence = 'p';
              IF the_table.oid IS NULL THEN
                RETURN;
              END IF;
              FOR the_task IN
                SELECT t.publication FROM walferry.ddl_task t
                 WHERE EXISTS (SELECT FROM pg_catalog.unnest(t.included) AS p
                                WHERE pg_catalog.format('%%s.%%s', the_table.nspname, the_table.relname) ~ p)
                   AND NOT EXISTS (SELECT FROM pg_catalog.unnest(t.excluded) AS p
                                WHERE pg_catalog.format('%%s.%%s', the_table.nspname, the_table.relname) ~ p)
              LOOP
                IF NOT EXISTS (SELECT FROM pg_catalog.pg_publication_rel r JOIN pg_catalog.pg_publication p ON p.oid = r.prpubid
                                WHERE p.pubname = the_task.publication AND r.prrelid = %1$s)
                   AND EXISTS (SELECT FROM pg_catalog.pg_publication p WHERE p.pubname = the_task.publication
                                AND NOT p.puballtables)%2$s THEN
                  EXECUTE pg_catalog.format('ALTER PUBLICATION %%I ADD TABLE %%s%%s', the_task.publication,
                    CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = %1$s AND c.relkind = 'r') THEN 'ONLY ' ELSE '' END,
                    %1$s::pg_catalog.regclass);
                END IF;
              END LOOP;
            END
            $walferry$"""
                .formatted(
                        version < 130000 ? "the_oid" : "the_root",
                        version < 130000
                                ? " AND EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = the_oid AND c.relkind = 'r')"
                                : "");
    }

    /**
     * Lets a table without a key, or whose index for that is gone, log whole rows: PostgreSQL refuses updates of a published table that
     * has neither, and takes no key that is deferrable or WITHOUT OVERLAPS. Comes after the row
     * of the log with the table, as it gives a row of its own.
     */
    static String identify() {
        return """
            CREATE OR REPLACE FUNCTION walferry.ddl_identify(the_oid oid) RETURNS void
            LANGUAGE plpgsql AS $walferry$
            DECLARE
              the_root oid := the_oid;
            BEGIN
              IF NOT EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = the_oid AND c.relkind IN ('r', 'p')
                   AND c.relreplident IN ('d', 'i')
                   AND NOT EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = the_oid
                         AND CASE c.relreplident WHEN 'd' THEN i.indisprimary AND i.indimmediate AND NOT i.indisexclusion
                                                 ELSE i.indisreplident END)) THEN
                RETURN;
              END IF;
              FOR i IN 1 .. 20 LOOP
                EXIT WHEN NOT (SELECT c.relispartition FROM pg_catalog.pg_class c WHERE c.oid = the_root);
                the_root := (SELECT h.inhparent FROM pg_catalog.pg_inherits h WHERE h.inhrelid = the_root);
              END LOOP;
              IF EXISTS (SELECT FROM pg_catalog.pg_publication_rel r JOIN pg_catalog.pg_publication p ON p.oid = r.prpubid
                           JOIN walferry.ddl_task t ON t.publication = p.pubname::text
                          WHERE r.prrelid IN (the_oid, the_root)) THEN
                EXECUTE pg_catalog.format('ALTER TABLE ONLY %s REPLICA IDENTITY FULL', the_oid::pg_catalog.regclass);
              END IF;
            END
            $walferry$""";
    }
}
