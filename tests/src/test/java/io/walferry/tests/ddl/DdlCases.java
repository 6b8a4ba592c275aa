package io.walferry.tests.ddl;

import static io.walferry.tests.ddl.DdlCase.keyed;
import static io.walferry.tests.ddl.DdlCase.keyless;

import java.util.List;

/** Every kind of change, and the idioms that are known to break tools. */
final class DdlCases {

    private DdlCases() {}

    static final List<DdlCase> ALL = List.of(
            keyed(
                    "drop a column and add one of the same name with another type",
                    "BEGIN; ALTER TABLE {t} DROP COLUMN v;" + " ALTER TABLE {t} ADD COLUMN v int DEFAULT 3; COMMIT"),
            keyed(
                    "swap two column names",
                    "BEGIN; ALTER TABLE {t} RENAME v TO x; ALTER TABLE {t} RENAME n TO v;"
                            + " ALTER TABLE {t} RENAME x TO n; COMMIT"),
            keyed("widen the key", "ALTER TABLE {t} ALTER id TYPE bigint"),
            keyed("make the key a text", "ALTER TABLE {t} ALTER id TYPE text USING 'k' || id"),
            keyed("add a column with a constant", "ALTER TABLE {t} ADD COLUMN c int NOT NULL DEFAULT 42"),
            keyed("add a column with now()", "ALTER TABLE {t} ADD COLUMN at timestamptz NOT NULL DEFAULT now()"),
            keyed("add a column with random()", "ALTER TABLE {t} ADD COLUMN r float8 NOT NULL DEFAULT random()"),
            keyed(
                    "add a column with nextval",
                    "CREATE SEQUENCE {t}_seq; ALTER TABLE {t} ADD COLUMN s bigint NOT NULL"
                            + " DEFAULT nextval('{t}_seq')"),
            keyed("change a type by an expression", "ALTER TABLE {t} ALTER v TYPE int USING length(v) + n"),
            keyed(
                            "compute values anew under their type",
                            "ALTER TABLE {t} ALTER n TYPE int USING n * 2 + 1",
                            "ALTER TABLE {t} ALTER id TYPE int USING -id",
                            "DO $$ BEGIN EXECUTE 'ALTER TABLE {t} ALTER v TYPE text USING upper(v)'; END $$",
                            "ALTER TABLE {t}_p ALTER v TYPE text USING v || v")
                    .after(
                            "CREATE TABLE {t}_p (id int PRIMARY KEY, v text) PARTITION BY RANGE (id)",
                            "CREATE TABLE {t}_1 PARTITION OF {t}_p FOR VALUES FROM (0) TO (1000)",
                            "INSERT INTO {t}_p SELECT i, 'p' FROM generate_series(1, 100) i")
                    .writing("UPDATE {t}_p SET v = 'u{r}' WHERE id = {r}")
                    .from(11),
            keyless(
                    "compute values anew without a key",
                    "ALTER TABLE {t} ALTER v TYPE text USING reverse(v), ADD COLUMN a int"),
            keyless(
                    "add a key in flight",
                    "DELETE FROM {t} a USING {t} b WHERE a.id = b.id AND a.ctid < b.ctid;"
                            + " ALTER TABLE {t} ADD PRIMARY KEY (id)"),
            keyed("drop the key", "ALTER TABLE {t} REPLICA IDENTITY FULL", "ALTER TABLE {t} DROP CONSTRAINT {t}_pkey"),
            keyed("drop the key at once", "ALTER TABLE {t} DROP CONSTRAINT {t}_pkey"),
            keyed(
                            "swap two tables by their names",
                            "BEGIN; ALTER TABLE {t} RENAME TO {t}_x; ALTER TABLE {t}_b RENAME TO {t};"
                                    + " ALTER TABLE {t}_x RENAME TO {t}_b; COMMIT")
                    .after("CREATE TABLE {t}_b (id int PRIMARY KEY, v text, n int, more text DEFAULT 'm')")
                    .writing("INSERT INTO {t}_b (id) VALUES (nextval('ids'))"),
            keyed(
                            "create, fill and alter in one transaction",
                            "BEGIN; CREATE TABLE {t}_n (id int PRIMARY KEY, v text); INSERT INTO {t}_n SELECT i, 'v' FROM"
                                    + " generate_series(1, 50) i; ALTER TABLE {t}_n ADD COLUMN n int DEFAULT 5;"
                                    + " INSERT INTO {t}_n SELECT i, 'w', i FROM generate_series(51, 60) i; COMMIT")
                    .writing(
                            "INSERT INTO {t}_n (id) VALUES (nextval('ids'))",
                            "UPDATE {t}_n SET n = {r} WHERE id = {r} % 60"),
            keyed("rename the table", "ALTER TABLE {t} RENAME TO {t}_r")
                    .writing(
                            "INSERT INTO {t}_r (id) VALUES (nextval('ids'))", "UPDATE {t}_r SET n = {r} WHERE id < 20"),
            keyless(
                    "add and drop columns without a key",
                    "ALTER TABLE {t} ADD COLUMN a text DEFAULT 'x'",
                    "ALTER TABLE {t}" + " DROP COLUMN n",
                    "ALTER TABLE {t} ADD COLUMN n int"),
            keyed("drop the table", "DROP TABLE {t}"),
            keyed(
                    "rolled back",
                    "BEGIN; ALTER TABLE {t} ADD COLUMN c int; ALTER TABLE {t} DROP COLUMN v; ROLLBACK",
                    "BEGIN; SAVEPOINT a; ALTER TABLE {t} DROP COLUMN v; ROLLBACK TO a; ALTER TABLE {t} ADD COLUMN d int;"
                            + " COMMIT"),
            keyed(
                            "create as select",
                            "CREATE TABLE {t}_as AS SELECT * FROM {t}; ALTER TABLE {t}_as REPLICA IDENTITY FULL")
                    .writing(
                            "INSERT INTO {t}_as (id) VALUES (nextval('ids'))",
                            "DELETE FROM {t}_as WHERE id = {r} % 200"),
            keyed(
                    "indexes and constraints",
                    "CREATE INDEX {t}_v ON {t} (v)",
                    "CREATE INDEX CONCURRENTLY {t}_n ON {t} (n)",
                    "ALTER TABLE {t} ADD CONSTRAINT {t}_c CHECK (n < 100000000) NOT VALID",
                    "ALTER TABLE {t} VALIDATE CONSTRAINT {t}_c",
                    "ALTER TABLE {t} RENAME CONSTRAINT {t}_c TO {t}_d",
                    "ALTER TABLE {t} DROP CONSTRAINT {t}_d",
                    "DROP INDEX {t}_v"),
            keyed(
                    "another key by an index",
                    "ALTER TABLE {t} RENAME CONSTRAINT {t}_pkey TO {t}_key",
                    "ALTER TABLE {t} ADD COLUMN k int NOT NULL DEFAULT 1",
                    "CREATE UNIQUE INDEX {t}_i ON {t} (id, k)",
                    "ALTER TABLE {t} DROP CONSTRAINT {t}_key, ADD CONSTRAINT {t}_two PRIMARY KEY USING INDEX {t}_i",
                    "UPDATE {t} SET k = 2 WHERE id < 60"),
            keyed(
                            "attach a filled partition",
                            "ALTER TABLE {t}_p ATTACH PARTITION {t}_2 FOR VALUES FROM (1000) TO (100000000)")
                    .after(
                            "CREATE TABLE {t}_p (id int PRIMARY KEY, v text) PARTITION BY RANGE (id)",
                            "CREATE TABLE {t}_1 PARTITION OF {t}_p FOR VALUES FROM (0) TO (1000)",
                            "INSERT INTO {t}_p SELECT i, 'p' FROM generate_series(1, 100) i",
                            "CREATE TABLE {t}_2 (id int PRIMARY KEY, v text)",
                            "INSERT INTO {t}_2 SELECT i, 'q' FROM generate_series(2000, 2100) i")
                    .writing(
                            "INSERT INTO {t}_p VALUES (nextval('ids'), 'w')",
                            "UPDATE {t}_p SET v = 'u{r}' WHERE id = 2000 + {r} % 100")
                    .from(11),
            keyed("add a generated column", "ALTER TABLE {t} ADD COLUMN g int GENERATED ALWAYS AS (n * 2) STORED")
                    .from(12),
            keyed("add an identity column", "ALTER TABLE {t} ADD COLUMN i bigint GENERATED ALWAYS AS IDENTITY"),
            keyed("select into", "SELECT * INTO {t}_into FROM {t}; ALTER TABLE {t}_into REPLICA IDENTITY FULL")
                    .writing("INSERT INTO {t}_into (id) VALUES (nextval('ids'))"),
            keyed("truncate", "TRUNCATE {t}").from(11),
            keyed(
                    "not null and default",
                    "ALTER TABLE {t} ALTER n SET DEFAULT 9",
                    "UPDATE {t} SET n = 1 WHERE n IS NULL",
                    "ALTER TABLE {t} ALTER n SET NOT NULL",
                    "ALTER TABLE {t} ALTER n DROP NOT NULL",
                    "ALTER TABLE {t} ALTER n DROP DEFAULT"),
            keyed("move to another schema", "ALTER TABLE {t} SET SCHEMA s_more")
                    .writing("INSERT INTO s_more.{t} (id) VALUES (nextval('ids'))"),
            keyed(
                    "a schema of its own",
                    "CREATE SCHEMA s_{t}",
                    "CREATE TABLE s_{t}.x (id int PRIMARY KEY)",
                    "INSERT INTO s_{t}.x VALUES (1)",
                    "ALTER TABLE s_{t}.x ADD COLUMN y int",
                    "INSERT INTO s_{t}.x VALUES (2, 3)"),
            keyed(
                    "an enum",
                    "CREATE TYPE {t}_e AS ENUM ('a', 'b')",
                    "ALTER TABLE {t} ADD COLUMN e {t}_e DEFAULT 'a'",
                    "ALTER TYPE {t}_e ADD VALUE 'c'",
                    "UPDATE {t} SET e = 'c' WHERE id < 50",
                    "ALTER TYPE {t}_e RENAME VALUE 'a' TO 'z'"),
            keyed(
                    "a domain",
                    "CREATE DOMAIN {t}_d AS int CHECK (VALUE > -1000)",
                    "ALTER TABLE {t} ADD COLUMN d {t}_d",
                    "ALTER DOMAIN {t}_d SET DEFAULT 4",
                    "ALTER DOMAIN {t}_d ADD CONSTRAINT {t}_low CHECK (VALUE < 1000) NOT VALID",
                    "ALTER DOMAIN {t}_d VALIDATE CONSTRAINT {t}_low",
                    "ALTER DOMAIN {t}_d DROP CONSTRAINT {t}_low"),
            keyed(
                    "a composite type",
                    "CREATE TYPE {t}_c AS (a int, b text)",
                    "ALTER TABLE {t} ADD COLUMN c {t}_c",
                    "UPDATE {t} SET c = (1, 'x') WHERE id < 50",
                    "CREATE TYPE {t}_free AS (a int)",
                    "ALTER TYPE {t}_free ADD ATTRIBUTE b text",
                    "ALTER TYPE {t}_free RENAME ATTRIBUTE a TO z"),
            keyed(
                    "views",
                    "CREATE VIEW {t}_v AS SELECT id, v FROM {t}",
                    "CREATE OR REPLACE VIEW {t}_v AS SELECT id, v, n" + " FROM {t}",
                    "CREATE MATERIALIZED VIEW {t}_m AS SELECT count(*) AS c FROM {t}",
                    "DROP VIEW {t}_v",
                    "CREATE VIEW {t}_w AS SELECT n FROM {t}"),
            keyed(
                    "functions and triggers",
                    "CREATE FUNCTION {t}_f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.n := 5; RETURN NEW; END'",
                    "CREATE TRIGGER {t}_g BEFORE INSERT ON {t} FOR EACH ROW EXECUTE PROCEDURE {t}_f()",
                    "CREATE OR REPLACE FUNCTION {t}_f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.n := 6; RETURN NEW; END'",
                    "ALTER TABLE {t} DISABLE TRIGGER {t}_g",
                    "DROP TRIGGER {t}_g ON {t}"),
            keyed(
                            "a procedure and a rule",
                            "CREATE PROCEDURE {t}_p() LANGUAGE sql AS 'SELECT 1'",
                            "CREATE RULE {t}_r AS ON INSERT TO {t} WHERE NEW.id = -5 DO ALSO NOTHING",
                            "DROP RULE {t}_r ON {t}",
                            "DROP PROCEDURE {t}_p()")
                    .from(11),
            keyed(
                    "a sequence",
                    "CREATE SEQUENCE {t}_s",
                    "ALTER SEQUENCE {t}_s INCREMENT 5 MAXVALUE 5000",
                    "ALTER SEQUENCE {t}_s RENAME TO {t}_z"),
            keyed(
                    "storage options and replica identity",
                    "ALTER TABLE {t} SET (fillfactor = 70)",
                    "ALTER TABLE {t} REPLICA IDENTITY FULL",
                    "ALTER TABLE {t} REPLICA IDENTITY DEFAULT",
                    "ALTER TABLE {t} RESET (fillfactor)"),
            keyed(
                            "no replica identity",
                            "ALTER TABLE {t}_i REPLICA IDENTITY NOTHING",
                            "ALTER TABLE {t}_i ADD COLUMN more int DEFAULT 3",
                            "ALTER TABLE {t}_i REPLICA IDENTITY DEFAULT")
                    .after("CREATE TABLE {t}_i (id int PRIMARY KEY, v text)")
                    .writing("INSERT INTO {t}_i (id) VALUES (nextval('ids'))"),
            keyed("inherit", "ALTER TABLE {t} INHERIT {t}_up", "ALTER TABLE {t} NO INHERIT {t}_up")
                    .after("CREATE TABLE {t}_up (id int PRIMARY KEY, v text)"),
            keyed("comments", "COMMENT ON TABLE {t} IS 'one'", "COMMENT ON COLUMN {t}.v IS 'two'"),
            keyed("foreign keys", "ALTER TABLE {t}_k ADD FOREIGN KEY (p) REFERENCES {t}_q NOT VALID")
                    .after(
                            "CREATE TABLE {t}_q (id int PRIMARY KEY)",
                            "INSERT INTO {t}_q SELECT generate_series(1, 50)",
                            "CREATE TABLE {t}_k (id int PRIMARY KEY, p int)")
                    .writing("INSERT INTO {t}_k VALUES (nextval('ids'), 1 + {r} % 50)"),
            keyed(
                    "inside a function",
                    "DO $$ BEGIN EXECUTE 'ALTER TABLE {t} ADD COLUMN f int DEFAULT 1';"
                            + " UPDATE {t} SET f = 2 WHERE id < 100; ALTER TABLE {t} RENAME f TO g; END $$"),
            keyed(
                    "as a replica",
                    "SET session_replication_role = replica; ALTER TABLE {t} ADD COLUMN c int DEFAULT 8;"
                            + " RESET session_replication_role"),
            keyed(
                            "create, rename and drop schemas",
                            "CREATE SCHEMA s_{t}_a CREATE TABLE x (id int PRIMARY KEY, v text)",
                            "INSERT INTO s_{t}_a.x VALUES (1, 'a')",
                            "ALTER SCHEMA s_{t}_a RENAME TO s_{t}_b",
                            "INSERT INTO s_{t}_b.x VALUES (2, 'b')",
                            "CREATE SCHEMA s_{t}_c",
                            "DROP SCHEMA s_{t}_c",
                            "CREATE SCHEMA s_{t}_d CREATE TABLE y (id int PRIMARY KEY) CREATE VIEW w AS SELECT id FROM y",
                            "DROP SCHEMA s_{t}_d CASCADE")
                    .writing(
                            "INSERT INTO s_{t}_a.x VALUES (nextval('ids'))",
                            "INSERT INTO s_{t}_b.x VALUES (nextval('ids'))",
                            "UPDATE s_{t}_b.x SET v = 'u{r}' WHERE id < 3"),
            keyed(
                    "unique constraints",
                    "ALTER TABLE {t} ADD COLUMN u bigint",
                    "ALTER TABLE {t} ADD CONSTRAINT {t}_u UNIQUE (u)",
                    "UPDATE {t} SET u = id WHERE id < 50",
                    "ALTER TABLE {t} RENAME CONSTRAINT {t}_u TO {t}_w",
                    "CREATE UNIQUE INDEX {t}_i ON {t} (id, u)",
                    "ALTER TABLE {t} ADD CONSTRAINT {t}_x UNIQUE USING INDEX {t}_i",
                    "ALTER TABLE {t} DROP CONSTRAINT {t}_w",
                    "ALTER TABLE {t} ADD CONSTRAINT {t}_y UNIQUE (u) DEFERRABLE INITIALLY DEFERRED"),
            keyed(
                    "exclusion constraints",
                    "ALTER TABLE {t} ADD CONSTRAINT {t}_e EXCLUDE USING gist (int4range(id, id + 1) WITH &&)",
                    "UPDATE {t} SET n = 4 WHERE id < 30",
                    "ALTER TABLE {t} RENAME CONSTRAINT {t}_e TO {t}_f",
                    "ALTER TABLE {t} DROP CONSTRAINT {t}_f",
                    "ALTER TABLE {t} ADD CONSTRAINT {t}_g EXCLUDE USING btree (id WITH =) WHERE (n > 3)"),
            keyed(
                            "validate, rename and drop a foreign key",
                            "ALTER TABLE {t}_k ADD CONSTRAINT {t}_p FOREIGN KEY (p) REFERENCES {t}_q NOT VALID",
                            "ALTER TABLE {t}_k VALIDATE CONSTRAINT {t}_p",
                            "ALTER TABLE {t}_k RENAME CONSTRAINT {t}_p TO {t}_o",
                            "ALTER TABLE {t}_k ADD CONSTRAINT {t}_z FOREIGN KEY (p) REFERENCES {t}_q"
                                    + " ON DELETE CASCADE DEFERRABLE",
                            "ALTER TABLE {t}_k ALTER CONSTRAINT {t}_z DEFERRABLE INITIALLY DEFERRED",
                            "DELETE FROM {t}_q WHERE id > 45",
                            "ALTER TABLE {t}_k DROP CONSTRAINT {t}_o")
                    .after(
                            "CREATE TABLE {t}_q (id int PRIMARY KEY)",
                            "INSERT INTO {t}_q SELECT generate_series(1, 50)",
                            "CREATE TABLE {t}_k (id int PRIMARY KEY, p int)")
                    .writing("INSERT INTO {t}_k VALUES (nextval('ids'), 1 + {r} % 40)"),
            keyed(
                            "detach a partition",
                            "ALTER TABLE {t}_p DETACH PARTITION {t}_2",
                            "ALTER TABLE {t}_2 ADD COLUMN more int DEFAULT 2")
                    .besidePartitions()
                    .writing(
                            "INSERT INTO {t}_p VALUES (nextval('ids'), 'w')",
                            "INSERT INTO {t}_2 (id, v) VALUES (nextval('ids'), 'd')",
                            "UPDATE {t}_2 SET v = 'u{r}' WHERE id = 1000 + {r}",
                            "UPDATE {t}_p SET v = 'u{r}' WHERE id = {r} * 2")
                    .from(11),
            keyed(
                            "detach a partition concurrently, attach it again and drop another",
                            "ALTER TABLE {t}_p DETACH PARTITION {t}_2 CONCURRENTLY",
                            "ALTER TABLE {t}_p ATTACH PARTITION {t}_2 FOR VALUES FROM (1000) TO (100000000)",
                            "DROP TABLE {t}_1",
                            "CREATE TABLE {t}_3 PARTITION OF {t}_p FOR VALUES FROM (0) TO (1000)")
                    .besidePartitions()
                    .writing(
                            "INSERT INTO {t}_p VALUES (nextval('ids'), 'w')",
                            "INSERT INTO {t}_p VALUES ({r}, 'x') ON CONFLICT DO NOTHING",
                            "UPDATE {t}_p SET v = 'u{r}' WHERE id = {r} * 2")
                    .from(14),
            keyed(
                            "an extension",
                            "CREATE EXTENSION hstore WITH SCHEMA s_more VERSION '1.4'",
                            "ALTER TABLE {t} ADD COLUMN h s_more.hstore",
                            "UPDATE {t} SET h = s_more.hstore('a', v) WHERE id < 50",
                            "ALTER EXTENSION hstore UPDATE TO '1.5'",
                            "CREATE SCHEMA s_{t}",
                            "ALTER EXTENSION hstore SET SCHEMA s_{t}",
                            "ALTER TABLE {t} DROP COLUMN h",
                            "DROP EXTENSION hstore",
                            "CREATE EXTENSION pg_trgm WITH SCHEMA s_{t}",
                            "CREATE INDEX {t}_g ON {t} USING gin (v s_{t}.gin_trgm_ops)")
                    .from(11),
            keyed(
                    "restart sequences",
                    "ALTER TABLE {t} ADD COLUMN i int GENERATED BY DEFAULT AS IDENTITY",
                    "CREATE SEQUENCE {t}_s",
                    "ALTER SEQUENCE {t}_s OWNED BY {t}.n",
                    "ALTER SEQUENCE {t}_s RESTART WITH 77",
                    "ALTER TABLE {t} ALTER i RESTART WITH 5000",
                    "CREATE SEQUENCE {t}_z MAXVALUE 10 CYCLE",
                    "ALTER SEQUENCE {t}_z OWNED BY NONE",
                    "ALTER SEQUENCE {t}_z SET SCHEMA s_more",
                    "CREATE SEQUENCE {t}_y",
                    "DROP SEQUENCE {t}_y"),
            keyed(
                    "identity of a column",
                    "ALTER TABLE {t} ALTER id ADD GENERATED BY DEFAULT AS IDENTITY (START 9000000)",
                    "ALTER TABLE {t} ALTER id SET GENERATED ALWAYS SET INCREMENT 3",
                    "ALTER TABLE {t} ALTER id SET GENERATED BY DEFAULT",
                    "ALTER TABLE {t} ALTER id DROP IDENTITY"),
            keyed(
                            "a generated column becomes an ordinary one",
                            "ALTER TABLE {t} ADD COLUMN g int GENERATED ALWAYS AS (n * 2) STORED",
                            "ALTER TABLE {t} ALTER g DROP EXPRESSION",
                            "UPDATE {t} SET g = 3 WHERE id < 40")
                    .from(13),
            keyed(
                            "another expression of a generated column",
                            "ALTER TABLE {t} ADD COLUMN g int GENERATED ALWAYS AS (n * 2) STORED",
                            "ALTER TABLE {t} ALTER g SET EXPRESSION AS (n * 3)")
                    .from(17),
            keyed(
                    "a replica identity by an index",
                    "CREATE UNIQUE INDEX {t}_i ON {t} (id)",
                    "ALTER TABLE {t} REPLICA IDENTITY USING INDEX {t}_i",
                    "UPDATE {t} SET n = 8 WHERE id < 40",
                    "ALTER TABLE {t} REPLICA IDENTITY DEFAULT",
                    "ALTER INDEX {t}_i RENAME TO {t}_j",
                    "ALTER INDEX {t}_j SET (fillfactor = 60)",
                    "DROP INDEX CONCURRENTLY {t}_j"),
            keyed(
                    "properties of columns",
                    "ALTER TABLE {t} ALTER v SET STORAGE EXTERNAL",
                    "ALTER TABLE {t} ALTER v SET STATISTICS 50",
                    "ALTER TABLE {t} ALTER n SET (n_distinct = 20)",
                    "ALTER TABLE {t} SET (autovacuum_enabled = false, toast.autovacuum_enabled = false)",
                    "ALTER TABLE {t} ALTER n RESET (n_distinct)"),
            keyed(
                    "attributes of a type in use",
                    "CREATE TYPE {t}_c AS (a int, b text)",
                    "CREATE TABLE {t}_typed OF {t}_c",
                    "ALTER TABLE {t}_typed REPLICA IDENTITY FULL",
                    "INSERT INTO {t}_typed VALUES (1, 'x')",
                    "ALTER TYPE {t}_c ADD ATTRIBUTE c int CASCADE",
                    "INSERT INTO {t}_typed VALUES (2, 'y', 3)",
                    "ALTER TYPE {t}_c RENAME ATTRIBUTE b TO d CASCADE",
                    "ALTER TYPE {t}_c DROP ATTRIBUTE a CASCADE",
                    "ALTER TYPE {t}_c ALTER ATTRIBUTE c TYPE bigint CASCADE",
                    "ALTER TYPE {t}_c RENAME TO {t}_cc"),
            keyed(
                    "types and domains come and go",
                    "CREATE TYPE {t}_e AS ENUM ('a')",
                    "ALTER TYPE {t}_e RENAME TO {t}_f",
                    "ALTER TYPE {t}_f SET SCHEMA s_more",
                    "CREATE DOMAIN {t}_d AS text DEFAULT 'x'",
                    "ALTER DOMAIN {t}_d SET NOT NULL",
                    "ALTER DOMAIN {t}_d DROP NOT NULL",
                    "ALTER DOMAIN {t}_d DROP DEFAULT",
                    "ALTER DOMAIN {t}_d RENAME TO {t}_g",
                    "ALTER TABLE {t} ADD COLUMN d {t}_g",
                    "UPDATE {t} SET d = v WHERE id < 60",
                    "DROP DOMAIN {t}_g CASCADE",
                    "CREATE TYPE {t}_r AS RANGE (subtype = int4)",
                    "DROP TYPE {t}_r",
                    "DROP TYPE s_more.{t}_f RESTRICT"),
            keyed(
                    "a table with what goes with it",
                    "CREATE TABLE {t}_x (id int PRIMARY KEY REFERENCES {t}, v text UNIQUE)",
                    "CREATE VIEW {t}_v AS SELECT {t}_x.v, {t}.n FROM {t}_x JOIN {t} USING (id)",
                    "CREATE MATERIALIZED VIEW {t}_m AS SELECT v FROM {t}_x",
                    "REFRESH MATERIALIZED VIEW {t}_m",
                    "ALTER MATERIALIZED VIEW {t}_m RENAME TO {t}_mm",
                    "ALTER VIEW {t}_v RENAME TO {t}_vv",
                    "ALTER VIEW {t}_vv SET SCHEMA s_more",
                    "DROP TABLE {t}_x CASCADE"),
            keyed(
                    "functions and procedures come and go",
                    "CREATE FUNCTION {t}_f(a int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT a + 1'",
                    "CREATE FUNCTION {t}_f(a text) RETURNS text LANGUAGE sql AS 'SELECT a'",
                    "ALTER FUNCTION {t}_f(text) RENAME TO {t}_g",
                    "ALTER FUNCTION {t}_g(text) STRICT",
                    "ALTER FUNCTION {t}_g(text) SET SCHEMA s_more",
                    "CREATE INDEX {t}_i ON {t} ({t}_f(n))",
                    "DROP FUNCTION s_more.{t}_g(text)",
                    "CREATE FUNCTION {t}_h(a int) RETURNS int LANGUAGE sql AS 'SELECT 1'",
                    "DROP FUNCTION {t}_h(int); CREATE FUNCTION {t}_h(a int) RETURNS text LANGUAGE sql AS 'SELECT ''1'''"),
            keyed(
                    "triggers and rules are renamed",
                    "CREATE FUNCTION {t}_f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
                    "CREATE TRIGGER {t}_g BEFORE UPDATE ON {t} FOR EACH ROW EXECUTE PROCEDURE {t}_f()",
                    "ALTER TRIGGER {t}_g ON {t} RENAME TO {t}_h",
                    "CREATE VIEW {t}_v AS SELECT id, v FROM {t}",
                    "CREATE RULE {t}_r AS ON DELETE TO {t}_v DO INSTEAD NOTHING",
                    "ALTER RULE {t}_r ON {t}_v RENAME TO {t}_s",
                    "ALTER TABLE {t} ENABLE TRIGGER {t}_h",
                    "DROP FUNCTION {t}_f() CASCADE"),
            keyed(
                    "like another table",
                    "CREATE TABLE {t}_o (id serial PRIMARY KEY, v text DEFAULT 'o' UNIQUE, n int CHECK (n <> 13))",
                    "COMMENT ON COLUMN {t}_o.v IS 'text'",
                    "CREATE TABLE {t}_l (LIKE {t}_o INCLUDING ALL)",
                    "INSERT INTO {t}_o (v) VALUES ('a')",
                    "INSERT INTO {t}_l (v) VALUES ('b')"),
            keyed(
                            "truncate with what refers to it",
                            "CREATE TABLE {t}_x (id serial PRIMARY KEY, p int REFERENCES {t})",
                            "INSERT INTO {t}_x (p) SELECT id FROM {t} LIMIT 5",
                            "TRUNCATE {t} RESTART IDENTITY CASCADE",
                            "INSERT INTO {t}_x DEFAULT VALUES")
                    .from(11),
            keyed(
                    "by other ways of writing",
                    "/* a comment */ -- and one more\n ALTER TABLE {t} ADD COLUMN a int DEFAULT 1;"
                            + " UPDATE {t} SET a = 2 WHERE id < 9; ALTER TABLE {t} ADD COLUMN b int",
                    "SET search_path = s_more, public; CREATE TABLE {t}_p (id int PRIMARY KEY);"
                            + " INSERT INTO {t}_p VALUES (1); ALTER TABLE {t}_p ADD COLUMN \"Odd name\" text;"
                            + " RESET search_path",
                    "CREATE FUNCTION {t}_ddl() RETURNS void LANGUAGE plpgsql AS $$ BEGIN"
                            + " EXECUTE 'ALTER TABLE {t} DROP a';"
                            + " EXECUTE 'INSERT INTO {t} (id) VALUES (nextval(''ids''))'; END $$",
                    "SELECT {t}_ddl()",
                    "ALTER TABLE {t} DROP COLUMN b RESTRICT"));
}
