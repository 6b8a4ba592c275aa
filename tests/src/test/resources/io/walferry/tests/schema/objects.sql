-- Every kind of object that servers from 10 on have.
SET check_function_bodies = off;
CREATE SCHEMA base;
CREATE SCHEMA app;
CREATE SCHEMA "Mixed Case";
COMMENT ON SCHEMA app IS 'it''s the app';
CREATE EXTENSION citext SCHEMA base;

CREATE TYPE base.status AS ENUM ('new', 'Old');
COMMENT ON TYPE base.status IS 'of an order';
CREATE TYPE base.point3 AS (x int, y int, z int);
COMMENT ON COLUMN base.point3.y IS 'up';
CREATE DOMAIN base.positive AS int CONSTRAINT above_zero CHECK (VALUE > 0);
COMMENT ON DOMAIN base.positive IS 'counts';
COMMENT ON CONSTRAINT above_zero ON DOMAIN base.positive IS 'not zero';
CREATE TYPE base.span AS RANGE (subtype = int8);
CREATE COLLATION base.plain (provider = libc, lc_collate = 'C', lc_ctype = 'C');
COMMENT ON COLLATION base.plain IS 'bytes';
CREATE SEQUENCE base.tickets START 50 INCREMENT 7;
COMMENT ON SEQUENCE base.tickets IS 'free';

-- A function that a default, a check and an index need, and one whose body names what comes later.
CREATE FUNCTION base.norm(t text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT lower(t) $$;
COMMENT ON FUNCTION base.norm(text) IS 'folds';
CREATE FUNCTION base.next_code() RETURNS text LANGUAGE sql AS $$ SELECT 'c' || nextval('base.tickets') $$;
CREATE FUNCTION app.total_of(customer int) RETURNS bigint LANGUAGE sql STABLE AS
  $$ SELECT coalesce(sum(total), 0)::bigint FROM app.order_sums s WHERE s.customer_id = customer $$;
CREATE FUNCTION "Mixed Case"."Fn"("In" int, OUT "A" int, OUT b text, VARIADIC rest int[] DEFAULT '{}') LANGUAGE plpgsql AS
  $$ BEGIN "A" := "In"; b := 'x'; END $$;

CREATE TABLE app.customer (
  id serial PRIMARY KEY, name text COLLATE base.plain NOT NULL, code text DEFAULT base.next_code(), email base.citext,
  status base.status DEFAULT 'new', home base.point3, parent int REFERENCES app.customer DEFERRABLE INITIALLY DEFERRED,
  best_order int, CONSTRAINT named CHECK (base.norm(name) <> ''), UNIQUE (name));
COMMENT ON TABLE app.customer IS 'who buys';
COMMENT ON COLUMN app.customer.name IS 'as it is written, "so"';
COMMENT ON CONSTRAINT named ON app.customer IS 'has a name';
COMMENT ON CONSTRAINT customer_pkey ON app.customer IS 'the key';
CREATE INDEX customer_norm ON app.customer (base.norm(name)) WHERE id > 0;
COMMENT ON INDEX app.customer_norm IS 'for the search';
ALTER TABLE app.customer ALTER code SET STORAGE EXTERNAL, ALTER code SET STATISTICS 77;
CREATE TABLE app."Order" (
  "Id" int PRIMARY KEY, customer_id int NOT NULL, amount base.positive, total numeric(10, 2), at timestamptz DEFAULT now(),
  CONSTRAINT "to customer" FOREIGN KEY (customer_id) REFERENCES app.customer ON UPDATE CASCADE ON DELETE RESTRICT);
COMMENT ON CONSTRAINT "to customer" ON app."Order" IS 'back';
-- Two tables that point at each other.
ALTER TABLE app.customer ADD CONSTRAINT best FOREIGN KEY (best_order) REFERENCES app."Order" ON DELETE SET NULL;
CREATE TABLE "Mixed Case"."Line" (
  "Order" int, no int, "Text" text, room int, during int4range, PRIMARY KEY ("Order", no), UNIQUE (no, "Order"),
  FOREIGN KEY ("Order") REFERENCES app."Order" MATCH FULL DEFERRABLE, EXCLUDE USING gist (during WITH &&) WHERE (no > 0));
CREATE TABLE "Mixed Case"."Note" (
  a int, b int, t text, FOREIGN KEY (b, a) REFERENCES "Mixed Case"."Line" (no, "Order") ON DELETE SET DEFAULT);
ALTER TABLE "Mixed Case"."Note" REPLICA IDENTITY FULL;
ALTER TABLE "Mixed Case"."Note" ADD CONSTRAINT late FOREIGN KEY (a) REFERENCES app."Order" NOT VALID;
CREATE TABLE app.chosen (a int NOT NULL, b int NOT NULL, c text, PRIMARY KEY (a));
CREATE UNIQUE INDEX chosen_b ON app.chosen (b);
ALTER TABLE app.chosen REPLICA IDENTITY USING INDEX chosen_b;
CREATE UNLOGGED TABLE app.scratch (id int PRIMARY KEY, t text);
COMMENT ON TABLE app.scratch IS 'goes in a crash';
CREATE STATISTICS app.customer_stats (ndistinct, dependencies) ON name, code FROM app.customer;
COMMENT ON STATISTICS app.customer_stats IS 'both';

CREATE VIEW app.order_sums AS
  SELECT c.id AS customer_id, c.name, sum(o.total) AS total, count(*) AS "N" FROM app.customer c JOIN app."Order" o ON o.customer_id = c.id
   GROUP BY c.id;
COMMENT ON VIEW app.order_sums IS 'sums';
COMMENT ON COLUMN app.order_sums.total IS 'of all';
CREATE VIEW "Mixed Case"."View on view" WITH (security_barrier) AS SELECT s.*, base.norm(s.name) AS folded FROM app.order_sums s WHERE total > 10;
CREATE VIEW app.open_customers AS SELECT id, name FROM app.customer WHERE status = 'new' WITH CASCADED CHECK OPTION;
ALTER VIEW app.open_customers ALTER name SET DEFAULT 'nobody';
CREATE VIEW app.activity AS SELECT pid, app.total_of(pid) FROM pg_catalog.pg_stat_activity;
CREATE FUNCTION app.sums_above(minimum numeric) RETURNS SETOF app.order_sums LANGUAGE sql STABLE AS
  $$ SELECT * FROM app.order_sums WHERE total > minimum $$;
CREATE MATERIALIZED VIEW app.per_status AS SELECT status, count(*) AS n, max(app.total_of(id)) AS most FROM app.customer GROUP BY status;
CREATE UNIQUE INDEX per_status_key ON app.per_status (status);
CREATE INDEX ON app.per_status (n DESC) WHERE n > 1;
COMMENT ON MATERIALIZED VIEW app.per_status IS 'counted';
COMMENT ON INDEX app.per_status_key IS 'for refreshing';
CREATE MATERIALIZED VIEW app.empty_one WITH (fillfactor = 70) AS SELECT * FROM app.per_status WITH NO DATA;

CREATE FUNCTION app.stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.at := now(); RETURN NEW; END $$;
CREATE FUNCTION app.insert_customer() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN INSERT INTO app.customer (name) VALUES (NEW.name); RETURN NEW; END $$;
CREATE TRIGGER stamp BEFORE INSERT OR UPDATE OF total ON app."Order" FOR EACH ROW WHEN (NEW.total > 1) EXECUTE PROCEDURE app.stamp();
COMMENT ON TRIGGER stamp ON app."Order" IS 'when';
CREATE TRIGGER "Off" AFTER DELETE ON app."Order" FOR EACH STATEMENT EXECUTE PROCEDURE app.stamp();
ALTER TABLE app."Order" DISABLE TRIGGER "Off";
CREATE TRIGGER always AFTER INSERT ON app."Order" FOR EACH ROW EXECUTE PROCEDURE app.stamp('x', 'y');
ALTER TABLE app."Order" ENABLE ALWAYS TRIGGER always;
CREATE TRIGGER only_replica AFTER INSERT ON app."Order" FOR EACH ROW EXECUTE PROCEDURE app.stamp();
ALTER TABLE app."Order" ENABLE REPLICA TRIGGER only_replica;
CREATE CONSTRAINT TRIGGER deferred AFTER INSERT ON app."Order" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE PROCEDURE app.stamp();
CREATE TRIGGER through INSTEAD OF INSERT ON app.order_sums FOR EACH ROW EXECUTE PROCEDURE app.insert_customer();
CREATE RULE no_delete AS ON DELETE TO app.open_customers DO INSTEAD NOTHING;
CREATE RULE log_delete AS ON DELETE TO "Mixed Case"."Note" DO ALSO INSERT INTO app.scratch VALUES (OLD.a, OLD.t);
COMMENT ON RULE log_delete ON "Mixed Case"."Note" IS 'logs';
ALTER TABLE "Mixed Case"."Note" DISABLE RULE log_delete;
CREATE RULE no_update AS ON UPDATE TO "Mixed Case"."Note" DO INSTEAD NOTHING;

CREATE FUNCTION base.add_up(state int8, v base.positive) RETURNS int8 LANGUAGE sql IMMUTABLE AS $$ SELECT state + v $$;
CREATE FUNCTION base.last(state int8) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT state::text $$;
CREATE AGGREGATE base.total(base.positive) (
  SFUNC = base.add_up, STYPE = int8, FINALFUNC = base.last, INITCOND = '0', COMBINEFUNC = int8pl, PARALLEL = SAFE,
  MSFUNC = base.add_up, MINVFUNC = base.add_up, MSTYPE = int8, MFINALFUNC = base.last, MINITCOND = '1');
COMMENT ON AGGREGATE base.total(base.positive) IS 'adds up';
CREATE AGGREGATE base.rows_seen(*) (SFUNC = int8inc, STYPE = int8, INITCOND = '0');
CREATE AGGREGATE base.middle(float8 ORDER BY anyelement) (
  SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA);

CREATE FUNCTION base.lt3(a base.point3, b base.point3) RETURNS bool LANGUAGE sql IMMUTABLE AS $$ SELECT a.x < b.x $$;
CREATE FUNCTION base.gt3(a base.point3, b base.point3) RETURNS bool LANGUAGE sql IMMUTABLE AS $$ SELECT a.x > b.x $$;
CREATE FUNCTION base.eq3(a base.point3, b base.point3) RETURNS bool LANGUAGE sql IMMUTABLE AS $$ SELECT a.x = b.x $$;
CREATE FUNCTION base.le3(a base.point3, b base.point3) RETURNS bool LANGUAGE sql IMMUTABLE AS $$ SELECT a.x <= b.x $$;
CREATE FUNCTION base.ge3(a base.point3, b base.point3) RETURNS bool LANGUAGE sql IMMUTABLE AS $$ SELECT a.x >= b.x $$;
CREATE FUNCTION base.cmp3(a base.point3, b base.point3) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT a.x - b.x $$;
CREATE OPERATOR base.<<< (
  LEFTARG = base.point3, RIGHTARG = base.point3, PROCEDURE = base.lt3, COMMUTATOR = OPERATOR(base.>>>), RESTRICT = scalarltsel,
  JOIN = scalarltjoinsel);
CREATE OPERATOR base.>>> (
  LEFTARG = base.point3, RIGHTARG = base.point3, PROCEDURE = base.gt3, COMMUTATOR = OPERATOR(base.<<<));
CREATE OPERATOR base.=== (
  LEFTARG = base.point3, RIGHTARG = base.point3, PROCEDURE = base.eq3, COMMUTATOR = OPERATOR(base.===), HASHES, MERGES);
CREATE OPERATOR base.<== (LEFTARG = base.point3, RIGHTARG = base.point3, PROCEDURE = base.le3, NEGATOR = OPERATOR(base.>>>));
CREATE OPERATOR base.>== (LEFTARG = base.point3, RIGHTARG = base.point3, PROCEDURE = base.ge3);
CREATE FUNCTION base.flip(p base.point3) RETURNS base.point3 LANGUAGE sql IMMUTABLE AS $$ SELECT row(-p.x, -p.y, -p.z)::base.point3 $$;
CREATE OPERATOR base.@#@ (RIGHTARG = base.point3, PROCEDURE = base.flip);
COMMENT ON OPERATOR base.@#@ (NONE, base.point3) IS 'turns around';
CREATE OPERATOR FAMILY base.point3_family USING btree;
CREATE OPERATOR CLASS base.point3_ops DEFAULT FOR TYPE base.point3 USING btree FAMILY base.point3_family AS
  OPERATOR 1 base.<<<, OPERATOR 2 base.<==, OPERATOR 3 base.===, OPERATOR 4 base.>==, OPERATOR 5 base.>>>,
  FUNCTION 1 base.cmp3(base.point3, base.point3);
COMMENT ON OPERATOR CLASS base.point3_ops USING btree IS 'by x';
CREATE OPERATOR FAMILY base.loose USING hash;
ALTER OPERATOR FAMILY base.loose USING hash ADD OPERATOR 1 pg_catalog.=(int4, int8);
CREATE TABLE app.places (id int PRIMARY KEY, at base.point3);
CREATE INDEX places_at ON app.places (at base.point3_ops);
CREATE FUNCTION base.to_text(p base.point3) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT p.x || '/' || p.y $$;
CREATE CAST (base.point3 AS text) WITH FUNCTION base.to_text(base.point3) AS ASSIGNMENT;
CREATE CAST (int4 AS base.status) WITH INOUT;

-- Left out, with a reason.
CREATE FUNCTION base.in_c(int) RETURNS int LANGUAGE internal AS 'int4abs';
CREATE VIEW app.uses_it AS SELECT base.in_c(id) FROM app.customer;
CREATE TEXT SEARCH DICTIONARY app.words (TEMPLATE = simple);
CREATE POLICY own ON app.places USING (id > 0);
