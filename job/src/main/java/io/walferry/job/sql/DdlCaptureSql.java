package io.walferry.job.sql;

import java.util.List;

/**
 * What captures structure changes at the source, for servers 10 to 18: schema {@code walferry} with the log of commands, and three
 * event triggers that write it. They serve all tasks of a database. Whatever goes wrong in them is caught: a user's command never
 * fails for it.
 */
public final class DdlCaptureSql {

    /** Raised with every change of what is installed. */
    public static final int VERSION = 2;

    /** Commands that say nothing about structure that could be selected, or whose text may hold a secret. */
    private static final String PASSED_OVER = "'ALTER PUBLICATION', 'CREATE PUBLICATION', 'DROP PUBLICATION',"
            + " 'CREATE SUBSCRIPTION', 'ALTER SUBSCRIPTION', 'DROP SUBSCRIPTION', 'CREATE SERVER', 'ALTER SERVER',"
            + " 'CREATE USER MAPPING', 'ALTER USER MAPPING', 'DROP USER MAPPING', 'REINDEX', 'SECURITY LABEL',"
            + " 'ALTER DEFAULT PRIVILEGES'";

    private DdlCaptureSql() {}

    /** Tables and functions that need no more than the right to create a schema; all can be run again. */
    public static List<String> tables(int version) {
        return List.of(
                "CREATE SCHEMA IF NOT EXISTS walferry",
                """
                CREATE TABLE IF NOT EXISTS walferry.ddl_log (
                  id bigserial PRIMARY KEY,
                  xid bigint NOT NULL DEFAULT pg_catalog.txid_current(),
                  at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
                  event text NOT NULL,
                  tag text NOT NULL,
                  text text NOT NULL,
                  username text NOT NULL DEFAULT session_user,
                  objects jsonb NOT NULL)""",
                """
                CREATE TABLE IF NOT EXISTS walferry.ddl_task (
                  task text PRIMARY KEY,
                  publication text NOT NULL,
                  included text[] NOT NULL,
                  excluded text[] NOT NULL)""",
                whole(version));
    }

    /** All functions but the one that makes images. */
    public static List<String> functions(int version) {
        return List.of(
                "CREATE OR REPLACE FUNCTION walferry.ddl_version() RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT "
                        + VERSION + "'",
                touched(),
                restarted(),
                publish(version),
                identify(),
                write(),
                onCommand(),
                onDrop(),
                onRewrite());
    }

    /** Needs a superuser, or what the provider has in its place. */
    public static List<String> eventTriggers() {
        return List.of(
                "DROP EVENT TRIGGER IF EXISTS walferry_ddl_command",
                "DROP EVENT TRIGGER IF EXISTS walferry_ddl_drop",
                "DROP EVENT TRIGGER IF EXISTS walferry_ddl_rewrite",
                "CREATE EVENT TRIGGER walferry_ddl_rewrite ON table_rewrite EXECUTE PROCEDURE walferry.on_rewrite()",
                "ALTER EVENT TRIGGER walferry_ddl_rewrite ENABLE ALWAYS",
                "CREATE EVENT TRIGGER walferry_ddl_drop ON sql_drop EXECUTE PROCEDURE walferry.on_drop()",
                "ALTER EVENT TRIGGER walferry_ddl_drop ENABLE ALWAYS",
                "CREATE EVENT TRIGGER walferry_ddl_command ON ddl_command_end EXECUTE PROCEDURE walferry.on_command()",
                "ALTER EVENT TRIGGER walferry_ddl_command ENABLE ALWAYS");
    }

    /** Takes all of it away, for a person to run; the last is refused where tasks have their records in the same schema. */
    public static List<String> remove() {
        return List.of(
                "DROP EVENT TRIGGER IF EXISTS walferry_ddl_command",
                "DROP EVENT TRIGGER IF EXISTS walferry_ddl_drop",
                "DROP EVENT TRIGGER IF EXISTS walferry_ddl_rewrite",
                "DROP FUNCTION IF EXISTS walferry.on_command, walferry.on_drop, walferry.on_rewrite, walferry.ddl_write,"
                        + " walferry.ddl_identify, walferry.ddl_publish, walferry.ddl_touched, walferry.ddl_restarted, walferry.ddl_whole,"
                        + " walferry.ddl_image, walferry.ddl_version",
                "DROP TABLE IF EXISTS walferry.ddl_log, walferry.ddl_task",
                "DROP SCHEMA IF EXISTS walferry");
    }

    /** The number of event triggers that are there and fire in every role, and whether the functions are of a version. */
    public static String installed() {
        return "SELECT (SELECT pg_catalog.count(*) FROM pg_catalog.pg_event_trigger"
                + " WHERE evtname IN ('walferry_ddl_command', 'walferry_ddl_drop', 'walferry_ddl_rewrite') AND evtenabled = 'A')";
    }

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

    /** The whole that an object is a part of: an index of its table, a row type of its table; nothing if it is never moved. */
    private static String whole(int version) {
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
    private static String touched() {
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
                   SELECT 'pg_proc', p.oid FROM pg_catalog.pg_proc p WHERE p.pronamespace = (s ->> 'oid')::oid) AS o (class, oid)
                 WHERE s ->> 'class' = 'pg_namespace';
                the_objects := the_objects || COALESCE(more, '[]');
              END IF;
              IF the_tag = 'ALTER TABLE' AND EXISTS (
                   SELECT FROM pg_catalog.jsonb_array_elements(the_objects) s JOIN pg_catalog.pg_class p ON p.oid = (s ->> 'oid')::oid
                    WHERE p.relkind = 'p' AND s ->> 'class' = 'pg_class') THEN
                -- A partition that was detached is no longer below its table, but its row of pg_class is new.
                SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('class', 'pg_class', 'oid', c.oid)) INTO more
                  FROM pg_catalog.pg_class c
                 WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
                   AND c.xmin::text::bigint >= pg_catalog.txid_current() % 4294967296;
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
            $walferry$""";
    }

    /**
     * The value that a command has given a sequence, which no image has: changing a definition only leaves the row of {@code pg_class}
     * as it was. An ALTER SEQUENCE keeps other sessions from taking values until its transaction ends.
     */
    private static String restarted() {
        return """
            CREATE OR REPLACE FUNCTION walferry.ddl_restarted(the_tag text, the_class text, the_oid oid) RETURNS jsonb
            LANGUAGE plpgsql STABLE AS $walferry$
            DECLARE
              the_value jsonb;
            BEGIN
              IF the_class = 'pg_class' AND the_tag IN ('ALTER SEQUENCE', 'ALTER TABLE') AND EXISTS (
                   SELECT FROM pg_catalog.pg_class c WHERE c.oid = the_oid AND c.relkind = 'S'
                      AND c.xmin::text::bigint >= pg_catalog.txid_current() % 4294967296) THEN
                EXECUTE pg_catalog.format($q$SELECT pg_catalog.jsonb_build_object('value',
                  pg_catalog.jsonb_build_object('last', last_value, 'called', is_called)) FROM %s$q$,
                  the_oid::pg_catalog.regclass) INTO the_value;
              END IF;
              RETURN the_value;
            END
            $walferry$""";
    }

    /**
     * Puts a table into the publications of the tasks that select it, before it can have a row.
     */
    private static String publish(int version) {
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
     * Lets a table without a key log whole rows: PostgreSQL refuses updates of a published table that has neither. Comes after the row
     * of the log with the table, as it gives a row of its own.
     */
    private static String identify() {
        return """
            CREATE OR REPLACE FUNCTION walferry.ddl_identify(the_oid oid) RETURNS void
            LANGUAGE plpgsql AS $walferry$
            DECLARE
              the_root oid := the_oid;
            BEGIN
              IF EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = the_oid AND (c.relreplident <> 'd' OR c.relkind NOT IN ('r', 'p')))
                 OR EXISTS (SELECT FROM pg_catalog.pg_index i WHERE i.indrelid = the_oid AND i.indisprimary) THEN
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

    private static String write() {
        return """
            CREATE OR REPLACE FUNCTION walferry.ddl_write(the_event text, the_tag text, the_objects jsonb) RETURNS void
            LANGUAGE plpgsql AS $walferry$
            DECLARE
              the_id bigint;
            BEGIN
              INSERT INTO walferry.ddl_log (event, tag, text, objects)
              VALUES (the_event, the_tag,
                      CASE WHEN pg_catalog.current_query() ~* 'password' THEN '(not kept: it may hold a password)'
                           ELSE COALESCE(pg_catalog.left(pg_catalog.current_query(), 10000), '') END,
                      the_objects)
              RETURNING id INTO the_id;
              IF the_id % 100 = 0 THEN
                -- What another session is about to delete is left to it: nobody waits here.
                DELETE FROM walferry.ddl_log l WHERE l.id IN (
                  SELECT o.id FROM walferry.ddl_log o WHERE o.id < the_id - 10000 ORDER BY o.id LIMIT 1000 FOR UPDATE SKIP LOCKED);
              END IF;
            END
            $walferry$""";
    }

    /** The last lines of each of the three functions. */
    private static String caught(String objects) {
        return """
              EXCEPTION WHEN OTHERS THEN
                BEGIN
                  PERFORM walferry.ddl_write('unknown', tg_tag, pg_catalog.jsonb_build_object(
                    'failure', SQLERRM, 'state', SQLSTATE, 'objects', %s));
                EXCEPTION WHEN OTHERS THEN
                  NULL;
                END;
              END;
            END
            $walferry$"""
                .formatted(objects);
    }

    private static String header(String name, String variables) {
        return """
            CREATE OR REPLACE FUNCTION walferry.%s() RETURNS event_trigger
            LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' SET lock_timeout = '2s' AS $walferry$
            DECLARE
              %s
              the_objects jsonb := '[]';
              the_seen jsonb := '[]';
              the_oids oid[] := ARRAY[]::oid[];
            BEGIN
              IF tg_tag IN (%s) THEN
                RETURN;
              END IF;
              BEGIN
            """
                .formatted(name, variables, PASSED_OVER);
    }

    private static String onCommand() {
        return header("on_command", "the_command record; the_whole record;")
                + """
                FOR the_command IN
                  SELECT c.classid::pg_catalog.regclass::text AS class, c.objid, c.command_tag, c.object_type
                    FROM pg_catalog.pg_event_trigger_ddl_commands() c
                   WHERE NOT c.in_extension AND c.schema_name IS DISTINCT FROM 'walferry'
                     AND (c.schema_name IS NULL OR c.schema_name !~ '^pg_(temp|toast)')
                LOOP
                  IF the_command.objid IS NULL THEN
                    -- GRANT and REVOKE do not say on what; whose privileges changed was written by this transaction or a later one.
                    SELECT the_seen || COALESCE(pg_catalog.jsonb_agg(
                             pg_catalog.jsonb_build_object('class', o.class, 'oid', o.oid)), '[]') INTO the_seen
                      FROM (SELECT 'pg_class'::text AS class, c.oid FROM pg_catalog.pg_class c
                             WHERE c.xmin::text::bigint >= pg_catalog.txid_current() % 4294967296
                               AND c.relkind IN ('r', 'p', 'v', 'm', 'S') AND c.relpersistence <> 't'
                            UNION SELECT 'pg_class', c.oid FROM pg_catalog.pg_attribute a
                              JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
                             WHERE a.attacl IS NOT NULL AND a.xmin::text::bigint >= pg_catalog.txid_current() % 4294967296
                               AND c.relkind IN ('r', 'p', 'v', 'm') AND c.relpersistence <> 't'
                            UNION ALL SELECT 'pg_proc', p.oid FROM pg_catalog.pg_proc p
                             WHERE p.xmin::text::bigint >= pg_catalog.txid_current() % 4294967296
                            UNION ALL SELECT 'pg_namespace', n.oid FROM pg_catalog.pg_namespace n
                             WHERE n.xmin::text::bigint >= pg_catalog.txid_current() % 4294967296 AND n.nspname <> 'walferry') AS o;
                    CONTINUE;
                  END IF;
                  SELECT w.class, w.oid INTO the_whole FROM walferry.ddl_whole(the_command.class, the_command.objid) w;
                  CONTINUE WHEN the_whole.oid IS NULL;
                  the_seen := the_seen || pg_catalog.jsonb_build_object('class', the_whole.class, 'oid', the_whole.oid);
                END LOOP;
                IF the_seen = '[]' THEN
                  RETURN;
                END IF;
                the_seen := walferry.ddl_touched(tg_tag, the_seen);
                IF tg_tag IN ('CREATE TABLE', 'CREATE TABLE AS', 'SELECT INTO', 'ALTER TABLE', 'CREATE SCHEMA', 'ALTER SCHEMA') THEN
                  FOR the_command IN
                    SELECT DISTINCT (t ->> 'oid')::oid AS objid FROM pg_catalog.jsonb_array_elements(the_seen) t
                     WHERE t ->> 'class' = 'pg_class' LOOP
                    BEGIN
                      PERFORM walferry.ddl_publish(the_command.objid);
                    EXCEPTION WHEN OTHERS THEN
                      NULL; -- the task sees that the table is not published, and does it itself
                    END;
                  END LOOP;
                END IF;
                the_objects := (
                  SELECT pg_catalog.jsonb_agg(t || pg_catalog.jsonb_build_object('image',
                           walferry.ddl_image(t ->> 'class', (t ->> 'oid')::oid))
                           || COALESCE(walferry.ddl_restarted(tg_tag, t ->> 'class', (t ->> 'oid')::oid), '{}'))
                    FROM (SELECT DISTINCT s AS t FROM pg_catalog.jsonb_array_elements(the_seen) s ORDER BY s) AS touched);
                PERFORM walferry.ddl_write('command', tg_tag, the_objects);
                IF tg_tag IN ('CREATE TABLE', 'CREATE TABLE AS', 'SELECT INTO', 'ALTER TABLE', 'CREATE SCHEMA') THEN
                  FOR the_command IN
                    SELECT DISTINCT (t ->> 'oid')::oid AS objid FROM pg_catalog.jsonb_array_elements(the_seen) t
                     WHERE t ->> 'class' = 'pg_class' LOOP
                    BEGIN
                      PERFORM walferry.ddl_identify(the_command.objid);
                    EXCEPTION WHEN OTHERS THEN
                      NULL; -- the source refuses updates until somebody sees to it, as it says
                    END;
                  END LOOP;
                END IF;
            """
                + caught("the_seen");
    }

    private static String onDrop() {
        return header("on_drop", "the_drop record; the_oid oid;")
                + """
                FOR the_drop IN
                  SELECT d.classid::pg_catalog.regclass::text AS class, d.objid, d.objsubid, d.object_type, d.object_identity,
                         d.address_names
                    FROM pg_catalog.pg_event_trigger_dropped_objects() d
                   WHERE NOT d.is_temporary AND d.schema_name IS DISTINCT FROM 'walferry'
                     AND (d.schema_name IS NULL OR d.schema_name !~ '^pg_(temp|toast)')
                LOOP
                  IF the_drop.objsubid <> 0 THEN
                    the_oid := the_drop.objid;
                  ELSIF the_drop.class IN ('pg_constraint', 'pg_trigger', 'pg_rewrite', 'pg_policy', 'pg_attrdef')
                        AND the_drop.address_names[1] IS NOT NULL AND the_drop.address_names[2] IS NOT NULL THEN
                    the_oid := pg_catalog.to_regclass(pg_catalog.format('%I.%I', the_drop.address_names[1], the_drop.address_names[2]));
                  ELSE
                    the_oid := NULL;
                    the_objects := the_objects || pg_catalog.jsonb_build_object('class', the_drop.class, 'oid', the_drop.objid,
                      'dropped', the_drop.object_identity);
                  END IF;
                  IF the_oid IS NOT NULL AND NOT the_oid = ANY (the_oids)
                     AND EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = the_oid AND c.relpersistence <> 't') THEN
                    the_oids := the_oids || the_oid;
                    the_seen := the_seen || pg_catalog.jsonb_build_object('class', 'pg_class', 'oid', the_oid);
                  END IF;
                END LOOP;
                -- What ALTER TABLE and the like are done on is written at the end of the command.
                IF the_objects = '[]' AND tg_tag ~ '^ALTER ' THEN
                  the_oids := ARRAY[]::oid[];
                END IF;
                IF the_objects = '[]' AND the_oids = ARRAY[]::oid[] THEN
                  RETURN;
                END IF;
                the_objects := the_objects || COALESCE((
                  SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object('class', o.class, 'oid', o.oid, 'image',
                           walferry.ddl_image(o.class, o.oid)) ORDER BY o.oid)
                    FROM (SELECT w.class, w.oid FROM pg_catalog.unnest(the_oids) AS t
                           CROSS JOIN LATERAL walferry.ddl_whole('pg_class', t) w WHERE w.oid IS NOT NULL) AS o), '[]');
                PERFORM walferry.ddl_write('drop', tg_tag, the_objects);
            """
                + caught("the_objects || the_seen");
    }

    private static String onRewrite() {
        return header("on_rewrite", "")
                + """
                IF NOT EXISTS (SELECT FROM pg_catalog.pg_class c
                                WHERE c.oid = pg_catalog.pg_event_trigger_table_rewrite_oid() AND c.relpersistence <> 't') THEN
                  RETURN;
                END IF;
                the_seen := pg_catalog.jsonb_build_array(pg_catalog.jsonb_build_object(
                  'class', 'pg_class', 'oid', pg_catalog.pg_event_trigger_table_rewrite_oid()));
                the_objects := pg_catalog.jsonb_build_array(pg_catalog.jsonb_build_object(
                  'class', 'pg_class', 'oid', pg_catalog.pg_event_trigger_table_rewrite_oid(),
                  'rewritten', pg_catalog.pg_event_trigger_table_rewrite_reason()));
                PERFORM walferry.ddl_write('rewrite', tg_tag, the_objects);
            """
                + caught("the_seen");
    }
}
