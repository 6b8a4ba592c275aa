package io.walferry.job.sql;

/** The functions of the event triggers, and the one by which they write the log. */
final class DdlTriggerSql {

    /** Commands that say nothing about structure that could be selected, or whose text may hold a secret. */
    private static final String PASSED_OVER = "'ALTER PUBLICATION', 'CREATE PUBLICATION', 'DROP PUBLICATION',"
            + " 'CREATE SUBSCRIPTION', 'ALTER SUBSCRIPTION', 'DROP SUBSCRIPTION', 'CREATE SERVER', 'ALTER SERVER',"
            + " 'CREATE USER MAPPING', 'ALTER USER MAPPING', 'DROP USER MAPPING', 'REINDEX', 'SECURITY LABEL',"
            + " 'ALTER DEFAULT PRIVILEGES', 'GRANT', 'REVOKE'";

    private DdlTriggerSql() {}

    static String write() {
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
              IF the_id % 100 = 0 AND pg_catalog.current_setting('transaction_isolation') LIKE 'read %' THEN
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

    static String onCommand() {
        return header("on_command", "the_command record; the_whole record;")
                + """
                FOR the_command IN
                  SELECT c.classid::pg_catalog.regclass::text AS class, c.objid, c.command_tag, c.object_type
                    FROM pg_catalog.pg_event_trigger_ddl_commands() c
                   WHERE c.objid IS NOT NULL AND NOT c.in_extension AND c.schema_name IS DISTINCT FROM 'walferry'
                     AND (c.schema_name IS NULL OR c.schema_name !~ '^pg_(temp|toast)')
                LOOP
                  SELECT w.class, w.oid INTO the_whole FROM walferry.ddl_whole(the_command.class, the_command.objid) w;
                  CONTINUE WHEN the_whole.oid IS NULL;
                  the_seen := the_seen || pg_catalog.jsonb_build_object('class', the_whole.class, 'oid', the_whole.oid);
                END LOOP;
                IF the_seen = '[]' THEN
                  RETURN;
                END IF;
                the_seen := walferry.ddl_touched(tg_tag, the_seen);
                -- A schema that gets another name has tables that others write to: the task publishes those, and keeps writers out.
                IF tg_tag IN ('CREATE TABLE', 'CREATE TABLE AS', 'SELECT INTO', 'ALTER TABLE', 'CREATE SCHEMA') THEN
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

    static String onDrop() {
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
                IF tg_tag = 'DROP INDEX' THEN
                  FOR the_oid IN
                    SELECT c.oid FROM pg_catalog.pg_class c WHERE c.relreplident = 'i' AND c.relkind IN ('r', 'p') LOOP
                    BEGIN
                      PERFORM walferry.ddl_identify(the_oid);
                    EXCEPTION WHEN OTHERS THEN
                      NULL; -- as after a command
                    END;
                  END LOOP;
                END IF;
            """
                + caught("the_objects || the_seen");
    }

    static String onRewrite() {
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
